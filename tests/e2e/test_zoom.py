"""Looking into a photograph, to the last pixel of its original."""

import pytest

from tests.e2e.conftest import LOOKS, Served, shoot, until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

#: whether tiles cover the middle of the window
DRAWN = """(() => {
  const canvas = document.querySelector('ma-viewer .ma-tiles canvas');
  if (!canvas) return false;
  const pixel = canvas.getContext('2d').getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data;
  return pixel[3] === 255;
})()"""


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_zooming_past_the_large_picture_brings_tiles_of_the_original(
    open_page, served: Served, size: str, theme: str
) -> None:
    page = open_page(size, theme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/iiif/" in request.url else None)
    page.goto(f"{served.url}/assets/{served.sample.photos[5]}")
    page.wait_for_selector("ma-viewer.is-ready")
    until(page, "document.querySelector('ma-viewer img').naturalWidth > 1000")
    assert asked == [], "nothing is asked for before somebody looks closer"
    page.focus("ma-viewer")
    page.keyboard.press("z")
    until(page, DRAWN)
    assert any(url.endswith("/info.json") for url in asked)
    assert any("/default.jpg" in url for url in asked)
    shoot(page, f"zoom-{size}-{theme}")
    page.keyboard.press("0")
    until(page, "!document.querySelector('ma-viewer').classList.contains('is-zoomed')")


def test_tiles_lie_where_the_picture_below_them_does(open_page, served: Served) -> None:
    """The drawn street has hard edges: the same column of pixels, with tiles and without them, is alike."""
    page = open_page()
    page.goto(f"{served.url}/assets/{served.sample.photos[5]}")
    page.wait_for_selector("ma-viewer.is-ready")
    until(page, "document.querySelector('ma-viewer img').naturalWidth > 1000")
    page.focus("ma-viewer")
    page.keyboard.press("z")
    until(page, DRAWN)
    page.wait_for_timeout(1000)
    with_tiles = page.locator("ma-viewer").screenshot()
    page.evaluate("document.querySelector('.ma-tiles').classList.add('is-moving')")
    page.wait_for_timeout(300)
    without = page.locator("ma-viewer").screenshot()
    import io

    from PIL import Image, ImageChops, ImageStat

    both = [Image.open(io.BytesIO(one)).convert("L") for one in (with_tiles, without)]
    assert ImageStat.Stat(ImageChops.difference(*both)).mean[0] < 4


def test_without_scripts_the_large_picture_is_there(open_page, served: Served) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{served.url}/assets/{served.sample.photos[5]}")
    assert page.locator("ma-viewer img").bounding_box()["width"] > 300


def test_the_address_is_copied(open_page, served: Served) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{served.url}/assets/{served.sample.photos[5]}")
    page.locator("summary", has_text="IIIF").click()
    page.locator("[data-copy]").click()
    page.wait_for_selector(".ma-toast")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert f"/iiif/3/{served.sample.photos[5]}." in copied
    assert (
        page.evaluate("address => fetch(address + '/info.json').then(a => a.json()).then(a => a.type)", copied)
        == "ImageService3"
    )
