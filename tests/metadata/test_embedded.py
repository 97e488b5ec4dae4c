"""What else lies in a photograph's file: regions, previews, films, gain and depth maps, and what ties files together."""

import struct
from pathlib import Path

import pytest
from PIL import Image

from media_archive.metadata.formats import FORMATS, identify_path
from media_archive.metadata.record import Record, Region
from media_archive.metadata.service import Found, normalise, probe


def record_of(path: Path) -> Record:
    known = identify_path(path)
    assert known is not None
    return probe(path, known.format).record


def from_tags(**found: dict[str, object]) -> Record:
    return normalise(FORMATS["jpeg"], [Found(tool, "1", said) for tool, said in found.items()])


def box(region: Region) -> tuple[str | None, str | None, float, float, float, float]:
    return region.name, region.kind, region.x, region.y, region.width, region.height


def drawn(path: Path, segment: bytes = b"", trailer: bytes = b"") -> Path:
    """A picture with one more segment of the kind APP1, and something behind its end."""
    Image.new("RGB", (64, 48)).save(path, "JPEG")
    data = path.read_bytes()
    more = b"\xff\xe1" + (len(segment) + 2).to_bytes(2, "big") + segment if segment else b""
    path.write_bytes(data[:2] + more + data[2:] + trailer)
    return path


def xmp(properties: str) -> bytes:
    return (
        b"http://ns.adobe.com/xap/1.0/\x00"
        + (
            '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            '<rdf:Description rdf:about="" xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" '
            'xmlns:Container="http://ns.google.com/photos/1.0/container/" '
            'xmlns:Item="http://ns.google.com/photos/1.0/container/item/" '
            f'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" {properties}</rdf:Description></rdf:RDF></x:xmpmeta>'
        ).encode()
    )


def test_regions_of_the_working_group_are_counted_from_the_top_left() -> None:
    area = {"stArea:x": "0.5", "stArea:y": "0.4", "stArea:w": "0.2", "stArea:h": "0.1", "stArea:unit": "normalized"}
    region = {"mwg-rs:Area": area, "mwg-rs:Name": "张三", "mwg-rs:Type": "Face"}
    found = from_tags(xmp={"mwg-rs:Regions": {"mwg-rs:RegionList": [region]}}).description.regions
    assert [box(one) for one in found] == [("张三", "Face", 0.4, 0.35, 0.2, 0.1)]


def test_regions_of_windows_and_picasa_are_read() -> None:
    region = {"MPReg:Rectangle": "0.25, 0.5, 0.125, 0.25", "MPReg:PersonDisplayName": "李四"}
    found = from_tags(xmp={"MP:RegionInfo": {"MPRI:Regions": [region]}}).description.regions
    assert [box(one) for one in found] == [("李四", "Face", 0.25, 0.5, 0.125, 0.25)]


def test_iptc_regions_in_pixels_and_polygons_are_read() -> None:
    corners = [
        {"Iptc4xmpExt:rbX": x, "Iptc4xmpExt:rbY": y} for x, y in (("0.1", "0.2"), ("0.5", "0.2"), ("0.3", "0.6"))
    ]
    shapes: list[dict[str, object]] = [
        {"rbShape": "rectangle", "rbUnit": "pixel", "rbX": "100", "rbY": "50", "rbW": "200", "rbH": "100"},
        {"rbShape": "polygon", "rbUnit": "relative", "rbVertices": corners},
        {"rbShape": "circle", "rbUnit": "relative", "rbX": "0.5", "rbY": "0.5", "rbRx": "0.1"},
    ]
    listed = [{"Iptc4xmpExt:RegionBoundary": {f"Iptc4xmpExt:{n}": v for n, v in one.items()}} for one in shapes]
    record = from_tags(jpeg={"width": 1000, "height": 500}, xmp={"Iptc4xmpExt:ImageRegion": listed})
    assert [box(one)[2:] for one in record.description.regions] == [
        (0.1, 0.1, 0.2, 0.2),
        (0.1, 0.2, 0.4, 0.4),
        (0.4, 0.4, 0.2, 0.2),
    ]


def test_faces_that_a_camera_found_are_read_from_its_note(media: Path) -> None:
    record = record_of(media / "photo/withPanasonicFaces.jpg")
    assert len(record.description.regions) == 1
    face = record.description.regions[0]
    assert face.kind == "Face"
    assert 0 < face.x < face.x + face.width < 1
    assert 0 < face.y < face.y + face.height < 1
    assert record.sources["description.regions"] == "maker Faces"


def test_previews_are_told_with_their_sizes(media: Path) -> None:
    previews = record_of(media / "photo/sunrise.jpg").still.previews  # type: ignore[union-attr]
    assert [(one.kind, one.width, one.height, one.size) for one in previews] == [
        ("thumbnail", 256, 160, 5901),
        ("Photoshop thumbnail", 256, 160, 5901),
    ]
    still = record_of(media / "photo/cat.hif").still
    assert still is not None
    assert [(one.width, one.height) for one in still.previews] == [(1616, 1080), (320, 212), (160, 120)]


def test_a_motion_photo_says_where_its_film_begins(media: Path) -> None:
    path = media / "photo/pixel-motion-photo-shortened.jpg"
    still = record_of(path).still
    assert still is not None
    assert still.motion_photo
    assert still.motion_photo_offset == 131582


def test_a_micro_video_is_counted_from_the_end_of_the_file(tmp_path: Path) -> None:
    film = bytes(4) + b"ftypmp42" + bytes(500)
    path = drawn(tmp_path / "a.jpg", xmp(f'GCamera:MicroVideo="1" GCamera:MicroVideoOffset="{len(film)}">'), film)
    still = record_of(path).still
    assert still is not None
    assert still.motion_photo
    assert path.read_bytes()[still.motion_photo_offset :] == film


