"""The page Upload in a real browser: a card is sent, broken off, resumed, taken in, and may be formatted."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from media_archive.access import service as access
from media_archive.access.models import Part
from media_archive.archive import Archive
from media_archive.catalogue.models import Archive as Institution
from media_archive.uploads.models import Upload
from tests.e2e.conftest import LOOKS, SIZES, Watched, _watch, faults, shoot, until
from tests.uploads.killing import Killed

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
BIG = 24 << 20
#: bytes a second that the browser may send, so that there is a middle in which to break off
SLOWLY = 3 << 20


@pytest.fixture
def server(archive: Archive) -> Iterator[Killed]:
    with archive.transaction() as session:
        home = session.scalars(select(Institution)).one()
        access.add_user(session, home, "wang", "王敏", Part.PHOTOGRAPHER)
    made = Killed(archive)
    made.start()
    yield made
    made.kill()


@pytest.fixture
def card(tmp_path: Path) -> Path:
    folder = tmp_path / "card" / "DCIM"
    folder.mkdir(parents=True)
    for number in range(30):
        Image.new("RGB", (64, 48), (number * 8, 90, 120)).save(folder / f"IMG_{number:04}.JPG", "JPEG")
    picture = (folder / "IMG_0000.JPG").read_bytes()
    (folder / "BIG_0001.JPG").write_bytes(picture + os.urandom(BIG))
    (folder / ".DS_Store").write_bytes(b"x")
    return folder


def enter(chromium, server: Killed, archive: Archive, watched: Watched, size: str = "desktop", theme: str = "auto"):
    context = chromium.new_context(viewport=SIZES[size], locale="zh-CN")
    context.add_cookies([{"name": "archive_theme", "value": theme, "url": server.url}])
    page = context.new_page()
    _watch(page, server.url, watched)
    with archive.transaction() as session:
        key = access.login_link(session, access.user_called(session, "wang"), 10)
    page.goto(f"{server.url}/enter/{key}")
    return page


def slow_down(page) -> None:
    page.context.new_cdp_session(page).send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOWLY},
    )


def came(archive: Archive) -> int:
    return max((one.stat().st_size for one in (archive.settings.incoming / "parts").glob("*")), default=0)


def wait_for_bytes(page, archive: Archive, least: int) -> None:
    for _ in range(300):
        if came(archive) >= least:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"only {came(archive)} bytes came")


def test_a_card_goes_through_a_restart_and_a_closed_browser_and_may_be_formatted(
    chromium, archive: Archive, server: Killed, card: Path
) -> None:
    watched = Watched()
    page = enter(chromium, server, archive, watched)
    page.goto(f"{server.url}/uploads")
    page.fill("#shoot", "2024-06 解放路")
    page.fill("#location", "解放路北段")
    page.click("main form button.primary")
    there = page.url
    slow_down(page)
    sent: list[int] = []
    page.on("request", lambda one: one.method == "PATCH" and sent.append(int(one.headers["upload-offset"])))
    files = sorted(str(one) for one in card.iterdir())
    page.set_input_files("#files", files)
    wait_for_bytes(page, archive, BIG // 4)
    before = came(archive)
    server.kill()
    page.wait_for_timeout(200)
    sent.clear()
    server.start()
    for _ in range(300):
        if sent:
            break
        page.wait_for_timeout(100)
    assert sent
    assert min(sent) >= before  # it went on behind what had come
    page.close(run_before_unload=False)
    page.context.close()

    held = came(archive)
    page = enter(chromium, server, archive, watched)
    page.goto(there)
    again: list[int] = []
    page.on("request", lambda one: one.method == "PATCH" and again.append(int(one.headers["upload-offset"])))
    page.set_input_files("#files", files)
    until(page, "document.querySelector('ma-uploads').form.hidden", 60)  # all came and was handed over
    assert min(again, default=held) >= held
    shoot(page, "upload-sent")
    archive.runner().drain("upkeep")
    until(page, "document.querySelector('ma-uploads').hasAttribute('safe')", 20)
    shoot(page, "upload-safe")
    with archive.reading() as session:
        uploads = session.scalars(select(Upload)).all()
        assert len(uploads) == 31
        assert all(one.sha256 == one.stored_sha256 for one in uploads)

    # the same card once more: everything is named before a byte of it is sent
    page.goto(f"{server.url}/uploads")
    page.fill("#shoot", "again")
    page.click("main form button.primary")
    again.clear()
    page.set_input_files("#files", files)
    until(page, "document.querySelectorAll('.upload-row .status.good').length > 10", 30)
    until(page, "document.querySelector('ma-uploads [data-sentence]').textContent.includes('31')", 30)
    assert again == []
    page.context.close()
    assert watched.problems == []


def test_ten_thousand_files_keep_few_rows_and_the_pages_are_in_order(
    chromium, archive: Archive, server: Killed, tmp_path: Path
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(2000):
        (folder / f"IMG_{number:05}.JPG").write_bytes(b"%d" % number)
    watched, found = Watched(), []
    for size, theme in LOOKS:
        page = enter(chromium, server, archive, watched, size, theme)
        page.goto(f"{server.url}/uploads")
        found += faults(page, f"uploads-{size}", size)
        page.fill("#shoot", f"many {size}")
        page.click("main form button.primary")
        found += faults(page, f"upload-{size}", size)
        shoot(page, f"upload-new-{size}-{theme}")
        page.uncheck("[name=hand-over]")
        if size == "desktop":
            page.set_input_files("#folder", str(folder))
            until(page, "document.querySelectorAll('.upload-row').length > 0")
            page.click("ma-uploads .buttons .button:not([hidden]):has(svg)")
            until(page, "document.querySelector('ma-uploads progress') !== null")
            assert page.evaluate("document.querySelectorAll('.upload-row').length") < 60
            page.evaluate("document.querySelector('.upload-rows').scrollTop = 1e9")
            until(page, "document.querySelector('.upload-rows').textContent.includes('IMG_01999')")
            found += faults(page, f"upload-full-{size}", size)
            shoot(page, f"upload-queue-{size}-{theme}")
        page.context.close()
    shutil.rmtree(folder)
    assert found == []
    assert watched.problems == []
