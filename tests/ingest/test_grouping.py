"""Which files become one asset."""

import struct
import time
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import pytest

from media_archive.catalogue.grouping.rules import BY_HAND, explained, load, rules
from media_archive.errors import Invalid
from media_archive.ingest.find import Candidate, folders
from media_archive.ingest.grouping import Group, Recognised, bundles, group
from media_archive.metadata.formats import FORMATS
from media_archive.storage.models import Role

#: name's extension -> format, where a test names none
BY_EXTENSION = {
    "jpg": "jpeg",
    "heic": "heif",
    "tif": "tiff",
    "mp4": "mp4",
    "mov": "mov",
    "lrv": "mp4",
    "lrf": "mp4",
    "360": "mp4",
    "thm": "jpeg",
    "cr2": "cr2",
    "arw": "arw",
    "dng": "dng",
    "xmp": "xmp",
    "aae": "aae",
    "srt": "srt",
    "mts": "m2ts",
    "mxf": "mxf",
    "xml": "camera-xml",
    "bmp": "bmp",
    "wav": "wav",
    "mp3": "mp3",
}


def _file(name: str, format_: str = "") -> Recognised:
    format_ = format_ or BY_EXTENSION.get(name.rpartition(".")[2].lower(), "card-data")
    return Recognised(Candidate(Path("/card") / name, "", 10, 0), FORMATS[format_], name)


def _names(*files: Recognised | str) -> list[list[str]]:
    return _named(group([_file(one) if isinstance(one, str) else one for one in files])[0])


def _named(groups: Iterable[Group]) -> list[list[str]]:
    return [[member.candidate.path.name for member in one.members] for one in groups]


