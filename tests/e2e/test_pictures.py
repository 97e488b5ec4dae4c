"""The picture in the README, taken anew from the demonstration archive: MEDIA_ARCHIVE_PICTURES=1 asks for it."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from media_archive.config import PROJECT
from tests.served import Served, wait_until

WANTED = bool(os.environ.get("MEDIA_ARCHIVE_PICTURES"))
PICTURES = PROJECT / "docs" / "pictures"
SIZE = {"width": 1280, "height": 800}
MOST_BYTES = 400_000
SECONDS_TO_RENDER = 1800

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(not WANTED, reason="MEDIA_ARCHIVE_PICTURES is not set: the pictures stay as they are"),
]


@pytest.fixture
def demonstration(tmp_path: Path) -> Iterator[Served]:
    """The demonstration archive with all its work done, behind its own web server."""
    made = Served(tmp_path / "home")
    try:
        made.start()
        loaded = made.command("demo", timeout=1200)
        assert loaded.returncode == 0, loaded.stderr
        wait_until(lambda: _nothing_to_do(made), SECONDS_TO_RENDER, 2)
        yield made
    finally:
        made.stop()


def _nothing_to_do(served: Served) -> bool:
    counts = json.loads(served.command("jobs", "--json").stdout)["counts"]
    return bool(counts["done"]) and not counts["wanted"] + counts["running"]


def test_the_grid_of_the_demonstration_archive_is_the_picture_in_the_readme(chromium, demonstration: Served) -> None:
    link = demonstration.command("users", "link", "admin").stdout.strip()
    page = chromium.new_context(viewport=SIZE, locale="zh-CN").new_page()
    page.goto(link)
    page.wait_for_selector("a.cell img")
    page.wait_for_function("[...document.querySelectorAll('a.cell img')].slice(0, 12).every(one => one.naturalWidth)")
    page.wait_for_timeout(1500)
    picture = PICTURES / "grid.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=picture)
    with Image.open(picture) as taken:
        # 256 colours are enough to show a page by, and take a quarter of the bytes
        taken.convert("RGB").quantize(256, dither=Image.Dither.FLOYDSTEINBERG).save(picture, optimize=True)
    assert picture.stat().st_size < MOST_BYTES
