"""Photographs: moments, places and words, and which source is believed."""

from pathlib import Path

import pytest
from PIL import Image

from media_archive.metadata.formats import recognise_path
from media_archive.metadata.record import Record
from media_archive.metadata.service import Found, Probed, normalise, probe


def probed(path: Path, **more: str) -> Probed:
    known = recognise_path(path)
    assert known is not None
    return probe(path, known, **more)  # type: ignore[arg-type]


def record_of(path: Path) -> Record:
    return probed(path).record


def from_tags(sidecar: dict[str, object] | None = None, **found: dict[str, object]) -> Record:
    from media_archive.metadata.formats import FORMATS

    beside = [Found("xmp", "1", sidecar)] if sidecar else []
    return normalise(FORMATS["jpeg"], [Found(tool, "1", said) for tool, said in found.items()], sidecar=beside)


def test_the_same_picture_in_five_formats_has_one_record(media: Path) -> None:
    records = [record_of(media / f"photo/sunrise.{suffix}") for suffix in ("jpg", "png", "webp", "avif", "tif")]
    for record in records:
        assert record.capture is not None
        assert record.capture.at == "2017-10-27T08:38:52+02:00"
        assert record.capture.instant.isoformat() == "2017-10-27T06:38:52+00:00"
        assert record.gps is not None
        assert (record.gps.lat, record.gps.lon, record.gps.direction) == (36.5974417, -4.50846, 7.0)
        assert record.lens.model == "smc PENTAX-DA* 16-50mm F2.8 ED AL [IF] SDM"
        assert record.description.title == "Sunrise in Spain"
        assert record.description.keywords == ["Malaga", "Torremolinos"]
        assert record.description.creator == ["Bjørn Erik Pedersen"]
        assert (record.shown.width, record.shown.height) == (1024, 640)
        assert record.still is not None
        assert (record.exposure.time, record.exposure.f_number, record.exposure.iso) == ("1/200", 5.6, 100)


@pytest.mark.parametrize(("name", "orientation"), [("Landscape_5", 5), ("Landscape_6", 6), ("Portrait_8", 8)])
def test_turned_pictures_are_measured_upright(media: Path, name: str, orientation: int) -> None:
    record = record_of(media / f"photo/{name}.jpg")
    assert record.still.orientation == orientation
    assert record.still.width is not None
    assert record.still.height is not None
    assert (record.shown.width, record.shown.height) == (record.still.height, record.still.width)
    assert (
        record.shown.width > record.shown.height if record.shown.width and record.shown.height else False
    ) == name.startswith("Landscape")


def test_a_turned_heic_is_measured_upright(media: Path) -> None:
    record = record_of(media / "photo/arrow.heic")
    assert (record.shown.width, record.shown.height, record.still.width, record.still.orientation) == (
        3024,
        4032,
        4032,
        6,
    )


def test_empty_gps_is_no_place(media: Path) -> None:
    assert record_of(media / "photo/empty_gps.jpg").gps is None


def test_a_place_below_the_sea_or_elsewhere_keeps_its_datum(media: Path) -> None:
    place = record_of(media / "photo/2024-04-30_G012.JPG").gps
    assert place is not None
    assert place.datum == "EPSG:9777"


def test_exif_is_believed_before_xmp_and_iptc(media: Path) -> None:
    taken = record_of(media / "photo/date-priority-test.jpg").capture
    assert taken is not None
    assert taken.source == "exif DateTimeOriginal"


def test_satellites_tell_the_moment_where_no_clock_does(media: Path) -> None:
    taken = record_of(media / "photo/gps-datetime.jpg").capture
    assert taken is not None
    assert taken.instant.isoformat() == "2023-11-15T12:30:00+00:00"


def test_a_clock_without_offset_stands_in_the_zone_of_the_archive(media: Path) -> None:
    here = probed(media / "photo/portrait.jpg")
    assert here.record.capture is None
    path = media / "photo/picasa.jpg"
    shanghai, utc = probed(path, zone="Asia/Shanghai").record.capture, probed(path, zone="UTC").record.capture
    assert shanghai is not None
    assert utc is not None
    assert shanghai.offset is None
    assert shanghai.at == utc.at == "2010-02-13T14:55:31"
    assert (utc.instant - shanghai.instant).total_seconds() == 8 * 3600


def test_deep_colour_and_pages_are_seen(media: Path) -> None:
    bits = {"10bit-HDR-P3-nclx.avif": 10, "cat.hif": 10, "8bit-sRGB.avif": 8, "cielab-dagams.tiff": 16}
    for name, depth in bits.items():
        still = record_of(media / "photo" / name).still
        assert still is not None
        assert still.bit_depth == depth, name
    still = record_of(media / "photo/testTIFF_multipage.tif").still
    assert still is not None
    assert still.pages == 2
    still = record_of(media / "photo/cmyk_jpeg.tif").still
    assert still is not None
    assert (still.color_model, still.profile) == ("CMYK", "Coated FOGRA27 (ISO 12647-2:2004)")