def _on_card(root: Path, *names: str) -> tuple[list[Group], list[str]]:
    """The groups of a whole tree of files, and the sidecars left over; found as an ingest finds them."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        if not (root / name).exists():
            (root / name).write_bytes(name.encode())
    groups, alone = [], []
    for bundle in bundles(folders([root], [])):
        known = [
            Recognised(one, _file(one.path.name).format, str(one.path))
            for one in bundle.candidates
            if _file(one.path.name).format.name != "card-data" or bundle.keeps(one.path)
        ]
        made, left = group(known, bundle.root, bundle.card)
        groups += made
        alone += [one.candidate.path.name for one in left]
    return groups, alone


def _roles(made: Group) -> list[tuple[str, str, int | None]]:
    return [(member.candidate.path.name, str(member.role), member.part) for member in made.members]


# ---- one exposure --------------------------------------------------------------------------------------------------


def test_a_raw_and_the_jpeg_beside_it_are_one() -> None:
    assert _names("A1.CR2", "A1.JPG") == [["A1.CR2", "A1.JPG"]]


def test_a_raw_its_jpeg_and_the_sidecar_are_one() -> None:
    groups, alone = group([_file("a1.cr2"), _file("A1.HEIC"), _file("A1.xmp"), _file("a1.AAE")])
    assert [member.role for member in groups[0].members] == [Role.ORIGINAL] * 2 + [Role.SIDECAR] * 2
    assert groups[0].rule == "raw+companion, sidecar, iphone-adjustments"
    assert alone == []


def test_several_raws_of_one_name_stay_apart() -> None:
    assert _names("s.arw", "s.dng", "s.jpg") == [["s.arw"], ["s.dng"], ["s.jpg"]]


def test_the_same_picture_in_several_formats_stays_apart() -> None:
    assert _names("s.jpg", "s.tif", _file("s.webp", "webp")) == [["s.jpg"], ["s.tif"], ["s.webp"]]


@pytest.mark.parametrize("other", ["IMG_0001.mp3", "IMG_0001.MP4", "IMG_0001.WAV"])
def test_one_name_and_another_kind_is_not_one_asset(other: str) -> None:
    assert _names("IMG_0001.JPG", other) == [["IMG_0001.JPG"], [other]]


def test_a_file_alone_has_no_rule() -> None:
    assert [one.rule for one in group([_file("A1.JPG")])[0]] == [""]


def test_accents_and_capitals_are_written_in_several_ways() -> None:
    composed, apart = (unicodedata.normalize(form, "é1") for form in ("NFC", "NFD"))
    assert len(_names(f"{composed}.CR2", f"{apart}.jpg")) == 1


def test_the_same_name_in_two_folders_is_two_pictures(tmp_path: Path) -> None:
    names = ("100CANON/IMG_0001.CR2", "100CANON/IMG_0001.JPG", "101CANON/IMG_0001.CR2", "101CANON/IMG_0001.JPG")
    groups, _ = _on_card(tmp_path, *names)
    assert _named(groups) == [["IMG_0001.CR2", "IMG_0001.JPG"]] * 2
    assert {member.candidate.path.parent.name for member in groups[0].members} == {"100CANON"}


# ---- edited versions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "rule"),
    [
        ("IMG_0001-Edit.tif", "edited"),
        ("img_0001-edit-2.TIF", "edited"),
        ("IMG_0001-编辑.tif", "edited"),
        ("IMG_0001-编辑-3.jpg", "edited"),
        ("IMG_0001-Enhanced-NR.dng", "edited"),
        ("IMG_0001-增强-降噪.dng", "edited"),
        ("IMG_E0001.JPG", "iphone-edited"),
        ("IMG_0001-Copy 1.jpg", "virtual-copy"),
        ("IMG_0001-副本 2.jpg", "virtual-copy"),
    ],
)
def test_an_edited_version_belongs_to_what_it_was_made_from(version: str, rule: str) -> None:
    groups, _ = group([_file(version), _file("IMG_0001.HEIC")])
    assert _named(groups) == [["IMG_0001.HEIC", version]]
    assert groups[0].rule == rule


def test_versions_follow_their_origin_into_a_raw_pair_with_their_sidecars() -> None:
    names = ("IMG_1-Edit.tif", "IMG_1-Edit.xmp", "IMG_1-Edit-Edit.tif", "IMG_1.CR2", "IMG_1.JPG", "IMG_1.xmp")
    assert _names(*names) == [
        ["IMG_1.CR2", "IMG_1.JPG", "IMG_1-Edit.tif", "IMG_1-Edit-Edit.tif", "IMG_1-Edit.xmp", "IMG_1.xmp"]
    ]


def test_a_version_without_its_origin_is_a_picture_of_its_own() -> None:
    assert _names("IMG_0002-Edit.tif", "IMG_0001.JPG") == [["IMG_0002-Edit.tif"], ["IMG_0001.JPG"]]


def test_a_version_is_of_the_kind_of_its_origin() -> None:
    assert _names("IMG_1.MP4", "IMG_1-Edit.jpg") == [["IMG_1.MP4"], ["IMG_1-Edit.jpg"]]
    assert _names("IMG_1234.MOV", "IMG_E1234.MOV") == [["IMG_1234.MOV", "IMG_E1234.MOV"]]


def test_a_version_of_what_lies_there_twice_is_not_guessed() -> None:
    assert len(_names("s.jpg", "s.tif", "s-Edit.tif")) == 3


# ---- live photographs ----------------------------------------------------------------------------------------------


def _box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I", len(body) + 8) + kind + body


def _movie(path: Path, seconds: float, identifier: str = "") -> Recognised:
    """A QuickTime film without pictures, of that length, with Apple's content identifier in its metadata."""
    header = _box(b"mvhd", bytes(12), struct.pack(">II", 600, int(seconds * 600)), bytes(80))
    meta = b""
    if identifier:
        key = b"com.apple.quicktime.content.identifier"
        keys = _box(b"keys", bytes(4), struct.pack(">I", 1), struct.pack(">I", len(key) + 8), b"mdta", key)
        value = _box(b"data", struct.pack(">II", 1, 0), identifier.encode())
        meta = _box(b"meta", _box(b"hdlr", bytes(24)), keys, _box(b"ilst", _box(struct.pack(">I", 1), value)))
    path.write_bytes(_box(b"ftyp", b"qt  ", bytes(4), b"qt  ") + _box(b"mdat", bytes(99)) + _box(b"moov", header, meta))
    return Recognised(Candidate(path, "", path.stat().st_size, 0), FORMATS["mov"], path.name)


