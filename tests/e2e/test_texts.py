"""Text in a picture, in a real browser: outlined, read out on hover, focus and tap, mended by people."""

from uuid import UUID

import pytest

from media_archive.catalogue import lines
from media_archive.catalogue.lines import Read
from tests.e2e.conftest import LOOKS, Served, faults, shoot, until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

SIGN = [[0.2, 0.3], [0.5, 0.3], [0.5, 0.4], [0.2, 0.4]]
TURNED = [[0.6, 0.5], [0.85, 0.6], [0.83, 0.7], [0.58, 0.6]]


@pytest.fixture
def read(served: Served) -> UUID:
    """A photograph in which text was read: 3200 pixels wide, and in no other test's hands."""
    asset_id = served.sample.photos[21]
    with served.archive.transaction() as session:
        for line in lines.of(session, asset_id, hidden=True):
            session.delete(line)
        session.flush()
        found = [Read("解放比路", 0.7, "Hani", SIGN), Read("南门大街12号", 0.95, "Hani", TURNED)]
        lines.replace(session, asset_id, "text", found)
    served.archive.index()
    return asset_id


def middle(page, which: int) -> tuple[float, float]:
    box = page.locator("ma-regions polygon").nth(which).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_regions_lie_on_the_picture_and_say_their_text(open_page, served: Served, read: UUID) -> None:
    page = open_page()
    page.goto(f"{served.url}/assets/{read}")
    button = page.locator('[data-action="regions.toggle"]')
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    picture = page.locator("ma-viewer img").bounding_box()
    sign = page.locator("ma-regions polygon").first.bounding_box()
    assert sign["x"] == pytest.approx(picture["x"] + 0.2 * picture["width"], abs=5)
    assert sign["width"] == pytest.approx(0.3 * picture["width"], abs=8)
    page.mouse.move(*middle(page, 0))
    assert page.locator(".ma-region-text").inner_text() == "解放比路"
    assert "is-shown" in page.locator("ol.lines li").first.get_attribute("class")
    shoot(page, "regions")
    # they stay on the picture when it is zoomed
    page.keyboard.press("z")
    until(page, "document.querySelector('ma-viewer img').getBoundingClientRect().width > 3100")
    picture = page.locator("ma-viewer img").bounding_box()
    sign = page.locator("ma-regions polygon").first.bounding_box()
    assert sign["width"] == pytest.approx(0.3 * picture["width"], rel=0.02)
    page.keyboard.press("Shift+T")
    assert button.get_attribute("aria-pressed") == "false"


def test_the_keyboard_walks_through_the_lines(open_page, served: Served, read: UUID) -> None:
    page = open_page()
    page.goto(f"{served.url}/assets/{read}")
    page.locator("ma-regions polygon").first.wait_for(state="attached")
    page.locator("ol.lines li").first.focus()
    assert page.locator(".ma-region-text").inner_text() == "解放比路"
    page.keyboard.press("Tab")
    assert page.locator(".ma-region-text").inner_text() == "南门大街12号"


def test_a_finger_on_a_sign_shows_what_it_says(open_page, served: Served, read: UUID) -> None:
    page = open_page("phone", has_touch=True)
    page.goto(f"{served.url}/assets/{read}")
    page.locator('[data-action="regions.toggle"]').tap()
    page.touchscreen.tap(*middle(page, 1))
    assert page.locator(".ma-region-text").inner_text() == "南门大街12号"
    shoot(page, "regions-phone")


def test_a_search_leads_to_the_words_in_the_picture(open_page, served: Served, read: UUID) -> None:
    page = open_page()
    page.goto(f"{served.url}/?q=南门大街12号")
    cell = page.locator(f'a.cell[data-id="{read}"]')
    # the cell says where the words were found, and goes on saying it when its details have come
    until(page, f"document.querySelector('a.cell[data-id=\"{read}\"] .said')?.textContent.includes('南门大街12号')")
    shoot(page, "said")
    cell.click()
    page.wait_for_url("**/assets/*")
    until(page, "document.querySelector('polygon.is-match') !== null")
    assert page.locator("ol.lines li.match .words").inner_text() == "南门大街12号"
    assert page.locator('[data-action="regions.toggle"]').get_attribute("aria-pressed") == "true"


def test_a_misread_sign_is_mended_and_found(open_page, served: Served, read: UUID) -> None:
    page = open_page()
    page.goto(f"{served.url}/assets/{read}?mend=texts")
    first = page.locator("ol.lines li").first
    first.locator("input[name=text]").fill("解放北路")
    first.locator("button[value=correct]").click()
    page.wait_for_url("**mend=texts*")
    page.locator("ol.lines li").nth(1).locator("button[value=hide]").click()
    page.wait_for_url("**mend=texts*")
    shoot(page, "regions-mending")
    page.goto(f"{served.url}/assets/{read}")
    assert page.locator("ol.lines .words").all_inner_texts() == ["解放北路"]


def test_who_may_not_describe_mends_nothing(open_page, served: Served, read: UUID) -> None:
    page = open_page(role="reader")
    page.goto(f"{served.url}/assets/{read}?mend=texts")
    assert page.locator("ol.lines li").count() == 2
    assert page.locator("form.mend").count() == 0


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_lines_and_their_forms_are_accessible_and_fit(
    open_page, served: Served, read: UUID, size: str, theme: str
) -> None:
    page = open_page(size, theme)
    for name, address in {"texts": f"/assets/{read}?q=解放", "mending": f"/assets/{read}?mend=texts"}.items():
        page.goto(f"{served.url}{address}")
        page.locator("ma-regions polygon").first.wait_for(state="attached")
        shoot(page, f"{name}-{size}-{theme}")
        assert faults(page, name, size) == []
