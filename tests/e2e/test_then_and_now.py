"""Two pictures under a slider, by keyboard and without scripts; suggestions decided from the keyboard."""

import pytest
from sqlalchemy import select

from media_archive.catalogue.models import Asset
from media_archive.catalogue.subjects.models import Link, Suggestion
from tests.e2e.conftest import LOOKS, Served, faults, shoot, until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
SHARE = "getComputedStyle(document.querySelector('ma-compare')).getPropertyValue('--share')"


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_the_slider_moves_by_keys_and_pointer(open_page, served: Served, size: str, theme: str) -> None:
    page = open_page(size, theme)
    then, now = served.sample.photos[:2]
    page.goto(f"{served.url}/then-and-now/pair?then={then}&now={now}&subject={served.sample.street}")
    page.focus("ma-compare input[type=range]")
    assert page.evaluate(SHARE) == "50%"
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    assert page.evaluate(SHARE) == "45%"
    box = page.locator("ma-compare .pictures").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2)
    assert page.evaluate(SHARE) == "80%"
    shoot(page, f"then-and-now-{size}-{theme}")
    assert faults(page, "then and now", size) == []


def test_without_scripts_both_stand_side_by_side(open_page, served: Served) -> None:
    page = open_page("desktop", java_script_enabled=False)
    then, now = served.sample.photos[:2]
    page.goto(f"{served.url}/then-and-now/pair?then={then}&now={now}")
    left, right = (one.bounding_box() for one in page.locator("ma-compare figure").all())
    assert left["x"] + left["width"] <= right["x"]
    assert abs(left["y"] - right["y"]) < 2


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_suggestions_are_decided_from_the_keyboard_and_taken_back(
    open_page, served: Served, size: str, theme: str
) -> None:
    ids = served.sample.photos[5:8]
    with served.archive.transaction() as session:
        for asset in session.scalars(select(Asset).where(Asset.id.in_(ids))):
            asset.caption, asset.probed_version, asset.latitude = "董子园北门", 1, None
    served.archive.suggester.run(ids)
    page = open_page(size, theme)
    page.goto(f"{served.url}/suggestions?kind=landmark")
    assert faults(page, "suggestions", size) == []
    shoot(page, f"suggestions-{size}-{theme}")
    page.keyboard.press("j")
    page.locator(".suspect input[type=checkbox]").first.uncheck()
    page.keyboard.press("a")
    until(page, "document.querySelector('[data-take-back]') !== null")
    assert _linked(served) == 2
    page.keyboard.press("u")
    until(page, "document.querySelectorAll('.suspect').length === 3")
    assert _linked(served) == 0
    with served.archive.transaction() as session:
        for one in session.scalars(select(Suggestion)):
            session.delete(one)


def _linked(served: Served) -> int:
    with served.archive.reading() as session:
        return len(session.scalars(select(Link.id).where(Link.said_by == "words")).all())
