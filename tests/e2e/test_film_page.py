"""A film with several sound tracks, subtitles and cuts: each can be chosen, heard and gone to in a real browser."""

import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select

from media_archive.catalogue.models import Asset
from media_archive.tools import ffmpeg
from tests.cli.outgoing import filled
from tests.e2e.conftest import Opened, Served, faults, shoot, until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
SUBTITLES = {"zho": "开工典礼", "eng": "Ground-breaking"}
HEARD = "document.querySelector('ma-player').sounds"


@pytest.fixture
def film(served: Served, tmp_path: Path) -> Asset:
    """Two seconds of a test card, two of black, two of bars; two sound tracks; subtitles in two languages."""
    for language, words in SUBTITLES.items():
        (tmp_path / f"{language}.srt").write_text(f"1\n00:00:00,500 --> 00:00:01,500\n{words}\n", "utf-8")
    pictures = ("testsrc2=s=320x180:r=25:d=2", "color=black:s=320x180:r=25:d=2", "smptebars=s=320x180:r=25:d=2")
    sources = [word for one in (*pictures, "sine=440:d=6", "sine=880:d=6") for word in ("-f", "lavfi", "-i", one)]
    written = [word for language in SUBTITLES for word in ("-i", str(tmp_path / f"{language}.srt"))]
    chosen = (
        "-filter_complex",
        "[0:v][1:v][2:v]concat=n=3:v=1[v]",
        "-map",
        "[v]",
        "-map",
        "3",
        "-map",
        "4",
        "-map",
        "5",
        "-map",
        "6",
    )
    coding = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-c:s", "srt")
    named = [
        word
        for n, code in enumerate(SUBTITLES)
        for word in (f"-metadata:s:s:{n}", f"language={code}", f"-metadata:s:a:{n}", f"language={code}")
    ]
    folder = tmp_path / "card"
    folder.mkdir()
    program = str(ffmpeg.find(served.archive.settings))
    subprocess.run(
        [program, "-v", "error", *sources, *written, *chosen, *coding, *named, str(folder / "双轨.mkv")],
        check=True,
        timeout=120,
    )
    with served.archive.reading() as session:
        known = set(session.scalars(select(Asset.id)))
    filled(served.archive, folder, shoot="双轨")
    served.archive.runner().drain("video")
    with served.archive.reading() as session:
        return session.scalars(select(Asset).where(Asset.id.not_in(known))).one()


def test_tracks_subtitles_and_cuts_can_be_chosen(served: Served, open_page: Opened, film: Asset) -> None:
    page = open_page(role="editor")
    page.goto(f"{served.url}/assets/{film.id}")
    until(page, "document.querySelector('video')?.readyState >= 2")
    # subtitles: the button shows those in the page's language, the list the others
    page.locator('[data-action="captions.toggle"]').click()
    page.evaluate("document.querySelector('ma-player').transport.seek(25)")
    until(
        page,
        "[...document.querySelector('video').textTracks].some(t => t.mode == 'showing' && t.activeCues?.[0]?.text == '开工典礼')",
    )
    choices = page.locator("select.ma-choice")
    choices.nth(0).select_option("1")
    until(
        page,
        "[...document.querySelector('video').textTracks].filter(t => t.mode == 'showing').map(t => t.language) == 'en'",
    )
    # the second sound track follows the picture, and the film's own sound is off meanwhile
    choices.nth(1).select_option("1")
    page.locator("ma-player").press("Space")
    until(page, f"{HEARD}.audio.currentTime > 1.5 && !{HEARD}.audio.paused")
    page.locator("ma-player").press("Space")
    until(page, f"{HEARD}.audio.paused")
    assert page.evaluate(f"Math.abs({HEARD}.audio.currentTime - document.querySelector('video').currentTime)") < 0.2
    assert page.evaluate("document.querySelector('video').muted")
    choices.nth(1).select_option("-1")
    assert not page.evaluate("document.querySelector('video').muted")
    # arrows up and down go from cut to cut
    page.locator("ma-player").press("Home")
    for frame in (50, 100):
        page.locator("ma-player").press("ArrowDown")
        until(page, f"document.querySelector('ma-player').clock.frame === {frame}")
    page.locator("summary", has_text="画面与声音").or_(page.locator("summary", has_text="Picture and sound")).click()
    page.locator("h3.noticed.black + .moments a").click()
    until(page, "document.querySelector('ma-player').clock.frame === 50")
    shoot(page, "film-tracks")
    assert faults(page, "film-tracks", "desktop") == []


def test_without_scripts_each_track_is_heard_and_everything_stands_there(
    served: Served, open_page: Opened, film: Asset
) -> None:
    page = open_page("phone", role="editor", java_script_enabled=False)
    page.goto(f"{served.url}/assets/{film.id}")
    assert page.locator("video[controls] track").count() == 2
    assert page.locator("audio[data-track][controls]").count() == 2
    if not page.locator("#renditions[open]").count():  # it is open where something is not made yet
        page.locator("#renditions summary").click()
    page.locator("button[value=edit-proxy]").click()
    page.wait_for_url("**#renditions")
    assert (
        page.locator("#renditions .status", has_text="等待")
        .or_(page.locator("#renditions", has_text="waiting"))
        .count()
    )
    shoot(page, "film-asked")


def test_the_watermark_is_seen_while_it_is_changed(served: Served, open_page: Opened) -> None:
    page = open_page("phone", theme="dark", role="administrator")
    page.goto(f"{served.url}/watermark")
    until(page, "document.querySelector('#sample').naturalWidth === 1280")
    before = page.get_attribute("#sample", "src")
    page.fill("#opacity", "90")
    until(page, f"document.querySelector('#sample').src !== {before!r}")
    page.fill("#opacity", "900")
    until(page, "/100|1\\.0|至多|不得大于|at most/.test(document.querySelector('figcaption').textContent)")
    shoot(page, "watermark")
    assert faults(page, "watermark", "phone") == []
