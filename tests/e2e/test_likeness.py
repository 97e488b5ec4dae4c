"""Sets of alike pictures in a real browser: decided from the keyboard alone, readable by everybody."""

import pytest
from sqlalchemy import select

from media_archive.catalogue.models import Asset
from media_archive.likeness.models import AlikeSet, Fingerprint
from tests.e2e.conftest import LOOKS, Served, faults, shoot, until
from tests.likeness.conftest import HASH, fingerprint, turned

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
PAGES = {
    "alike": "/likeness",
    "bursts": "/likeness?tab=burst",
    "decided": "/likeness?tab=decided",
}


@pytest.fixture
def alike(served: Served) -> None:
    """Two sets of copies, a burst and a decided set, made once."""
    photos = served.sample.photos
    with served.archive.reading() as session:
        if session.scalar(select(AlikeSet).limit(1)) is not None:
            return
    with served.archive.transaction() as session:
        for number, one in enumerate(photos[8:13]):
            asset, first = session.get_one(Asset, one), session.get_one(Asset, photos[8])
            asset.taken_at = asset.shown_at = first.shown_at
            asset.taken_text, asset.width, asset.height = first.taken_text, first.width, first.height
            asset.title = f"连拍 {number + 1}"
    for start, stop, far in ((0, 3, 0), (3, 5, 30), (5, 7, 44), (8, 13, 20)):
        for number, one in enumerate(photos[start:stop]):
            fingerprint(served.archive, one, turned(HASH, far) ^ (number * 0x111))
    served.archive.liken()
    with served.archive.transaction() as session:
        for number, one in enumerate(photos[8:13]):
            session.get_one(Fingerprint, one).sharpness = 100.0 + number % 3


def test_sets_are_decided_without_a_mouse(open_page, served: Served, alike: None) -> None:
    page = open_page()
    page.goto(f"{served.url}/likeness")
    count = page.locator(".alike").count()
    first = page.locator(".alike").first.get_attribute("id")
    page.keyboard.press("j")
    until(page, f"document.activeElement.id === {first!r}")
    page.keyboard.press("j")
    page.keyboard.press("k")
    until(page, f"document.activeElement.id === {first!r}")
    page.keyboard.press("s")
    until(page, f"document.querySelectorAll('.alike').length === {count - 1}")
    until(page, "document.activeElement.classList.contains('alike')")
    page.locator("[data-undo]").wait_for()
    shoot(page, "alike-after-a-decision")
    page.keyboard.press("u")
    until(page, f"document.querySelectorAll('.alike').length === {count}")
    until(page, f"document.activeElement.id === {first!r}")


def test_a_tick_decides_on_one_and_leaves_the_rest(open_page, served: Served, alike: None) -> None:
    page = open_page()
    page.goto(f"{served.url}/likeness")
    whole = page.locator(".alike", has=page.locator("li:nth-child(3)")).first
    number = whole.get_attribute("id")
    whole.locator("input[type=checkbox]").last.check()
    whole.locator("[data-verdict=different]").click()
    until(page, f"document.querySelectorAll('#{number} .alike-one').length === 2")
    page.locator("[data-undo]").click()
    until(page, "document.querySelector('[data-undo]') === null")


def test_everything_works_without_scripts(open_page, served: Served, alike: None) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{served.url}/likeness?tab=burst")
    page.locator("[data-verdict=burst]").click()
    page.locator(".notice [data-undo]").click()
    page.locator("[data-verdict=burst]").wait_for()


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_every_list_is_accessible_and_fits(open_page, served: Served, alike: None, size: str, theme: str) -> None:
    page = open_page(size, theme)
    found: list[str] = []
    for name, address in {**PAGES, "beside": f"/assets/{served.sample.photos[0]}"}.items():
        page.goto(f"{served.url}{address}")
        page.wait_for_timeout(400)
        shoot(page, f"likeness-{name}-{size}-{theme}")
        found += faults(page, name, size)
    assert found == []
