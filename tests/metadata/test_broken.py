"""Broken and hostile files: each ends soon, in bounded memory, with a plain outcome; the next one is read as ever."""

import os
import time
from pathlib import Path

import psutil
import pytest

from media_archive.errors import Unavailable
from media_archive.metadata.formats import FORMATS, recognise_path
from media_archive.metadata.service import Probed, examine, probe
from media_archive.tools.isolation import reader


def probed(path: Path) -> Probed:
    known = recognise_path(path)
    assert known is not None
    return probe(path, known)


@pytest.mark.slow
def test_every_broken_file_ends_soon_in_bounded_memory(media: Path) -> None:
    probed(media / "photo/sunrise.jpg")
    for path in sorted((media / "broken").iterdir()):
        known = recognise_path(path)
        if known is None:
            continue
        started = time.monotonic()
        found = probe(path, known)
        assert time.monotonic() - started < 20, path.name
        pid = reader().pid
        assert pid is None or psutil.Process(pid).memory_info().rss < 400 << 20, path.name
        assert found.problem is not None or found.record is not None
    assert probed(media / "photo/sunrise.jpg").problem is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("truncated.jpg", "The JPEG ends after 9597 bytes of its picture data."),
        ("truncated_jpeg.jpg", "The JPEG ends after 6453 bytes of its picture data."),
        ("corrupt-header.jpg", "The JPEG ends inside its header, after 1024 bytes."),
        ("broken-sos-before-sof.jpg", "The JPEG has no picture header before its data."),
        ("truncated.png", "The PNG ends after 10000 bytes, before its last chunk."),
        ("corrupted.hif", "The picture cannot be opened: its header is damaged or of an unknown kind."),
        ("testMP3truncated.mp3", "Neither picture nor sound was found in this file."),
    ],
)
def test_the_problem_is_said_plainly(media: Path, name: str, said: str) -> None:
    assert str(probed(media / "broken" / name).problem) == said


def test_pictures_of_absurd_size_are_measured_and_not_decoded(media: Path) -> None:
    record = probed(media / "broken/65536-uint32-limit.png").record
    assert (record.shown.width, record.shown.height) == (65536, 65536)


@pytest.mark.slow
def test_a_whole_photograph_has_no_problem(media: Path) -> None:
    whole = [path for path in (media / "photo").glob("*.jpg") if not path.name.startswith("20")]
    for path in whole:
        assert probed(path).problem is None, path.name


def test_a_picture_cut_off_anywhere_is_told_from_a_whole_one(media: Path, tmp_path: Path) -> None:
    whole = (media / "photo/withIptcExifGps.jpg").read_bytes()
    for keep in (200, 5000, len(whole) // 2, len(whole) - 3):
        path = tmp_path / f"{keep}.jpg"
        path.write_bytes(whole[:keep])
        assert probed(path).problem is not None, keep
    # a film behind the picture, as phones write it, is no damage
    (tmp_path / "motion.jpg").write_bytes(whole + bytes(100_000))
    assert probed(tmp_path / "motion.jpg").problem is None


def test_a_file_out_of_reach_is_to_be_tried_again(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        probe(tmp_path / "gone.jpg", FORMATS["jpeg"])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["德州 拍摄🎬", "照" * 80, "cafe\u0301", os.fsdecode(b"\xff\xfe bad"), "-rf"])
def test_no_name_is_too_odd_for_a_reader(media: Path, name: str, tmp_path: Path) -> None:
    for source in ("photo/sunrise.jpg", "photo/IMG_2682.heic", "photo/sample.nef", "video/max-heromode.mp4"):
        path = tmp_path / f"{name}{Path(source).suffix}"
        path.symlink_to(media / source)
        found = probed(path)
        assert found.problem is None, source
        assert found.record.shown.width, source


@pytest.mark.slow
def test_what_a_library_hangs_on_is_still_told_by_our_own_readers(media: Path) -> None:
    found = examine(media / "video/max-heromode.mp4", timeout=0.01)
    assert found.probed.problem
    assert found.identified
    assert found.identified.format.name == "mp4"
    assert "MediaInfo" not in {one.tool for one in found.probed.findings}
    assert found.probed.record.gps
    assert found.probed.record.camera.model == "GoPro Max"