def test_arrays_of_iso_speeds_and_sidecars(media: Path) -> None:
    found = probed(media / "sidecar/iso-value-array.xmp")
    assert found.record.still is None, "a sidecar speaks of a picture, and is none"
    assert found.record.exposure.iso == 160
    assert found.record.gps is not None
    assert found.record.gps.lat == pytest.approx(40.2346441)


def test_a_sidecar_wins_for_words_and_not_for_the_moment() -> None:
    record = from_tags(
        sidecar={"dc:title": {"x-default": "湖滨路桥"}, "xmp:CreateDate": "2000-01-01", "xmp:Rating": "5"},
        iptc={"ObjectName": "old", "Keywords": ["路", "桥"]},
        exif={"EXIF DateTimeOriginal": "2017:06:12 09:30:00", "Image ImageDescription": "OLYMPUS DIGITAL CAMERA"},
    )
    assert record.description.title == "湖滨路桥"
    assert record.description.keywords == ["路", "桥"]
    assert record.description.rating == 5
    assert record.description.caption is None
    assert record.capture is not None
    assert record.capture.at == "2017-06-12T09:30:00"


@pytest.mark.parametrize(
    "junk", ["SONY DSC", "OLYMPUS DIGITAL CAMERA", "dav", "   ", "DCIM\\100MEDIA\\DJI_0001.JPG", "’"]
)
def test_what_cameras_put_where_a_caption_belongs_is_no_caption(junk: str) -> None:
    assert from_tags(exif={"Image ImageDescription": junk}).description.caption is None


def test_a_rejected_picture_is_told_from_one_without_stars() -> None:
    assert from_tags(xmp={"xmp:Rating": "-1"}).description.rating == -1
    assert from_tags(xmp={"xmp:Rating": "9"}).description.rating is None


def test_chinese_captions_are_read_whatever_wrote_them(tmp_path: Path) -> None:
    """EXIF in GB 18030 as old Chinese programs write it, and IPTC in GB 18030 without saying so."""
    tags = Image.Exif()
    tags[0x010E] = "德州老火车站".encode("gb18030")
    tags[0x9C9B] = "站前广场".encode("utf-16-le") + b"\0\0"
    caption, creator = "拆迁前的北厂街".encode("gb18030"), "张三".encode("gb18030")
    iim = b"".join(b"\x1c\x02" + bytes([n]) + len(v).to_bytes(2, "big") + v for n, v in ((80, creator), (120, caption)))
    resource = b"8BIM\x04\x04\x00\x00" + len(iim).to_bytes(4, "big") + iim + bytes(len(iim) % 2)
    path = tmp_path / "a.jpg"
    Image.new("RGB", (8, 8)).save(path, exif=tags)
    segment = b"Photoshop 3.0\x00" + resource
    data = path.read_bytes()
    path.write_bytes(data[:2] + b"\xff\xed" + (len(segment) + 2).to_bytes(2, "big") + segment + data[2:])
    record = record_of(path)
    assert record.description.caption == "德州老火车站"
    conflict = next(one for one in record.conflicts if one.field == "description.caption")
    assert [(other.field, other.value) for other in conflict.others] == [("iptc Caption", "拆迁前的北厂街")]
    assert record.description.creator == ["张三"]
    assert record.description.title == "站前广场"


def test_a_turned_tiff_is_measured_upright(tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    Image.new("L", (40, 20)).save(path, tiffinfo={274: 6})
    record = record_of(path)
    assert (record.still.width, record.still.height, record.shown.width, record.shown.height) == (40, 20, 20, 40)


def test_a_turned_raw_is_measured_upright() -> None:
    record = from_tags(LibRaw={"width": 6000, "height": 4000, "flip": 5})
    assert (record.still.orientation, record.shown.width, record.shown.height) == (8, 4000, 6000)


@pytest.mark.parametrize("suffix", ["gif", "bmp", "jp2", "jxl", "heic", "avif", "webp", "png", "tif"])
def test_every_kind_of_picture_is_measured(suffix: str, tmp_path: Path) -> None:
    import pillow_heif
    import pillow_jxl  # noqa: F401 - registers itself

    pillow_heif.register_heif_opener()
    path = tmp_path / f"a.{suffix}"
    Image.new("RGB", (64, 48), "teal").save(path)
    found = probed(path)
    assert found.problem is None
    assert (found.record.shown.width, found.record.shown.height) == (64, 48)
    assert found.findings[0].version
