"""Culling in a real browser: by single keys, over a broken line, beside each other, and back to the same row."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import select, update

from media_archive.catalogue.models import Asset
from tests.e2e.conftest import LOOKS, Served, faults, shoot, until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
SAVED = "document.querySelector('.cull-badge .saved').dataset.state === 'saved'"
CURRENT = "document.querySelector('.strip-cell[aria-current]')"


@pytest.fixture
def order(served: Served) -> Iterator[list[UUID]]:
    """The shoot's assets as they were taken; nothing is decided of them."""
    query = select(Asset.id).where(Asset.shoot_id == served.sample.shoot).order_by(Asset.shown_at, Asset.id)
    with served.archive.transaction() as session:
        session.execute(update(Asset).values(flag=None, rating=None, label=None))
        ids = list(session.scalars(query))
    yield ids
    with served.archive.transaction() as session:
        session.execute(update(Asset).values(flag=None, rating=None, label=None))


def _open(open_page, served: Served, at: UUID, **options):
    page = open_page(**options)
    page.goto(f"{served.url}/shoots/{served.sample.shoot}/cull?at={at}")
    until(page, f"{CURRENT} && document.querySelector('ma-pane img')?.complete")
    return page


def _decided(served: Served, *ids: UUID) -> list[tuple[str | None, int | None, str | None]]:
    with served.archive.reading() as session:
        found = [session.get_one(Asset, one) for one in ids]
        return [(one.flag, one.rating, one.label) for one in found]


def test_single_keys_judge_and_go_on(open_page, served: Served, order: list[UUID]) -> None:
    page = _open(open_page, served, order[0])
    for key in "px4":
        page.keyboard.press(key)
    page.keyboard.press("a")
    page.keyboard.press("p")
    page.keyboard.press("7")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("u")
    until(page, SAVED)
    assert _decided(served, *order[:4]) == [
        ("pick", None, None), ("reject", None, None), (None, 4, None), ("pick", None, "yellow"),
    ]  # fmt: skip
    assert page.url.endswith(str(order[2]))
    shoot(page, "cull-keys")


def test_undo_goes_back_to_where_it_was_decided(open_page, served: Served, order: list[UUID]) -> None:
    page = _open(open_page, served, order[5])
    page.keyboard.press("x")
    page.keyboard.press("3")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    until(page, SAVED)
    assert _decided(served, order[5], order[6]) == [(None, None, None)] * 2
    assert page.url.endswith(str(order[5]))


def test_verdicts_survive_a_broken_line_and_a_closed_window(open_page, served: Served, order: list[UUID]) -> None:
    page = _open(open_page, served, order[8])
    page.context.set_offline(True)
    page.keyboard.press("p")
    page.keyboard.press("x")
    until(page, "document.querySelector('.cull-badge .saved').dataset.state === 'waiting'")
    shoot(page, "cull-offline")
    assert _decided(served, order[8]) == [(None, None, None)]
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"{served.url}/shoots/{served.sample.shoot}/cull?at={order[20]}")
    until(again, SAVED)
    assert _decided(served, order[8], order[9]) == [("pick", None, None), ("reject", None, None)]


def test_pictures_are_compared_in_step(open_page, served: Served, order: list[UUID]) -> None:
    page = _open(open_page, served, order[3])
    page.keyboard.press("c")
    until(page, "document.querySelectorAll('ma-pane').length === 2")
    page.keyboard.press("z")
    until(page, "[...document.querySelectorAll('ma-pane')].every((one) => one.classList.contains('is-zoomed'))")
    page.keyboard.press("c")
    until(page, "document.querySelectorAll('ma-pane').length === 4")
    shoot(page, "cull-four")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    until(page, "document.querySelectorAll('ma-pane').length === 1")


def test_rejected_ones_can_be_left_out_of_the_way(open_page, served: Served, order: list[UUID]) -> None:
    page = _open(open_page, served, order[0])
    page.keyboard.press("x")
    page.keyboard.press("x")
    page.locator("[data-cull=filter]").select_option("kept")
    page.keyboard.press("Home")
    until(page, f"location.href.endsWith('{order[2]}')")


def test_the_list_is_come_back_to_on_the_same_row(open_page, served: Served, order: list[UUID]) -> None:
    page = _open(open_page, served, order[12])
    page.keyboard.press("ArrowRight")
    page.keyboard.press("g")
    until(page, f"document.activeElement?.dataset.id === '{order[13]}'")


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_the_screen_is_accessible_and_fits(open_page, served: Served, order: list[UUID], size: str, theme: str) -> None:
    page = _open(open_page, served, order[4], size=size, theme=theme)
    page.keyboard.press("4")
    page.wait_for_timeout(500)
    shoot(page, f"cull-{size}-{theme}")
    assert faults(page, "cull", size) == []
