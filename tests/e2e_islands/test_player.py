"""The player, held to the number that is burnt into each frame."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e_islands.clips import FRAMES
from tests.e2e_islands.waiting import until

SEEN = """() => {
  const video = document.querySelector('video');
  const canvas = Object.assign(document.createElement('canvas'), {width: 320, height: 180});
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  pen.drawImage(video, 0, 0, 320, 180);
  let number = 0;
  for (let bit = 0; bit < 10; bit += 1) if (pen.getImageData(20 + bit * 30, 150, 1, 1).data[0] > 128) number += 2 ** bit;
  return number;
}"""


@pytest.fixture
def player(page: Page) -> Page:
    page.goto("/film")
    until(page, "document.querySelector('video').readyState >= 2")
    return page


def at(page: Page, frame: int) -> None:
    until(page, f"({SEEN})() === {frame}")


def test_a_hundred_presses_show_a_hundred_frames_one_after_the_other(player: Page) -> None:
    shown = [player.evaluate(SEEN)]
    for _ in range(100):
        player.keyboard.press("ArrowRight")
        until(player, f"({SEEN})() !== {shown[-1]}")
        shown.append(player.evaluate(SEEN))
    assert shown == list(range(101))
    expect(player.locator(".ma-timecode")).to_have_text("10:00:03;10")
    for frame in range(99, 89, -1):
        player.keyboard.press("ArrowLeft")
        at(player, frame)


def test_presses_faster_than_frames_are_all_done(player: Page) -> None:
    for _ in range(25):
        player.keyboard.press("ArrowRight")
    at(player, 25)
    player.keyboard.press("Shift+ArrowRight")
    at(player, 55)
    player.keyboard.press("End")
    at(player, FRAMES - 1)
    expect(player.locator(".ma-timecode")).to_have_text("10:00:19;29")


def test_j_plays_backwards_k_stops_l_plays_on(player: Page) -> None:
    player.keyboard.press("End")
    at(player, FRAMES - 1)
    player.keyboard.press("j")
    until(player, f"({SEEN})() < 585")
    player.keyboard.press("k")
    player.wait_for_timeout(300)
    stopped = player.evaluate(SEEN)
    player.wait_for_timeout(300)
    assert player.evaluate(SEEN) == stopped
    player.keyboard.press("l")
    until(player, f"({SEEN})() > {stopped + 5}")


def test_a_key_pressed_while_a_frame_is_under_way_counts_from_that_frame(player: Page) -> None:
    """The frame is on screen a little before the player has heard of it; a mark or J in between means what is seen."""
    player.keyboard.press("End")
    player.keyboard.press("o")
    player.keyboard.press("j")
    expect(player.locator(".ma-marks")).to_contain_text("O 10:00:19;29")
    until(player, f"({SEEN})() < {FRAMES - 5}")
    player.keyboard.press("k")
    assert player.evaluate(SEEN) > 300
    player.keyboard.press("Home")
    for _ in range(7):
        player.keyboard.press("ArrowRight")
    player.keyboard.press("i")
    expect(player.locator(".ma-marks")).to_contain_text("I 10:00:00;07")


def test_marks_are_shown_in_source_timecode(player: Page) -> None:
    player.keyboard.press("Shift+ArrowRight")
    at(player, 30)
    player.keyboard.press("i")
    player.keyboard.press("Shift+ArrowRight")
    at(player, 60)
    player.keyboard.press("o")
    expect(player.locator(".ma-marks")).to_contain_text("I 10:00:01;00  O 10:00:02;00  31 frames")
    player.keyboard.press("Alt+x")
    expect(player.locator(".ma-marks")).to_have_text("")


def test_keys_are_letters_while_typing(player: Page) -> None:
    player.locator("#title").fill("")
    player.locator("#title").press_sequentially("jkl io")
    expect(player.locator("#title")).to_have_value("jkl io")
    assert player.evaluate("document.querySelector('video').paused")
    expect(player.locator(".ma-marks")).to_have_text("")


def test_the_strip_previews_and_goes_where_it_is_pulled(player: Page) -> None:
    strip = player.locator(".ma-strip")
    box = strip.bounding_box()
    assert box is not None
    player.mouse.move(box["x"] + box["width"] * 0.55, box["y"] + 20)
    expect(player.locator(".ma-preview")).to_be_visible()
    position = player.locator(".ma-sprite").evaluate("(sprite) => sprite.style.backgroundPosition")
    assert position == "0px -90px"
    player.mouse.down()
    player.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 20, steps=8)
    player.mouse.up()
    at(player, 150)
    expect(strip).to_have_attribute("aria-valuetext", "10:00:05;00")


def test_space_plays_and_speed_keys_change_speed(player: Page) -> None:
    player.keyboard.press(".")
    expect(player.locator(".ma-speed")).to_have_text("1.25×")
    player.keyboard.press("Space")
    player.wait_for_timeout(1000)
    assert player.evaluate("document.querySelector('video').playbackRate") == 1.25
    player.keyboard.press("Space")
    assert player.evaluate("document.querySelector('video').paused")
    assert player.evaluate(SEEN) > 10


def test_full_screen(player: Page) -> None:
    player.keyboard.press("f")
    until(player, "document.fullscreenElement?.tagName === 'MA-PLAYER'")
