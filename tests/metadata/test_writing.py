"""Descriptions written into copies: the picture stays what it is, bit by bit, and what others wrote survives."""

import io
from pathlib import Path

import pytest
from PIL import Image

from media_archive.errors import Unsupported
from media_archive.metadata.reading import iptc, xmp
from media_archive.metadata.writing import embed, iim
from media_archive.metadata.writing.packet import packet
from media_archive.metadata.writing.statement import Position, Statement
from tests.drawn import picture

SAID = Statement(
    asset_id="0197a3c2",
    title="解放路改造开工",
    caption="2017年6月12日，<解放路> & 董子园；\x00😀",
    creator=["王敏"],
    keywords=["道路", "德州"],
    branches=["项目|P1 解放路"],
    rights="德州市城建档案馆",
    taken="2017-06-12T09:30:00+08:00",
    position=Position(lat=37.45, lon=-116.3, alt=-12.5),
)
OTHERS = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" crs:Tint="+5"
 xmlns:GPano="http://ns.google.com/photos/1.0/panorama/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<GPano:ProjectionType>equirectangular</GPano:ProjectionType><dc:title>old</dc:title></rdf:Description></rdf:RDF></x:xmpmeta>"""


def _embedded(source: Path, name: str, said: Statement = SAID) -> Path:
    target = source.with_name(f"out{source.suffix}")
    draft = source.with_name("draft")
    draft.write_bytes(source.read_bytes())
    embed.embed(str(draft), str(target), name, said.model_dump(mode="json"))
    return target


def _scans(jpeg: bytes) -> bytes:
    """From the first start of scan that follows the segments: what decoders make the picture of."""
    at = 2
    while jpeg[at + 1] != 0xDA:
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return jpeg[at:]


def test_our_own_reader_reads_what_we_write_and_others_properties_stay() -> None:
    found = xmp.read(packet(SAID, [OTHERS]).main)
    assert found["dc:title"] == {"x-default": "解放路改造开工", "zh": "解放路改造开工"}
    assert found["dc:description"]["zh"] == "2017年6月12日，<解放路> & 董子园；😀"
    assert found["dc:subject"] == ["道路", "德州"]
    assert found["lr:hierarchicalSubject"] == ["项目|P1 解放路"]
    assert found["exif:GPSLatitude"] == "37,27.000000N"
    assert "equirectangular" in found.values()


@pytest.mark.parametrize("name", ["jpg", "png", "webp", "tif"])
def test_a_copys_pixels_are_those_of_its_original(name: str, tmp_path: Path) -> None:
    source = picture(tmp_path / f"a.{name}", 7, (65, 41))
    target = _embedded(source, {"jpg": "jpeg", "tif": "tiff"}.get(name, name))
    assert target.read_bytes() != source.read_bytes()
    with Image.open(source) as before, Image.open(target) as after:
        assert before.tobytes() == after.tobytes()
        said = after.info.get("xmp") or after.getxmp()
    assert said


def test_the_compressed_picture_of_a_jpeg_is_copied_byte_by_byte(tmp_path: Path) -> None:
    source = picture(tmp_path / "a.jpg", 3, (640, 480), progressive=True)
    assert _scans(_embedded(source, "jpeg").read_bytes()) == _scans(source.read_bytes())


def test_exif_of_real_photographs_keeps_its_makers_notes(shared_media: Path, tmp_path: Path) -> None:
    source = tmp_path / "a.jpg"
    source.write_bytes((shared_media / "photo" / "withPanasonicFaces.jpg").read_bytes())
    with Image.open(source) as before, Image.open(_embedded(source, "jpeg")) as after:
        old, new = before.getexif(), after.getexif()
        assert new.get_ifd(0x8769)[0x927C] == old.get_ifd(0x8769)[0x927C]
        assert old[0x010F] == new[0x010F]
        assert new[0x8298].encode("latin-1").decode() == "德州市城建档案馆"
        assert before.tobytes() == after.tobytes()


def test_a_corrected_clock_reaches_the_exif_of_the_copy(shared_media: Path, tmp_path: Path) -> None:
    source = tmp_path / "a.jpg"
    source.write_bytes((shared_media / "photo" / "withPanasonicFaces.jpg").read_bytes())
    corrected = SAID.model_copy(update={"clock_corrected": True})
    with Image.open(_embedded(source, "jpeg", corrected)) as after:
        assert after.getexif().get_ifd(0x8769)[0x9003] == "2017:06:12 09:30:00"


