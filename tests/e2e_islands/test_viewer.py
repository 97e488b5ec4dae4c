"""Looking into a picture."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e_islands.stub import ORIGINAL
from tests.e2e_islands.waiting import until

UNDER = """([x, y]) => {
  const box = document.querySelector('ma-viewer > img').getBoundingClientRect();
  return [(x - box.left) / box.width * 6000, (y - box.top) / box.height * 4000];
}"""


@pytest.fixture
def viewer(page: Page) -> Page:
    page.goto("/assets/one")
    until(page, "document.querySelector('ma-viewer.is-ready > img').naturalWidth > 0")
    return page


def box(page: Page, what: str = "ma-viewer > img") -> dict[str, Any]:
    found = page.locator(what).bounding_box()
    assert found is not None
    return dict(found)


def test_the_whole_picture_is_seen_first(viewer: Page) -> None:
    window, picture = box(viewer, "ma-viewer"), box(viewer)
    assert picture["width"] <= window["width"] + 0.5
    assert picture["height"] <= window["height"] + 0.5
    assert picture["width"] / picture["height"] == pytest.approx(1.5, rel=0.01)


def test_the_wheel_keeps_what_is_under_the_pointer(viewer: Page) -> None:
    window = box(viewer, "ma-viewer")
    point = [window["x"] + window["width"] * 0.6, window["y"] + window["height"] * 0.4]
    viewer.mouse.move(*point)
    viewer.mouse.wheel(0, -800)
    viewer.wait_for_timeout(200)
    before = viewer.evaluate(UNDER, point)
    for _ in range(3):
        viewer.mouse.wheel(0, -200)
        viewer.wait_for_timeout(50)
    after = viewer.evaluate(UNDER, point)
    assert after == pytest.approx(before, abs=3)


def test_z_shows_every_pixel_and_zero_the_whole(viewer: Page) -> None:
    viewer.keyboard.press("z")
    viewer.wait_for_timeout(300)
    assert box(viewer)["width"] == pytest.approx(ORIGINAL[0], abs=1)
    expect(viewer.locator(".ma-percent")).to_have_text("100 %")
    viewer.keyboard.press("0")
    viewer.wait_for_timeout(300)
    assert box(viewer)["width"] <= box(viewer, "ma-viewer")["width"]
    viewer.keyboard.press("+")
    viewer.wait_for_timeout(300)
    closer = box(viewer)["width"]
    viewer.keyboard.press("-")
    viewer.wait_for_timeout(300)
    assert box(viewer)["width"] < closer


def test_dragging_moves_the_picture_with_the_hand(viewer: Page) -> None:
    viewer.keyboard.press("z")
    viewer.wait_for_timeout(300)
    before = box(viewer)
    viewer.mouse.move(600, 300)
    viewer.mouse.down()
    viewer.mouse.move(450, 260, steps=5)
    viewer.mouse.up()
    after = box(viewer)
    assert (after["x"] - before["x"], after["y"] - before["y"]) == pytest.approx((-150, -40), abs=1)


def test_double_click_goes_in_where_it_points(viewer: Page) -> None:
    window = box(viewer, "ma-viewer")
    point = [window["x"] + window["width"] / 2 + 60, window["y"] + window["height"] / 2 - 40]
    before = viewer.evaluate(UNDER, point)
    viewer.mouse.dblclick(*point)
    viewer.wait_for_timeout(300)
    assert viewer.evaluate(UNDER, point) == pytest.approx(before, abs=6)
    assert box(viewer)["width"] == pytest.approx(ORIGINAL[0], abs=1)


def test_arrows_turn_to_the_neighbours(viewer: Page) -> None:
    viewer.keyboard.press("ArrowRight")
    expect(viewer.locator("h1")).to_have_text("after")
    viewer.wait_for_selector("ma-viewer.is-ready")
    viewer.keyboard.press("ArrowLeft")
    expect(viewer.locator("h1")).to_have_text("before")


def test_two_fingers_zoom(viewer: Page) -> None:
    before = box(viewer)["width"]
    session = viewer.context.new_cdp_session(viewer)
    for kind, spread in (("touchStart", 40), ("touchMove", 80), ("touchMove", 120), ("touchEnd", 0)):
        points = [{"x": 600 - spread, "y": 300}, {"x": 600 + spread, "y": 300}] if spread else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    viewer.wait_for_timeout(200)
    assert box(viewer)["width"] == pytest.approx(before * 3, rel=0.05)
