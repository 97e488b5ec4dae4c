"""Whole ingests of cards: real files in the folders that cameras write, and what becomes of each."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue import queries
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.grouping import service as grouping
from media_archive.catalogue.models import Asset
from media_archive.cli.main import cli
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Summary, Wish
from media_archive.metadata.formats import FORMATS
from media_archive.metadata.service import probe
from media_archive.renditions.planning import best_source
from media_archive.storage.models import File, Role
from tests.drawn import picture

pytestmark = pytest.mark.slow

CAMERA_XML = '<?xml version="1.0"?><NonRealTimeMeta xmlns="urn:schemas-professionalDisc:nonRealTimeMeta:ver.2.00"/>'
P2_XML = (
    '<?xml version="1.0"?><P2Main xmlns="urn:schemas-Professional-Plug-in:P2:ClipMetadata:v3.1"><ClipContent/></P2Main>'
)


def _ingest(archive: Archive, card: Path) -> Summary:
    return receive(archive, [card], Wish(shoot="拍摄"))


def _put(card: Path, name: str, content: Path | str | bytes) -> None:
    target = card / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, Path):
        shutil.copyfile(content, target)
    else:
        target.write_bytes(content.encode() if isinstance(content, str) else content)


def _assets(archive: Archive) -> list[tuple[str, str | None, list[tuple[str, str, int | None]]]]:
    """Kind, rule and files of every asset, by the name of its first file."""
    with archive.reading() as session:
        found = [queries.describe(session, one) for one in session.scalars(select(Asset.id))]
    return sorted(
        (
            (
                one["kind"],
                one["grouping"] and one["grouping"]["rule"],
                [(file["name"], file["role"], file["part"]) for file in one["files"]],
            )
            for one in found
        ),
        key=lambda one: one[2][0][0],
    )


def test_a_sony_card_comes_in_as_its_clips(either_archive: Archive, tmp_path: Path, shared_media: Path) -> None:
    card, films = tmp_path / "card", shared_media / "video"
    _put(card, "PRIVATE/M4ROOT/CLIP/C0001.MP4", films / "sample-5s.mp4")
    _put(card, "PRIVATE/M4ROOT/CLIP/C0001M01.XML", CAMERA_XML)
    _put(card, "PRIVATE/M4ROOT/CLIP/C0002.MP4", films / "with-gps.mp4")
    _put(card, "PRIVATE/M4ROOT/SUB/C0001S03.MP4", films / "nasa_13013.mp4")
    _put(card, "PRIVATE/M4ROOT/THMBNL/C0001T01.JPG", picture(tmp_path / "t.jpg"))
    _put(card, "PRIVATE/M4ROOT/MEDIAPRO.XML", "<MediaProfile/>")
    _put(card, "DCIM/100MSDCF/DSC00001.JPG", picture(tmp_path / "u.jpg", 2))
    summary = _ingest(either_archive, card)
    assert (summary.found, summary.added, summary.refused) == (7, 7, 0)
    assert _assets(either_archive) == [
        (
            "film",
            "xavc",
            [
                ("C0001.MP4", "original", None),
                ("C0001M01.XML", "sidecar", None),
                ("MEDIAPRO.XML", "sidecar", None),
                ("C0001S03.MP4", "proxy", None),
                ("C0001T01.JPG", "proxy", None),
            ],
        ),
        ("film", None, [("C0002.MP4", "original", None)]),
        ("photo", None, [("DSC00001.JPG", "original", None)]),
    ]
    again = _ingest(either_archive, card)
    assert (again.added, again.duplicates) == (0, 7)


def test_what_no_structure_knows_is_still_refused_by_name(archive: Archive, tmp_path: Path, shared_media: Path) -> None:
    card = tmp_path / "card"
    _put(card, "M4ROOT/CLIP/C0001.MP4", shared_media / "video" / "with-gps.mp4")
    _put(card, "M4ROOT/CLIP/notes.txt", "not media")
    summary = _ingest(archive, card)
    assert [Path(one.path).name for one in summary.problems] == ["notes.txt"]


def test_a_p2_card_comes_in_with_picture_and_sound_together(
    archive: Archive, tmp_path: Path, shared_media: Path
) -> None:
    card, films = tmp_path / "card", shared_media / "video"
    _put(card, "CONTENTS/VIDEO/0001AB.MXF", films / "reel1.mxf")
    _put(card, "CONTENTS/AUDIO/0001AB00.MXF", films / "TearsOfSteel_4k_Test_Master_Audio_002.mxf")
    _put(card, "CONTENTS/CLIP/0001AB.XML", P2_XML)
    _put(card, "CONTENTS/ICON/0001AB.BMP", picture(tmp_path / "i.bmp"))
    assert _ingest(archive, card).refused == 0
    assert _assets(archive) == [
        (
            "film",
            "p2",
            [
                ("0001AB.MXF", "original", None),
                ("0001AB00.MXF", "original", None),
                ("0001AB.XML", "sidecar", None),
                ("0001AB.BMP", "proxy", None),
            ],
        )
    ]


def test_a_stream_that_the_camera_split_is_one_recording(archive: Archive, tmp_path: Path, shared_media: Path) -> None:
    whole = (shared_media / "video" / "Sony_ILCE-7M3_(A7M3).mts").read_bytes()
    cut = 192 * (len(whole) // 192 // 2)
    stream = "PRIVATE/AVCHD/BDMV/STREAM/0000{}.MTS"
    _put(tmp_path / "card", stream.format(0), whole[:cut])
    _put(tmp_path / "card", stream.format(1), whole[cut:])
    _put(tmp_path / "card", stream.format(2), whole[: cut // 2 // 192 * 192])
    _put(tmp_path / "card", "PRIVATE/AVCHD/BDMV/CLIPINF/00001.CPI", b"HDMV0100")
    assert _ingest(archive, tmp_path / "card").refused == 0
    assert _assets(archive) == [
        (
            "film",
            "avchd, avchd-span",
            [("00000.MTS", "original", 1), ("00001.MTS", "original", 2), ("00001.CPI", "sidecar", None)],
        ),
        ("film", None, [("00002.MTS", "original", None)]),
    ]


def test_a_chapter_that_comes_later_finds_its_place(archive: Archive, tmp_path: Path, shared_media: Path) -> None:
    card, films = tmp_path / "card", shared_media / "video"
    _put(card, "GX020123.MP4", films / "with-gps.mp4")
    _ingest(archive, card)
    _put(card, "GX010123.MP4", films / "max-heromode.mp4")
    _put(card, "GL010123.LRV", films / "nasa_13013.mp4")
    _ingest(archive, card)
    assert _assets(archive) == [
        (
            "film",
            "gopro-chapters, camera-proxy",
            [("GX010123.MP4", "original", 1), ("GX020123.MP4", "original", 2), ("GL010123.LRV", "proxy", None)],
        )
    ]
    archive.runner().drain("fast")
    lengths = [probe(films / name, FORMATS["mp4"]).record.container for name in ("max-heromode.mp4", "with-gps.mp4")]
    with archive.reading() as session:
        made = session.scalars(select(Asset)).one()
        assert made.duration == pytest.approx(sum(one.duration or 0 for one in lengths if one))
        assert made.record["camera"]["model"] == "GoPro Max"


def test_the_still_of_a_live_photo_makes_a_photograph_of_the_film_that_was_there(
    archive: Archive, tmp_path: Path, shared_media: Path
) -> None:
    card = tmp_path / "card"
    _put(card, "IMG_2682.MOV", shared_media / "video" / "photo-jpeg.mov")
    _ingest(archive, card)
    assert [one[0] for one in _assets(archive)] == ["film"]
    _put(card, "IMG_2682.HEIC", shared_media / "photo" / "IMG_2682.heic")
    _ingest(archive, card)
    kind, rule, files = _assets(archive)[0]
    assert (kind, rule, sorted(name for name, _, _ in files)) == (
        "photo",
        "live-photo",
        ["IMG_2682.HEIC", "IMG_2682.MOV"],
    )
    with archive.reading() as session:
        assert best_source(session.scalars(select(File)).all(), kind).name == "IMG_2682.HEIC"
    archive.runner().drain("fast")
    with archive.reading() as session:
        made = session.scalars(select(Asset)).one()
        assert made.duration is None
        assert "still" in made.record
        assert not {"container", "video", "audio"} & set(made.record)


def test_the_same_bytes_under_two_names_of_one_group_are_kept_once(archive: Archive, tmp_path: Path) -> None:
    picture(tmp_path / "card" / "IMG_1.jpg", 1)
    _put(tmp_path / "card", "IMG_1-Copy 1.jpg", tmp_path / "card" / "IMG_1.jpg")
    summary = _ingest(archive, tmp_path / "card")
    assert (summary.added, summary.duplicates, summary.refused) == (1, 1, 0)


def test_a_motion_photo_is_one_file_and_stays_whole(archive: Archive, tmp_path: Path, shared_media: Path) -> None:
    source = shared_media / "photo" / "pixel-motion-photo-shortened.jpg"
    _put(tmp_path / "card", "PXL_20200101.MP.jpg", source)
    _ingest(archive, tmp_path / "card")
    assert _assets(archive) == [("photo", None, [("PXL_20200101.MP.jpg", "original", None)])]
    with archive.reading() as session:
        assert session.scalars(select(File.size)).one() == source.stat().st_size


def test_show_tells_the_rule_and_the_parts_in_order(
    archive: Archive, tmp_path: Path, shared_media: Path, monkeypatch: object
) -> None:
    _put(tmp_path / "card", "GOPR0001.MP4", shared_media / "video" / "with-gps.mp4")
    _put(tmp_path / "card", "GP010001.MP4", shared_media / "video" / "max-heromode.mp4")
    summary = _ingest(archive, tmp_path / "card")
    environment = {"MEDIA_ARCHIVE_HOME": str(archive.settings.home), "LC_ALL": "zh_CN.UTF-8"}
    shown = CliRunner().invoke(cli, ["show", str(summary.assets[0])], env=environment).stdout
    assert "gopro-chapters: 同一次 GoPro 录制" in shown
    assert shown.index("original 1    GOPR0001.MP4") < shown.index("original 2    GP010001.MP4")
    told = json.loads(CliRunner().invoke(cli, ["show", str(summary.assets[0]), "--json"], env=environment).stdout)
    assert told["grouping"]["rule"] == "gopro-chapters"
    assert told["grouping"]["explanation"].startswith("Chapters of one GoPro recording")
    assert [one["detail"]["grouping"] for one in told["events"] if one["what"] == "ingestion"] == ["gopro-chapters"]


def test_corrections_outlast_a_second_ingest_and_a_second_probe(
    archive: Archive, tmp_path: Path, shared_media: Path
) -> None:
    card = tmp_path / "card"
    picture(card / "IMG_1.jpg", 1)
    picture(card / "IMG_1-Edit.tif", 2)
    picture(card / "other.jpg", 3)
    _put(card, "GX010001.MP4", shared_media / "video" / "with-gps.mp4")
    _put(card, "GX010001.LRV", shared_media / "video" / "nasa_13013.mp4")
    _put(card, "IMG_1.xmp", shared_media / "sidecar" / "2010.xmp")
    _ingest(archive, card)
    with archive.transaction() as session:
        files = {file.name: file for file in session.scalars(select(File))}
        picture_of = session.get_one(Asset, files["IMG_1.jpg"].asset_id)
        grouping.take_out(session, picture_of, [files["IMG_1-Edit.tif"]], "王敏")
        edited = session.get_one(Asset, files["IMG_1-Edit.tif"].asset_id)
        grouping.join(session, [catalogue.asset(session, files["other.jpg"].sha256), edited], "王敏")
        clip = session.get_one(Asset, files["GX010001.MP4"].asset_id)
        grouping.take_out(session, clip, [files["GX010001.LRV"]], "王敏")
    before = _assets(archive)
    assert [[name for name, _, _ in one[2]] for one in before] == [
        ["GX010001.LRV"],
        ["GX010001.MP4"],
        ["IMG_1.jpg", "IMG_1.xmp"],
        ["other.jpg", "IMG_1-Edit.tif"],
    ]
    again = _ingest(archive, card)
    assert (again.added, again.duplicates) == (0, 6)
    archive.runner().drain("fast")
    assert _assets(archive) == before
    with archive.reading() as session:
        assert {file.role for file in session.scalars(select(File))} == {Role.ORIGINAL, Role.SIDECAR}