def test_further_pictures_in_a_jpeg_are_still_found(tmp_path: Path) -> None:
    source = tmp_path / "a.mpo"
    one, two = Image.new("RGB", (64, 48), "red"), Image.new("RGB", (32, 24), "blue")
    one.save(source, format="MPO", save_all=True, append_images=[two], xmp=OTHERS)  # lies behind the index
    with Image.open(source) as before, Image.open(_embedded(source, "jpeg")) as after:
        assert (before.format, after.format) == ("MPO", "MPO")
        for number in range(2):
            before.seek(number)
            after.seek(number)
            assert before.tobytes() == after.tobytes()


def test_a_description_longer_than_a_segment_is_continued_in_further_ones(tmp_path: Path) -> None:
    long = SAID.model_copy(update={"caption": "施工现场" * 20_000})
    target = _embedded(picture(tmp_path / "a.jpg"), "jpeg", long)
    with Image.open(target) as after:
        after.load()
    assert target.read_bytes().count(b"http://ns.adobe.com/xmp/extension/\x00") > 3
    # written again, the pieces come together and the longer text goes
    again = _embedded(target.rename(tmp_path / "b.jpg"), "jpeg")
    assert again.read_bytes().count(b"http://ns.adobe.com/xmp/extension/\x00") == 0


def test_old_records_in_chinese_characters_become_utf8_and_the_rest_stays() -> None:
    before = b"".join(
        bytes([0x1C, 2, number]) + len(value).to_bytes(2, "big") + value
        for number, value in ((15, b"ABC"), (105, "旧标题".encode("gb18030")), (120, "旧说明".encode("gb18030")))
    )
    found = iptc.read(iim.written(before, SAID))
    assert found["characters"] == "utf-8"
    assert (found["Headline"], found["Category"]) == ("旧标题", "ABC")
    assert found["Caption"].startswith("2017年6月12日")
    assert found["Keywords"] == ["道路", "德州"]


def test_a_long_title_is_cut_between_characters() -> None:
    found = iptc.read(iim.written(b"", SAID.model_copy(update={"title": "解" * 50})))
    assert found["ObjectName"] == "解" * 21


def test_a_film_is_extended_behind_its_end_and_only_there(shared_media: Path, tmp_path: Path) -> None:
    source = tmp_path / "a.mp4"
    source.write_bytes((shared_media / "video" / "with-gps.mp4").read_bytes())
    target = _embedded(source, "mp4").read_bytes()
    assert target.startswith(source.read_bytes())
    (tmp_path / "b.mp4").write_bytes(target)
    again = _embedded(tmp_path / "b.mp4", "mp4").read_bytes()
    assert len(again) - len(target) == len(target) - source.stat().st_size
    assert again.count(b"uuid\xbe\x7a\xcf\xcb") == 1


@pytest.mark.parametrize(
    ("name", "damaged"),
    [
        ("jpeg", b"\xff\xd8\xff\xe1\xff\xff"),
        ("png", b"\x89PNG\r\n\x1a\n\0\0"),
        ("webp", b"RIFF\xff\0\0\0WEBPVP8 "),
        ("tiff", b"II*\0\xff\xff\xff\xff"),
        ("mp4", b"\0\0\xff\xffftypmp42"),
        ("gif", b"GIF89a"),
    ],
)
def test_what_cannot_safely_be_written_into_is_left_as_it_was(name: str, damaged: bytes, tmp_path: Path) -> None:
    draft = tmp_path / "draft"
    draft.write_bytes(damaged)
    with pytest.raises(Unsupported):
        embed.embed(str(draft), str(tmp_path / "out"), name, SAID.model_dump(mode="json"))
    assert draft.read_bytes() == damaged


@pytest.mark.slow
def test_a_hostile_packet_is_refused_and_not_obeyed() -> None:
    for bad in (b"<x", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"<a>" * 20_000 + b"</a>" * 20_000):
        try:
            made = packet(SAID, [bad]).main
        except Unsupported:
            continue
        assert xmp.read(made)["dc:subject"] == ["道路", "德州"]


def test_pillow_reads_the_xmp_of_every_format(tmp_path: Path) -> None:
    for name in ("jpg", "png", "webp", "tif"):
        target = _embedded(picture(tmp_path / f"a.{name}", 5), {"jpg": "jpeg", "tif": "tiff"}.get(name, name))
        with Image.open(io.BytesIO(target.read_bytes())) as after:
            assert "解放路改造开工" in str(after.getxmp()), name
