"""ExifTool reads back what we write: sidecars, and copies of every format that descriptions go into."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from media_archive.metadata.formats import FORMATS
from media_archive.metadata.record import Location
from media_archive.metadata.service import probe
from media_archive.metadata.writing import embed
from media_archive.metadata.writing.statement import Position, Statement

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("exiftool") is None, reason="there is no ExifTool here to read it back"),
]
SAID = Statement(
    asset_id="0197a3c2-0000-7000-8000-000000000000",
    archival_code="J001-ZP·2024-Y-0012-0003",
    archive="德州市城建档案馆",
    title="解放路改造开工",
    headline="北段",
    caption="2017年6月12日，解放路北段开工",
    creator=["王敏", "李强"],
    keywords=["道路", "开工"],
    branches=["项目|P1 解放路改造", "街道|解放路"],
    credit="德州日报",
    rights="德州市城建档案馆",
    persons=["张伟"],
    event="开工典礼",
    location_created=Location(sublocation="解放路", city="德州市", state="山东省", country="中国", country_code="CHN"),
    location_shown=[Location(name="董子园")],
    rating=4,
    label="Green",
    taken="2017-06-12T09:30:00+08:00",
    position=Position(lat=37.4534567, lon=-116.3012345, alt=-12.5, direction=275.5, at="2017-06-12T01:30:00Z"),
)
EXPECTED: dict[str, Any] = {
    "XMP-dc:Title": "解放路改造开工",
    "XMP-dc:Title-zh": "解放路改造开工",
    "XMP-dc:Description": "2017年6月12日，解放路北段开工",
    "XMP-dc:Creator": ["王敏", "李强"],
    "XMP-dc:Subject": ["道路", "开工"],
    "XMP-dc:Rights": "德州市城建档案馆",
    "XMP-lr:HierarchicalSubject": ["项目|P1 解放路改造", "街道|解放路"],
    "XMP-photoshop:Headline": "北段",
    "XMP-photoshop:Credit": "德州日报",
    "XMP-photoshop:City": "德州市",
    "XMP-photoshop:DateCreated": "2017:06:12 09:30:00+08:00",
    "XMP-iptcCore:Location": "解放路",
    "XMP-iptcExt:PersonInImage": "张伟",
    "XMP-iptcExt:Event": "开工典礼",
    "XMP-iptcExt:LocationShownLocationName": "董子园",
    "XMP-iptcExt:LocationCreatedCity": "德州市",
    "XMP-xmp:Rating": 4,
    "XMP-xmp:Label": "Green",
    "XMP-exif:GPSLatitude": 37.4534567,
    "XMP-exif:GPSLongitude": -116.3012345,
    "XMP-exif:GPSImgDirection": 275.5,
    "XMP-exif:GPSAltitudeRef": 1,
    "XMP-mediaArchive:ArchivalCode": "J001-ZP·2024-Y-0012-0003",
}
IIM = {
    "IPTC:ObjectName": "解放路改造开工",
    "IPTC:Caption-Abstract": "2017年6月12日，解放路北段开工",
    "IPTC:Keywords": ["道路", "开工"],
    "IPTC:By-line": ["王敏", "李强"],
    "IPTC:City": "德州市",
    "IPTC:CodedCharacterSet": "\x1b%G",
}


def _told(file: Path) -> dict[str, Any]:
    done = subprocess.run(
        ["exiftool", "-json", "-G1", "-n", "-all", "-CurrentIPTCDigest", str(file)], capture_output=True, check=True
    )
    told: dict[str, Any] = json.loads(done.stdout)[0]
    return told


def _agrees(told: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    """What differs: name -> (expected, told)."""
    wrong = {}
    for name, value in expected.items():
        found = told.get(name)
        close = isinstance(value, float) and isinstance(found, int | float) and abs(found - value) < 1e-7
        if found != value and not close:
            wrong[name] = (value, found)
    return wrong


def _embedded(source: Path, tmp_path: Path, format_name: str) -> Path:
    draft, target = tmp_path / "draft", tmp_path / f"out{source.suffix}"
    shutil.copy(source, draft)
    embed.embed(str(draft), str(target), format_name, SAID.model_dump(mode="json"))
    return target


def test_exiftool_reads_a_sidecar(tmp_path: Path) -> None:
    target = tmp_path / "a.xmp"
    embed.sidecar(str(target), SAID.model_dump(mode="json"), None)
    told = _told(target)
    assert _agrees(told, EXPECTED) == {}
    assert not [name for name in told if name.endswith((":Warning", ":Error"))]


@pytest.mark.parametrize(
    ("name", "format_name"),
    [
        ("photo/sunrise.jpg", "jpeg"),
        ("photo/withIptcExifGps.jpg", "jpeg"),
        ("photo/withPanasonicFaces.jpg", "jpeg"),
        ("photo/2024-04-30_G012.JPG", "jpeg"),
        ("photo/Channel_digital_image_CMYK_color.jpg", "jpeg"),
        ("photo/sunrise.png", "png"),
        ("photo/sunrise.webp", "webp"),
        ("photo/_DSC6099.webp", "webp"),
        ("photo/sunrise.tif", "tiff"),
        ("video/with-gps.mp4", "mp4"),
        ("video/apple-prores-422-proxy.mov", "mov"),
    ],
)
def test_exiftool_reads_what_is_written_into_copies(
    name: str, format_name: str, shared_media: Path, tmp_path: Path
) -> None:
    source = shared_media / name
    target = _embedded(source, tmp_path, format_name)
    told, before = _told(target), _told(source)
    assert _agrees(told, EXPECTED) == {}
    assert {one for one in told if one.endswith(":Error")} <= {one for one in before if one.endswith(":Error")}
    if format_name == "jpeg":
        assert _agrees(told, IIM) == {}
        assert told["Photoshop:IPTCDigest"] == told["File:CurrentIPTCDigest"]
    kept = {
        one: value for one, value in before.items() if one.startswith(("ICC_Profile:", "ICC-", "MakerNotes", "Track"))
    }
    assert _agrees(told, kept) == {}


@pytest.mark.parametrize(
    ("suffix", "format_name"), [("jpg", "jpeg"), ("png", "png"), ("webp", "webp"), ("tif", "tiff")]
)
def test_our_own_readers_read_it_too(suffix: str, format_name: str, shared_media: Path, tmp_path: Path) -> None:
    target = _embedded(shared_media / "photo" / f"sunrise.{suffix}", tmp_path, format_name)
    said = probe(target, FORMATS[format_name]).record.description
    assert (said.title, said.caption, said.keywords) == (SAID.title, SAID.caption, SAID.keywords)
    assert (said.creator, said.rights, said.rating) == (SAID.creator, SAID.rights, SAID.rating)