def test_a_samsung_trailer_says_where_its_film_begins(tmp_path: Path) -> None:
    film, name = bytes(4) + b"ftypmp42" + bytes(500), b"MotionPhoto_Data"
    entry = struct.pack("<HHI", 0, 0x0A30, len(name)) + name + film
    directory = b"SEFH" + struct.pack("<II", 106, 1) + struct.pack("<HHII", 0, 0x0A30, len(entry), len(entry))
    path = drawn(tmp_path / "a.jpg", b"", entry + directory + struct.pack("<I", len(directory)) + b"SEFT")
    still = record_of(path).still
    assert still is not None
    assert still.motion_photo
    assert still.motion_photo_offset is not None
    assert path.read_bytes()[still.motion_photo_offset :].startswith(film)


@pytest.mark.parametrize(
    ("properties", "hdr", "depth"),
    [
        ('hdrgm:Version="1.0">', "gain map", None),
        (
            "><Container:Directory><rdf:Seq>"
            '<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Primary" Item:Mime="image/jpeg"/></rdf:li>'
            '<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="GainMap" Item:Length="9"/></rdf:li>'
            '<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Depth" Item:Length="9"/></rdf:li>'
            "</rdf:Seq></Container:Directory>",
            "gain map",
            True,
        ),
        (">", None, None),
    ],
)
def test_gain_maps_and_depth_maps_are_seen(
    properties: str, hdr: str | None, depth: bool | None, tmp_path: Path
) -> None:
    still = record_of(drawn(tmp_path / "a.jpg", xmp(properties))).still
    assert still is not None
    assert (still.hdr, still.depth) == (hdr, depth)


def test_pq_is_seen_by_the_colour_that_a_picture_states(media: Path) -> None:
    still = record_of(media / "photo/10bit-HDR-P3-nclx.avif").still
    assert still is not None
    assert (still.hdr, still.bit_depth, still.chroma, still.compression) == ("PQ", 10, "4:4:4", "AV1")


def test_what_ties_a_live_photo_to_its_film_is_read(tmp_path: Path) -> None:
    """Apple's note: a directory in the big-endian order whose offsets count from the note's start."""
    uuid, burst = b"7B2E5C4A-0000-4000-8000-1234567890AB\0", b"11111111-2222-4333-8444-555555555555\0"
    texts, at, entries = b"", 14 + 2 + 2 * 12 + 4, b""
    for tag, text in ((0x000B, burst), (0x0011, uuid)):
        entries += struct.pack(">HHII", tag, 2, len(text), at + len(texts))
        texts += text
    note = b"Apple iOS\x00\x00\x01MM" + struct.pack(">H", 2) + entries + bytes(4) + texts
    tags = Image.Exif()
    tags[0x010F] = "Apple"
    tags.get_ifd(0x8769)[0x927C] = note
    path = tmp_path / "a.jpg"
    Image.new("RGB", (8, 8)).save(path, exif=tags)
    still = record_of(path).still
    assert still is not None
    assert still.content_identifier == uuid[:-1].decode()
    assert still.burst == burst[:-1].decode()


def test_a_picture_that_its_library_refuses_is_told_as_far_as_it_is_whole(media: Path) -> None:
    record = record_of(media / "broken/corrupted.hif")
    assert (record.camera.model, record.exposure.iso) == ("Canon EOS-1D X Mark III", 2000)
    assert record.still is not None
    assert (record.still.width, record.still.height) == (5472, 3648)


def test_iptc_core_and_extension_are_read(tmp_path: Path) -> None:
    said: dict[str, object] = {
        "dc:title": {"x-default": "Bridge", "zh-CN": "湖滨路桥"},
        "Iptc4xmpCore:AltTextAccessibility": {"x-default": "一座桥"},
        "Iptc4xmpCore:CreatorContactInfo": {"Iptc4xmpCore:CiEmailWork": "a@b.cn", "Iptc4xmpCore:CiAdrCity": "德州"},
        "Iptc4xmpExt:PersonInImage": ["张三", "李四"],
        "Iptc4xmpExt:LocationShown": [{"Iptc4xmpExt:City": "德州", "Iptc4xmpExt:LocationId": ["371400"]}],
        "Iptc4xmpExt:LocationCreated": [{"Iptc4xmpExt:Sublocation": "湖滨路"}],
        "photoshop:City": "德州市",
        "lr:hierarchicalSubject": ["城市|道路|解放路"],
    }
    words = from_tags(xmp=said).description
    assert (words.title, words.alt_text, words.persons) == ("湖滨路桥", "一座桥", ["张三", "李四"])
    assert words.creator_contact == {"email": "a@b.cn", "city": "德州"}
    assert words.location_shown[0].city == "德州"
    assert words.location_shown[0].identifier == ["371400"]
    assert words.location_created is not None
    assert (words.location_created.sublocation, words.location_created.city) == ("湖滨路", "德州市")
    assert words.hierarchical_keywords == ["城市|道路|解放路"]
    assert words.keywords == ["解放路"]


def test_xmp_that_breaks_off_is_read_up_to_there(tmp_path: Path) -> None:
    whole = xmp(
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:subject><rdf:Bag><rdf:li>桥</rdf:li></rdf:Bag></dc:subject>'
    )
    cut = whole[: whole.index(b"</dc:subject>")] + b" & <"
    record = record_of(drawn(tmp_path / "a.jpg", cut))
    assert record.description.keywords == ["桥"]
