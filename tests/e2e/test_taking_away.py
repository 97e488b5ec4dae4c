"""Marks set in the player become a clip, and a shoot a contact sheet, without a word typed."""

import hashlib
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from media_archive.catalogue.models import Asset
from media_archive.delivery import parcels
from media_archive.errors import Unavailable
from media_archive.jobs.kinds import QUEUE_OF
from media_archive.tools import ffmpeg, fonts
from tests.cli.outgoing import filled
from tests.delivery import numbered
from tests.e2e.conftest import Opened, Served, shoot, until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture
def film(served: Served, tmp_path: Path) -> Asset:
    """A film whose frames say their number, with its proxy made."""
    program = ffmpeg.find(served.archive.settings)
    coding = ("-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-g", "12", "-bf", "2", "-c:a", "aac")
    path = numbered.draw(tmp_path / "读数.mov", program, "25", 100, *coding, "-timecode", "10:00:00:00")
    with served.archive.reading() as session:
        known = set(session.scalars(select(Asset.id)))
    filled(served.archive, path, shoot="读数")
    served.archive.runner().drain("video")
    with served.archive.reading() as session:
        return session.scalars(select(Asset).where(Asset.id.not_in(known))).one()


def test_what_is_marked_in_the_player_is_the_clip_that_is_downloaded(
    served: Served, open_page: Opened, film: Asset, tmp_path: Path
) -> None:
    page = open_page(role="editor")
    page.goto(f"{served.url}/assets/{film.id}")
    until(page, "document.querySelector('ma-player')?.classList.contains('is-ready')")
    until(page, "document.querySelector('video').readyState >= 2")
    page.locator("summary", has_text=re.compile(r"^\s*(片段|Clip)\s*$")).click()
    player = page.locator("ma-player")
    _go_to(page, 31)
    player.press("i")
    _go_to(page, 44)
    player.press("o")
    assert page.input_value("#clip-in") == "10:00:01:06"
    assert page.input_value("#clip-out") == "10:00:01:20"
    shoot(page, "clip-form")
    page.locator("form[data-clip] button").click()
    until(page, "location.pathname.startsWith('/parcels/')")
    shoot(page, "clip-waits")
    served.archive.runner().drain(QUEUE_OF[parcels.CLIP])
    until(page, "document.querySelector('a[download]') !== null")
    shoot(page, "clip-ready")
    with page.expect_download() as taken:
        page.locator("a[download]").click()
    target = tmp_path / taken.value.suggested_filename
    taken.value.save_as(target)
    assert target.suffix == ".mov"
    assert numbered.numbers(target) == list(range(31, 45))


def _go_to(page: object, frame: int) -> None:
    page.evaluate(f"document.querySelector('ma-player').transport.seek({frame})")  # type: ignore[attr-defined]
    until(page, f"document.querySelector('ma-player').clock.frame === {frame}")


def test_a_shoots_contact_sheet_is_two_presses_away(served: Served, open_page: Opened, tmp_path: Path) -> None:
    try:
        fonts.find(served.archive.settings, "档案")
    except Unavailable:
        pytest.skip("no font of this machine has Chinese signs")
    page = open_page()
    page.goto(f"{served.url}/shoots/{served.sample.shoot}")
    shoot(page, "sheet-button")
    page.locator("a[href^='/contact-sheets']").click()
    shoot(page, "sheet-form")
    page.locator("form[action='/contact-sheets'] button.primary").click()
    until(page, "location.pathname.startsWith('/parcels/')")
    served.archive.runner().drain(QUEUE_OF[parcels.SHEET])
    until(page, "document.querySelector('a[download]') !== null")
    shoot(page, "sheet-ready")
    with page.expect_download() as taken:
        page.locator("a[download]").click()
    target = tmp_path / taken.value.suggested_filename
    taken.value.save_as(target)
    assert target.read_bytes().startswith(b"%PDF")
    assert hashlib.sha256(target.read_bytes()).hexdigest() in page.content()