def _directory(order: str, at: int, *entries: tuple[int, int, int, int]) -> bytes:
    rows = b"".join(struct.pack(f"{order}HHII", *entry) for entry in entries)
    return struct.pack(f"{order}H", len(entries)) + rows + bytes(4)


def _still(path: Path, identifier: str = "", order: str = ">") -> Recognised:
    """A JPEG with Apple's maker note; its pictures are of no matter here."""
    text = identifier.encode() + b"\0"
    note = b"Apple iOS\0\0\x01MM" + _directory(">", 14, (0x0011, 2, len(text), 14 + 18)) + text
    exif_at, note_at = 26, 26 + 18
    tiff = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(f"{order}I", 8)
    tiff += _directory(order, 8, (0x8769, 4, 1, exif_at)) + _directory(order, exif_at, (0x927C, 7, len(note), note_at))
    tiff += note if identifier else b""
    exif = b"Exif\0\0" + tiff
    path.write_bytes(b"\xff\xd8\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + b"\xff\xd9")
    return Recognised(Candidate(path, "", path.stat().st_size, 0), FORMATS["jpeg"], path.name)


@pytest.mark.parametrize("order", [">", "<"])
def test_still_and_film_of_one_identifier_are_one_live_photo_however_long(tmp_path: Path, order: str) -> None:
    files = [_still(tmp_path / "IMG_1.JPG", "A-1", order), _movie(tmp_path / "IMG_1.MOV", 30, "A-1")]
    groups, _ = group(files)
    assert _named(groups) == [["IMG_1.JPG", "IMG_1.MOV"]]
    assert (groups[0].rule, groups[0].kind) == ("live-photo", "photo")


def test_still_and_film_of_different_identifiers_stay_apart(tmp_path: Path) -> None:
    assert len(_names(_still(tmp_path / "IMG_1.JPG", "A-1"), _movie(tmp_path / "IMG_1.MOV", 2, "B-2"))) == 2


@pytest.mark.parametrize(("still", "film"), [("", ""), ("A-1", ""), ("", "A-1")])
def test_where_an_identifier_is_missing_name_and_shortness_decide(tmp_path: Path, still: str, film: str) -> None:
    picture = _still(tmp_path / "IMG_1.JPG", still)
    assert len(_names(picture, _movie(tmp_path / "IMG_1.MOV", 2.8, film))) == 1
    assert len(_names(picture, _movie(tmp_path / "IMG_1.MOV", 60, film))) == 2


def test_raw_jpeg_and_the_film_of_a_live_photo_are_one(tmp_path: Path) -> None:
    files = [
        _file(str(tmp_path / "IMG_1.DNG")),
        _still(tmp_path / "IMG_1.JPG", "A"),
        _movie(tmp_path / "IMG_1.MOV", 3, "A"),
    ]
    assert _names(*files) == [["IMG_1.DNG", "IMG_1.JPG", "IMG_1.MOV"]]


def test_an_edited_live_photo_comes_with_its_film(tmp_path: Path) -> None:
    files = [
        _still(tmp_path / "IMG_1234.JPG", "A"),
        _movie(tmp_path / "IMG_1234.MOV", 3, "A"),
        _still(tmp_path / "IMG_E1234.JPG", "A"),
        _movie(tmp_path / "IMG_E1234.MOV", 3, "A"),
        _file(str(tmp_path / "IMG_O1234.AAE")),
    ]
    groups, _ = group(files)
    assert _named(groups) == [["IMG_1234.JPG", "IMG_1234.MOV", "IMG_E1234.JPG", "IMG_E1234.MOV", "IMG_O1234.AAE"]]


@pytest.mark.parametrize("cut", [10, 40, 60, 90])
def test_a_broken_still_has_no_identifier_and_stops_nothing(tmp_path: Path, cut: int) -> None:
    still = _still(tmp_path / "IMG_1.JPG", "A-1")
    still.candidate.path.write_bytes(still.candidate.path.read_bytes()[:cut])
    assert len(_names(still, _movie(tmp_path / "IMG_1.MOV", 60, "A-1"))) == 2


# ---- recordings in several files -----------------------------------------------------------------------------------


def test_gopro_chapters_are_one_recording_in_order_with_what_lies_beside() -> None:
    files = ["GX020123.MP4", "GX010123.MP4", "GX100123.mp4", "GL010123.LRV", "GX010123.THM", "GX020123.THM"]
    groups, alone = group([_file(one) for one in files])
    assert [_roles(one) for one in groups] == [
        [
            ("GX010123.MP4", "original", 1),
            ("GX020123.MP4", "original", 2),
            ("GX100123.mp4", "original", 3),
            ("GL010123.LRV", "proxy", None),
            ("GX010123.THM", "proxy", None),
            ("GX020123.THM", "proxy", None),
        ]
    ]
    assert groups[0].rule == "gopro-chapters, camera-proxy"
    assert alone == []


def test_gopro_chapters_of_the_older_kind() -> None:
    names = ("GOPR0123.MP4", "GP010123.MP4", "GP020123.MP4", "GOPR0123.LRV", "GOPR0124.MP4", "GOPR0125.JPG")
    assert _names(*names) == [
        ["GOPR0123.MP4", "GP010123.MP4", "GP020123.MP4", "GOPR0123.LRV"],
        ["GOPR0124.MP4"],
        ["GOPR0125.JPG"],
    ]


def test_gopro_recordings_of_other_numbers_or_codecs_are_others() -> None:
    names = ("GX010123.MP4", "GX020123.MP4", "GH010123.MP4", "GX019999.MP4", "GX010001.MP4", "GX029999.MP4")
    assert _names(*names) == [
        ["GX010123.MP4", "GX020123.MP4"],
        ["GH010123.MP4"],
        ["GX019999.MP4", "GX029999.MP4"],
        ["GX010001.MP4"],
    ]


def test_gopro_numbers_that_begin_again_in_the_next_folder_are_other_recordings(tmp_path: Path) -> None:
    groups, _ = _on_card(tmp_path, "100GOPRO/GX010001.MP4", "101GOPRO/GX020001.MP4", "101GOPRO/GX010001.MP4")
    assert sorted(_named(groups)) == [["GX010001.MP4"], ["GX010001.MP4", "GX020001.MP4"]]


def test_one_chapter_alone_is_no_part() -> None:
    groups, _ = group([_file("GX020123.MP4")])
    assert [_roles(one) for one in groups] == [[("GX020123.MP4", "original", None)]]


def _stream(path: Path, begin: float, seconds: float) -> Path:
    """Packets of a transport stream whose arrival clock runs from `begin` for `seconds`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ticks = [int((begin + seconds * step / 50) * 27_000_000) % (1 << 30) for step in range(51)]
    path.write_bytes(b"".join(struct.pack(">I", one) + b"\x47" + bytes(187) for one in ticks))
    return path


def test_streams_are_one_recording_where_the_clock_runs_on(tmp_path: Path) -> None:
    _stream(tmp_path / "00000.MTS", 0, 39)
    _stream(tmp_path / "00001.MTS", 39.01, 2)  # past the clock's turn
    _stream(tmp_path / "00002.MTS", 0, 5)
    _stream(tmp_path / "00004.MTS", 5.01, 5)  # a number is missing
    groups, _ = _on_card(tmp_path)
    assert _named(groups) == [["00000.MTS", "00001.MTS"], ["00002.MTS"], ["00004.MTS"]]
    assert [member.part for member in groups[0].members] == [1, 2]


# ---- sidecars ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sidecar", ["DJI_1.SRT", "dji_1.xmp", "DJI_1M01.XML", "DJI_1.MP4.xmp"])
def test_a_clip_takes_what_lies_beside_it(sidecar: str) -> None:
    groups, _ = group([_file("DJI_1.MP4"), _file(sidecar)])
    assert [[member.role for member in one.members] for one in groups] == [[Role.ORIGINAL, Role.SIDECAR]]


@pytest.mark.parametrize("preview", ["DJI_1.THM", "DJI_1.LRF", "dji_1.lrv"])
def test_what_the_camera_made_of_a_clip_is_kept_with_it_as_its_preview(preview: str) -> None:
    groups, _ = group([_file("DJI_1.MP4"), _file(preview)])
    assert [[member.role for member in one.members] for one in groups] == [[Role.ORIGINAL, Role.PROXY]]


def test_a_drones_clip_with_record_and_proxy_is_one() -> None:
    names = ("DJI_20240101120000_0001_D.LRF", "DJI_20240101120000_0001_D.MP4", "DJI_20240101120000_0001_D.SRT")
    assert [len(one) for one in _names(*names)] == [3]


def test_sony_previews_copied_beside_their_clip_are_its_previews() -> None:
    groups, _ = group([_file(one) for one in ("C0001.MP4", "C0001M01.XML", "C0001S03.MP4", "C0001T01.JPG")])
    assert [_roles(one) for one in groups] == [
        [
            ("C0001.MP4", "original", None),
            ("C0001M01.XML", "sidecar", None),
            ("C0001S03.MP4", "proxy", None),
            ("C0001T01.JPG", "proxy", None),
        ]
    ]


def test_a_sidecar_goes_to_the_file_whose_whole_name_it_has() -> None:
    assert _names("a.jpg", "a.mp4", "a.mp4.xmp") == [["a.jpg"], ["a.mp4", "a.mp4.xmp"]]


def test_a_sidecar_alone_belongs_to_nothing() -> None:
    groups, alone = group([_file("a.jpg"), _file("b.xmp")])
    assert [one.candidate.path.name for one in alone] == ["b.xmp"]
    assert len(groups) == 1


def test_a_preview_without_its_clip_is_a_picture_of_its_own() -> None:
    assert _names("a.thm") == [["a.thm"]]


# ---- card structures -----------------------------------------------------------------------------------------------


def test_xavc_clips_gather_xml_proxy_and_thumbnail_from_their_folders(tmp_path: Path) -> None:
    card = "PRIVATE/M4ROOT"
    names = ["CLIP/C0001.MP4", "CLIP/C0001M01.XML", "CLIP/C0002.MP4", "CLIP/C0002M01.XML", "SUB/C0001S03.MP4"]
    names += ["THMBNL/C0001T01.JPG", "THMBNL/C0002T01.JPG", "MEDIAPRO.XML"]
    groups, alone = _on_card(tmp_path, *(f"{card}/{one}" for one in names))
    assert [_roles(one) for one in groups] == [
        [
            ("C0001.MP4", "original", None),
            ("C0001M01.XML", "sidecar", None),
            ("MEDIAPRO.XML", "sidecar", None),
            ("C0001S03.MP4", "proxy", None),
            ("C0001T01.JPG", "proxy", None),
        ],
        [("C0002.MP4", "original", None), ("C0002M01.XML", "sidecar", None), ("C0002T01.JPG", "proxy", None)],
    ]
    assert {one.rule for one in groups} == {"xavc"}
    assert alone == []


def test_p2_clips_gather_picture_sound_icon_and_proxy(tmp_path: Path) -> None:
    names = ["CLIP/0001AB.XML", "VIDEO/0001AB.MXF", "AUDIO/0001AB00.MXF", "AUDIO/0001AB01.MXF", "ICON/0001AB.BMP"]
    names += ["PROXY/0001AB.MP4", "PROXY/0001AB.BIN", "VIDEO/0002CD.MXF", "AUDIO/0002CD00.MXF", "CLIP/0002CD.XML"]
    groups, alone = _on_card(tmp_path, *(f"CONTENTS/{one}" for one in names), "LASTCLIP.TXT")
    assert [[name for name, _, _ in _roles(one)] for one in groups] == [
        ["0001AB.MXF", "0001AB00.MXF", "0001AB01.MXF", "0001AB.XML", "0001AB.BMP", "0001AB.BIN", "0001AB.MP4"],
        ["0002CD.MXF", "0002CD00.MXF", "0002CD.XML"],
    ]
    assert alone == []


def _p2_xml(shot: str, offset: int) -> str:
    return (
        '<?xml version="1.0"?><P2Main xmlns="urn:schemas-Professional-Plug-in:P2:ClipMetadata:v3.1"><ClipContent>'
        f"<Relation><OffsetInShot>{offset}</OffsetInShot><GlobalShotID>{shot}</GlobalShotID></Relation>"
        "</ClipContent></P2Main>"
    )


def test_p2_clips_of_one_shot_are_its_parts(tmp_path: Path) -> None:
    for name, shot, offset in (("0002BB", "S1", 900), ("0003AA", "S1", 0), ("0004CC", "S2", 0)):
        (tmp_path / "CONTENTS" / "CLIP").mkdir(parents=True, exist_ok=True)
        (tmp_path / "CONTENTS" / "CLIP" / f"{name}.XML").write_text(_p2_xml(shot, offset))
        _on_card(tmp_path, f"CONTENTS/VIDEO/{name}.MXF", f"CONTENTS/AUDIO/{name}00.MXF")
    groups, _ = _on_card(tmp_path)
    assert [[(name, part) for name, role, part in _roles(one) if role == "original"] for one in groups] == [
        [("0003AA.MXF", 1), ("0003AA00.MXF", 1), ("0002BB.MXF", 2), ("0002BB00.MXF", 2)],
        [("0004CC.MXF", None), ("0004CC00.MXF", None)],
    ]


def _playlist(*items: tuple[str, int]) -> bytes:
    rows = b""
    for name, connection in items:
        item = name.encode() + b"M2TS" + struct.pack(">HBII", connection, 0, 0, 45_000)
        rows += struct.pack(">H", len(item)) + item
    body = struct.pack(">HHH", 0, len(items), 0) + rows
    return b"MPLS0100" + struct.pack(">I", 40) + bytes(28) + struct.pack(">I", len(body)) + body


def test_avchd_clips_are_parts_where_the_playlist_joins_them(tmp_path: Path) -> None:
    card = tmp_path / "PRIVATE" / "AVCHD" / "BDMV"
    (card / "PLAYLIST").mkdir(parents=True)
    (card / "PLAYLIST" / "00000.MPL").write_bytes(_playlist(("00000", 1), ("00001", 6), ("00002", 1)))
    names = [f"STREAM/{one:05}.MTS" for one in range(3)] + [f"CLIPINF/{one:05}.CPI" for one in range(3)]
    groups, alone = _on_card(
        tmp_path,
        *(f"PRIVATE/AVCHD/BDMV/{one}" for one in [*names, "INDEX.BDM"]),
        "PRIVATE/AVCHD/AVCHDTN/THUMB.TDT",
    )
    assert [_roles(one) for one in groups] == [
        [
            ("00000.MTS", "original", 1),
            ("00001.MTS", "original", 2),
            ("00000.CPI", "sidecar", None),
            ("00001.CPI", "sidecar", None),
            ("THUMB.TDT", "sidecar", None),
            ("INDEX.BDM", "sidecar", None),
            ("00000.MPL", "sidecar", None),
        ],
        [("00002.MTS", "original", None), ("00002.CPI", "sidecar", None)],
    ]
    assert alone == []


@pytest.mark.parametrize("playlist", [b"", b"MPLS0100", b"MPLS0100\xff\xff\xff\xff", b"nonsense" * 9])
def test_a_broken_playlist_leaves_clips_single(tmp_path: Path, playlist: bytes) -> None:
    (tmp_path / "BDMV" / "PLAYLIST").mkdir(parents=True)
    (tmp_path / "BDMV" / "PLAYLIST" / "00000.MPL").write_bytes(playlist)
    groups, _ = _on_card(tmp_path, "BDMV/STREAM/00000.MTS", "BDMV/STREAM/00001.MTS")
    assert [one for one in _named(groups) if one[0] == "00001.MTS"] == [["00001.MTS"]]


def test_avchd_without_playlist_asks_the_clock(tmp_path: Path) -> None:
    _stream(tmp_path / "BDMV" / "STREAM" / "00000.MTS", 0, 10)
    _stream(tmp_path / "BDMV" / "STREAM" / "00001.MTS", 10.01, 10)
    _stream(tmp_path / "BDMV" / "STREAM" / "00002.MTS", 3, 10)
    groups, _ = _on_card(tmp_path, "BDMV/CLIPINF/00001.CPI")
    assert _named(groups) == [["00000.MTS", "00001.MTS", "00001.CPI"], ["00002.MTS"]]


def test_xdcam_ex_parts_are_one_recording(tmp_path: Path) -> None:
    clip = "BPAV/CLPR/709_0001_0{0}/709_0001_0{0}"
    names = [clip.format(number) + end for number in (1, 2) for end in (".MP4", "M01.XML", "R01.BIM", ".SMI")]
    groups, _ = _on_card(tmp_path, *names, "BPAV/CLPR/709_0002_01/709_0002_01.MP4", "BPAV/MEDIAPRO.XML")
    assert [[(name, part) for name, role, part in _roles(one) if role == "original"] for one in groups] == [
        [("709_0001_01.MP4", 1), ("709_0001_02.MP4", 2)],
        [("709_0002_01.MP4", None)],
    ]
    assert len(groups[0].members) == 9


def test_canon_xf_parts_are_one_recording(tmp_path: Path) -> None:
    names = ["AA0001/AA000101.MXF", "AA0001/AA000102.MXF", "AA0001/AA0001.CIF", "AA0001/AA000101.SIF"]
    groups, _ = _on_card(tmp_path, *(f"CONTENTS/CLIPS001/{one}" for one in [*names, "AA0002/AA000201.MXF"]))
    assert [[(name, part) for name, _, part in _roles(one)] for one in groups] == [
        [("AA000101.MXF", 1), ("AA000102.MXF", 2), ("AA0001.CIF", None), ("AA000101.SIF", None)],
        [("AA000201.MXF", None)],
    ]


def test_a_folder_that_only_has_a_structures_name_is_a_plain_folder(tmp_path: Path) -> None:
    groups, _ = _on_card(tmp_path, "CONTENTS/a.CR2", "CONTENTS/a.JPG", "CONTENTS/b/a.JPG", "AVCHD/a.JPG")
    assert sorted(map(len, _named(groups))) == [1, 1, 2]


def test_a_structure_may_be_named_itself_and_in_small_letters(tmp_path: Path) -> None:
    groups, _ = _on_card(tmp_path / "m4root", "clip/c0001.mp4", "sub/c0001s03.mp4")
    assert _named(groups) == [["c0001.mp4", "c0001s03.mp4"]]


# ---- all of them ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_time_grows_with_the_number_of_files_only() -> None:
    def seconds(count: int) -> float:
        files = [
            _file(f"DSC_{one:06}{end}") for one in range(count // 4) for end in (".CR2", ".JPG", ".xmp", "-Edit.tif")
        ]
        began = time.process_time()
        assert len(group(files)[0]) == count // 4
        return time.process_time() - began

    seconds(400)
    assert seconds(16_000) < 20 * seconds(4_000)


def test_every_rule_says_in_both_languages_what_it_means() -> None:
    for rule in rules().named:
        assert explained(rule.name).en.endswith(".")
        assert explained(rule.name).zh.endswith("。")
    assert explained(BY_HAND).zh
    assert explained("raw+companion, sidecar").zh == explained("raw+companion").zh + explained("sidecar").zh
    assert explained("a rule of yesterday").en == "a rule of yesterday"


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        (r"'IMG_E(\d{4,})'", "'IMG_E('", "no regular expression"),
        ('["jpeg", "heif"]', '["jpog"]', "no format"),
        ('role = "proxy"', 'role = "rendition"', "beside"),
        (r"'GX(?P<part>\d\d)(?P<clip>\d{4})'", r"'GX(\d\d)(\d{4})'", "lacks <clip>"),
        ("[by_hand.explanation]", "[by_foot]", "by_"),
    ],
)
def test_rules_that_make_no_sense_are_refused_with_their_place(tmp_path: Path, good: str, bad: str, told: str) -> None:
    text = (Path(__file__).parents[2] / "media_archive/catalogue/grouping/rules.toml").read_text("utf-8")
    (tmp_path / "rules.toml").write_text(text.replace(good, bad, 1), "utf-8")
    with pytest.raises(Invalid, match=told):
        load(tmp_path / "rules.toml")
