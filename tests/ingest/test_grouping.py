"""Which files become one asset."""

from pathlib import Path

import pytest

from media_archive.ingest.find import Candidate
from media_archive.ingest.grouping import Recognised, group
from media_archive.metadata.formats import FORMATS
from media_archive.storage.models import Role


def _file(name: str, format_: str) -> Recognised:
    return Recognised(Candidate(Path("/card") / name, "", 10, 0), FORMATS[format_], name)


def _names(*files: Recognised) -> list[list[str]]:
    return [[member.candidate.path.name for member in one.members] for one in group(files)[0]]


def test_a_raw_and_the_jpeg_beside_it_are_one() -> None:
    assert _names(_file("A1.CR2", "cr2"), _file("A1.JPG", "jpeg")) == [["A1.CR2", "A1.JPG"]]


def test_a_raw_its_jpeg_and_the_sidecar_are_one() -> None:
    groups, alone = group([_file("a1.cr2", "cr2"), _file("A1.JPG", "jpeg"), _file("A1.xmp", "xmp")])
    assert [member.role for member in groups[0].members] == [Role.ORIGINAL, Role.ORIGINAL, Role.SIDECAR]
    assert alone == []


def test_several_raws_of_one_name_stay_apart() -> None:
    assert _names(_file("s.arw", "arw"), _file("s.dng", "dng"), _file("s.jpg", "jpeg")) == [
        ["s.arw"],
        ["s.dng"],
        ["s.jpg"],
    ]


def test_the_same_picture_in_several_formats_stays_apart() -> None:
    assert _names(_file("s.jpg", "jpeg"), _file("s.tif", "tiff"), _file("s.webp", "webp")) == [
        ["s.jpg"],
        ["s.tif"],
        ["s.webp"],
    ]


@pytest.mark.parametrize(
    ("sidecar", "format_"),
    [
        ("DJI_1.SRT", "srt"),
        ("DJI_1.xmp", "xmp"),
        ("DJI_1M01.XML", "camera-xml"),
    ],
)
def test_a_clip_takes_what_lies_beside_it(sidecar: str, format_: str) -> None:
    groups, _ = group([_file("DJI_1.MP4", "mp4"), _file(sidecar, format_)])
    assert [[member.role for member in one.members] for one in groups] == [[Role.ORIGINAL, Role.SIDECAR]]


@pytest.mark.parametrize(("preview", "format_"), [("DJI_1.THM", "jpeg"), ("DJI_1.LRF", "mp4"), ("dji_1.lrv", "mp4")])
def test_what_the_camera_made_of_a_clip_is_kept_with_it_as_its_preview(preview: str, format_: str) -> None:
    groups, _ = group([_file("DJI_1.MP4", "mp4"), _file(preview, format_)])
    assert [[member.role for member in one.members] for one in groups] == [[Role.ORIGINAL, Role.PROXY]]


def test_a_sidecar_goes_to_the_file_whose_whole_name_it_has() -> None:
    assert _names(_file("a.jpg", "jpeg"), _file("a.mp4", "mp4"), _file("a.mp4.xmp", "xmp")) == [
        ["a.jpg"],
        ["a.mp4", "a.mp4.xmp"],
    ]


def test_a_sidecar_alone_belongs_to_nothing() -> None:
    groups, alone = group([_file("a.jpg", "jpeg"), _file("b.xmp", "xmp")])
    assert [one.candidate.path.name for one in alone] == ["b.xmp"]
    assert len(groups) == 1


def test_a_preview_without_its_clip_is_a_picture_of_its_own() -> None:
    assert _names(_file("a.thm", "jpeg")) == [["a.thm"]]
