"""The asset's page says why its files are one asset, and in which order parts follow."""

import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from media_archive.archive import Archive
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish


@pytest.mark.slow
def test_the_page_tells_the_rule_and_the_parts(
    browser: FlaskClient, archive: Archive, tmp_path: Path, shared_media: Path
) -> None:
    (tmp_path / "card").mkdir()
    for name, source in (("GX020001.MP4", "max-heromode.mp4"), ("GX010001.MP4", "with-gps.mp4")):
        shutil.copyfile(shared_media / "video" / source, tmp_path / "card" / name)
    shutil.copyfile(shared_media / "video" / "nasa_13013.mp4", tmp_path / "card" / "GL010001.LRV")
    asset = receive(archive, [tmp_path / "card"], Wish(shoot="拍摄")).assets[0]
    page = browser.get(f"/assets/{asset}").get_data(as_text=True)
    assert "同一次 GoPro 录制的各章节" in page
    assert page.index("第 1 部分") < page.index("第 2 部分")
    assert "相机预览" in page
    browser.set_cookie("archive_language", "en")
    assert "Chapters of one GoPro recording" in browser.get(f"/assets/{asset}").get_data(as_text=True)
