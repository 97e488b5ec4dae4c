"""A collection put into order by dragging, by its arrows and without scripts; filters that a phone folds away."""

from uuid import UUID

import pytest
from sqlalchemy import select

from media_archive.catalogue.collections import service
from media_archive.catalogue.collections.models import Collection, CollectionItem
from media_archive.catalogue.models import Asset
from tests.e2e.conftest import LOOKS, Served, faults, shoot, until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def made(served: Served, name: str) -> tuple[UUID, list[UUID]]:
    """A collection of five pictures, and their ids in its order."""
    ids = served.sample.photos[:5]
    with served.archive.transaction() as session:
        institution = session.get_one(Asset, ids[0]).archive
        one = service.create(session, institution, name, "archivist", note="由旧到新，竖幅用于展柱。")
        service.add(session, one, ids, "archivist")
        service.annotate(session, one, ids[1], "序厅", "archivist")
        return one.id, ids


def order(served: Served, collection: UUID) -> list[UUID]:
    with served.archive.reading() as session:
        items = select(CollectionItem.asset_id).where(CollectionItem.collection_id == collection)
        return list(session.scalars(items.order_by(CollectionItem.position)))


def version(served: Served, collection: UUID) -> int:
    with served.archive.reading() as session:
        return session.get_one(Collection, collection).version


def kept(page, served: Served, collection: UUID, wanted: list[UUID]) -> None:
    """Waits until the order is kept, and looks whether it is still so on the page that is loaded again."""
    for _ in range(100):
        if order(served, collection) == wanted:
            break
        page.wait_for_timeout(50)
    assert order(served, collection) == wanted
    page.reload()
    shown = page.evaluate("[...document.querySelectorAll('[data-asset]')].map((row) => row.dataset.asset)")
    assert shown == [str(one) for one in wanted]


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_rows_are_dragged_or_pushed_to_their_place_and_the_order_is_kept(
    open_page, served: Served, size: str, theme: str
) -> None:
    collection, (a, b, c, d, e) = made(served, f"拖动 {size}")
    page = open_page(size, theme)
    page.goto(f"{served.url}/collections/{collection}")
    shoot(page, f"collection-{size}-{theme}")
    assert faults(page, "collection", size) == []
    page.goto(f"{served.url}/collections/{collection}?arrange=1")
    assert faults(page, "arranging", size) == []
    if size == "phone":  # fingers have the arrows: what is dragged on a screen that is touched scrolls it
        page.locator(f"[data-asset='{b}'] button[value=up]").click()
        kept(page, served, collection, [b, a, c, d, e])
        return
    row = "[data-asset='{}'] img"
    box = page.locator(row.format(e)).bounding_box()
    page.drag_and_drop(row.format(a), row.format(e), target_position={"x": 5, "y": box["height"] - 3})
    kept(page, served, collection, [b, c, d, e, a])
    page.drag_and_drop(row.format(e), row.format(b), target_position={"x": 5, "y": 3})
    kept(page, served, collection, [e, b, c, d, a])
    shoot(page, f"arranging-{size}-{theme}")


def test_the_arrows_move_a_row_by_keyboard_and_keep_the_focus(open_page, served: Served) -> None:
    collection, (a, b, c, d, e) = made(served, "键盘")
    page = open_page()
    page.goto(f"{served.url}/collections/{collection}?arrange=1")
    page.focus(f"[data-asset='{d}'] button[value=up]")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.evaluate(f"document.activeElement.closest('li')?.dataset.asset === '{d}'")
    assert "2" in page.locator("[data-said]").text_content()
    kept(page, served, collection, [a, d, b, c, e])


def test_without_scripts_the_arrows_move_it_too(open_page, served: Served) -> None:
    collection, (a, b, c, d, e) = made(served, "无脚本")
    page = open_page(java_script_enabled=False)
    page.goto(f"{served.url}/collections/{collection}?arrange=1")
    page.locator(f"[data-asset='{a}'] button[value=down]").click()
    page.locator(f"[data-asset='{e}'] button[value=up]").click()
    assert order(served, collection) == [b, a, c, e, d]
    assert version(served, collection) > 2


def test_on_a_phone_the_filters_are_folded_away_until_they_are_asked_for(open_page, served: Served) -> None:
    page = open_page("phone", "light")
    page.goto(f"{served.url}/?kind=photo")
    first = page.locator("ma-grid, .grid").first
    assert first.bounding_box()["y"] < 260
    assert not page.locator("nav.facets").is_visible()
    button = page.locator("label.filters-fold-button")
    assert "1" in button.text_content()
    shoot(page, "folded-phone-light")
    page.focus("#filters-shown")
    page.keyboard.press("Space")
    until(page, "document.querySelector('nav.facets').offsetHeight > 0")
    assert faults(page, "filters", "phone") == []
    shoot(page, "unfolded-phone-light")
