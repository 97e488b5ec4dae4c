"""Format, version and PRONOM identifier, told by content; what is no media, told by name."""

import io
import struct
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_archive.errors import Invalid
from media_archive.ingest.refusing import REASONS, reason
from media_archive.metadata.formats import FORMATS, Identified, identify, identify_path, stranger_path, window_on
from media_archive.metadata.recognition import rules
from media_archive.metadata.recognition.strangers import Stranger, stranger
from tests.metadata import formats_page
from tests.metadata.samples import SAMPLES, Sample, dng, exif_in_jpeg, movie, mxf, tiff, wave

HEADERS = [one for one in SAMPLES if one.way == "header"]


def _path(sample: Sample, media: Path, folder: Path) -> Path:
    if sample.make is None:
        return media / sample.name
    sample.make(folder / sample.name)
    return folder / sample.name


def _identified(path: Path) -> Identified:
    found = identify_path(path)
    assert found is not None
    return found


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_every_format_is_named_with_version_and_identifier(
    sample: Sample, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    media = request.getfixturevalue("media") if sample.make is None else tmp_path
    path = _path(sample, media, tmp_path)
    found = _identified(path)
    assert (found.format.name, found.version, found.puid) == (sample.format, sample.version, sample.puid)
    assert found.title == formats_page.title(sample)
    assert (sample.media_type or found.format.media_type) == found.media_type
    assert found.extension_matches is True, "its own extension is taken for a wrong one"


def test_the_samples_show_every_format_that_the_archive_takes() -> None:
    shown = {sample.format for sample in SAMPLES}
    assert set(FORMATS) - shown - CARDS == set()


#: kept because of the folders they lie in, whatever they hold
CARDS = {"card-data"}


def test_the_rules_describe_every_format_that_content_can_name() -> None:
    assert set(FORMATS) - set(rules.rules().format) - CARDS == set()


def test_every_identifier_is_shown_by_a_sample() -> None:
    told = {
        one.puid for described in rules.rules().format.values() for one in (described, *described.variety) if one.puid
    }
    shown = {sample.puid for sample in SAMPLES}
    # JPEG, TIFF and PNG of versions that no sample here has, and DVD sound
    assert told - shown <= UNSHOWN


UNSHOWN = {"fmt/113", "x-fmt/399", "x-fmt/388", "x-fmt/387", "fmt/944", "fmt/1", "fmt/527"}


def test_a_wrong_extension_is_told_and_not_believed(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(exif_in_jpeg(b"0231"))
    found = _identified(tmp_path / "a.png")
    assert (found.format.name, found.puid, found.extension_matches) == ("jpeg", "fmt/1507", False)


def test_a_name_without_extension_is_neither_right_nor_wrong(tmp_path: Path) -> None:
    (tmp_path / "无名").write_bytes(exif_in_jpeg(b"0231"))
    assert _identified(tmp_path / "无名").extension_matches is None


def test_extensions_match_in_capitals(tmp_path: Path) -> None:
    (tmp_path / "DSC_0001.JPG").write_bytes(exif_in_jpeg(b"0231"))
    assert _identified(tmp_path / "DSC_0001.JPG").extension_matches is True


def _view(data: bytes, name: str = "x") -> Identified:
    found = identify(window_on(data, b"", len(data), name))
    assert found is not None
    return found


def test_an_exif_version_that_pronom_does_not_know_is_still_told() -> None:
    found = _view(exif_in_jpeg(b"0300"))
    assert (found.version, found.puid) == ("3.0", "fmt/41")


def test_exif_without_a_version_says_none() -> None:
    assert _view(exif_in_jpeg(b"\x00\x00\x00\x00")).version is None


def test_an_unknown_operational_pattern_has_no_identifier() -> None:
    found = _view(mxf(9, 9))
    assert (found.format.name, found.version, found.puid) == ("mxf", None, None)


def test_a_future_version_of_a_format_has_no_identifier() -> None:
    assert (_view(dng(2, 0, 0, 0)).version, _view(dng(2, 0, 0, 0)).puid) == ("2.0.0.0", None)
    assert (_view(wave(7)).version, _view(wave(7)).puid) == ("7", None)


def test_a_brand_that_cannot_be_printed_is_no_version() -> None:
    assert _view(movie(b"\x00\x01\x02\x03", b"vide")).version is None


def test_tiff_with_exif_inside_is_a_format_of_its_own() -> None:
    inner = struct.pack("<HHHI4sI", 1, 36864, 7, 4, b"0220", 0)
    whole = tiff(b"x", (34665, 4, struct.pack("<I", 300)))
    data = whole.ljust(300, b"\x00") + inner
    assert (_view(data).version, _view(data).puid) == ("2.2", "x-fmt/387")


# What is no media


def _zip(*members: str, kind: str = "") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        for name in members:
            packed.writestr(name, kind or "x" * 9000)
    return held.getvalue()


def _compound(name: str) -> bytes:
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(22) + struct.pack("<H", 9) + bytes(16) + struct.pack("<I", 0)
    return head.ljust(512, b"\x00") + f"Root Entry\0{name}\0".encode("utf-16-le").ljust(512, b"\x00")


STRANGERS = {
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", "This is a PDF document, not a photograph, film or recording."),
    "docx": (_zip("[Content_Types].xml", "word/document.xml"), "This is a Microsoft Word document"),
    "xlsx": (_zip("[Content_Types].xml", "xl/workbook.xml"), "This is a Microsoft Excel document"),
    "pptx": (_zip("[Content_Types].xml", "ppt/presentation.xml"), "This is a Microsoft PowerPoint document"),
    "odt": (_zip("mimetype", kind="application/vnd.oasis.opendocument.text"), "This is a LibreOffice document"),
    "ofd": (_zip("OFD.xml", "Doc_0/Document.xml"), "This is a laid-out document (OFD)"),
    "zip": (_zip("照片/1.jpg", "照片/2.jpg"), "This is a package of files (ZIP)."),
    "doc": (_compound("WordDocument"), "This is a Microsoft Word document"),
    "xls": (_compound("Workbook"), "This is a Microsoft Excel document"),
    "ppt": (_compound("PowerPoint Document"), "This is a Microsoft PowerPoint document"),
    "wps": (_compound("other"), "This is a Microsoft Office document"),
    "rtf": (b"{\\rtf1\\ansi", "This is a Rich Text document"),
    "html": (b"\r\n<!-- x --><!DOCTYPE html><html>", "This is a web page"),
    "gbk.html": ("<HTML><title>老街</title>".encode("gb18030"), "This is a web page"),
    "xml": (b'<?xml version="1.0"?><ANY/>', "This is XML that the archive does not know"),
    "svg.html": (b"<html><svg xmlns='http://www.w3.org/2000/svg'/></html>", "This is a web page"),
    "dxf": (b"  0\r\nSECTION\r\n  2\r\nHEADER", "This is a drawing (AutoCAD DXF)"),
    "dwg": (b"AC1027" + bytes(20), "This is a drawing (AutoCAD DWG)"),
    "txt": ("解放路一九八七年照片说明".encode(), "This is a text"),
    "id3.txt": (b"ID3 tags, and why nobody likes them\n" * 20, "This is a text"),
    "flac.txt": (b"fLaC is how these recordings begin\n" * 20, "This is a text"),
    "gif.txt": (b"GIF89a is what these pictures begin with\n" * 20, "This is a text"),
    "ts.txt": (b"G" * 5000, "This is a text"),
    "ftyp.txt": (b"    ftypisom is how these films begin\n" * 20, "This is a text"),
    "amr.txt": (b"#!AMR\nhello\n" * 20, "This is a program (script)"),
    "gbk.txt": ("解放路一九八七年照片说明。".encode("gb18030"), "This is a text"),
    "utf16.txt": ("\ufeff解放路一九八七年".encode("utf-16-le"), "This is a text"),
    "exe": (b"MZ\x90\x00" + bytes(60), "This is a program (Windows)"),
    "elf": (b"\x7fELF\x02", "This is a program (Linux)"),
    "sh": (b"#!/bin/sh\n", "This is a program (script)"),
    "apk": (_zip("AndroidManifest.xml"), "This is a program (Android)"),
    "sqlite": (b"SQLite format 3\x00", "This is a database (SQLite)"),
    "mdb": (b"\x00\x01\x00\x00Standard Jet DB\x00", "This is a database (Microsoft Access)"),
    "rar": (b"Rar!\x1a\x07\x01\x00", "This is a package of files (RAR)"),
    "7z": (b"7z\xbc\xaf\x27\x1c", "This is a package of files (7-Zip)"),
    "tar": (b"a.jpg".ljust(257, b"\x00") + b"ustar\x00", "This is a package of files (tar)"),
    "iso": (bytes(32769) + b"CD001\x01", "This is a package of files (ISO 9660)"),
    "ttf": (b"\x00\x01\x00\x00\x00\x10", "This is a font (TrueType)"),
    "bdm": (b"INDX0200" + bytes(20), "This belongs to the folders of a card or disk (AVCHD)"),
    "exr": (b"\x76\x2f\x31\x01" + bytes(20), "This is of a kind that the archive does not keep (OpenEXR)."),
    "ppm": (
        b"P6\n# made by hand\n2 2\n255\n" + bytes(12),
        "This is of a kind that the archive does not keep (Netpbm).",
    ),
    "dcm": (bytes(128) + b"DICM", "This is of a kind that the archive does not keep (DICOM)."),
    "rm": (b".RMF\x00\x00\x00\x12", "This is of a kind that the archive does not keep (RealMedia)."),
    "unknown": (bytes(range(1, 200)), "This is no photograph, film, sound or sidecar that the archive knows."),
    "zeros": (bytes(5000), "This is no photograph, film, sound or sidecar that the archive knows."),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_what_is_no_media_is_refused_by_name(name: str, tmp_path: Path) -> None:
    data, said = STRANGERS[name]
    path = tmp_path / f"photo.{name}.jpg"
    path.write_bytes(data)
    assert identify_path(path) is None
    assert str(reason(stranger_path(path))).startswith(said)


def test_every_sort_of_stranger_has_its_sentence() -> None:
    for sort in REASONS:
        assert "{" not in str(reason(Stranger(sort, "X")))


# Damage


@pytest.mark.slow
@given(st.sampled_from(HEADERS), st.integers(0, 400), st.binary(max_size=40), st.integers(0, 1 << 40))
@settings(max_examples=300)
def test_damaged_headers_never_raise(
    tmp_path_factory: pytest.TempPathFactory, sample: Sample, at: int, patch: bytes, size: int
) -> None:
    data = _made(sample, tmp_path_factory)
    data = data[:at] + patch + data[at + len(patch) :]
    window = window_on(data, b"", max(size, len(data)), sample.name)
    identify(window)
    stranger(window)


_kept: dict[str, bytes] = {}


def _made(sample: Sample, folders: pytest.TempPathFactory) -> bytes:
    if sample.name not in _kept:
        path = folders.mktemp("made") / sample.name
        assert sample.make is not None
        sample.make(path)
        _kept[sample.name] = path.read_bytes()
    return _kept[sample.name]


@pytest.mark.slow
@given(st.sampled_from(HEADERS), st.integers(0, 400))
@settings(max_examples=200)
def test_headers_cut_anywhere_never_raise(tmp_path_factory: pytest.TempPathFactory, sample: Sample, keep: int) -> None:
    data = _made(sample, tmp_path_factory)[:keep]
    window = window_on(data, b"", len(data), sample.name)
    identify(window)
    stranger(window)


@pytest.mark.slow
@given(st.binary(max_size=4096), st.text(max_size=20))
def test_rubbish_never_raises(data: bytes, name: str) -> None:
    window = window_on(data, data[-64:], len(data), name)
    identify(window)
    stranger(window)


@pytest.mark.slow
def test_real_files_cut_anywhere_never_raise(media: Path, tmp_path: Path) -> None:
    for path in (p for folder in ("photo", "video", "audio", "sidecar", "broken") for p in (media / folder).iterdir()):
        with path.open("rb") as source:
            start = source.read(70_000)
        for keep in (9, 20, 1000, len(start)):
            cut = tmp_path / path.name
            cut.write_bytes(start[:keep])
            identify_path(cut)


def test_identification_takes_a_fraction_of_a_millisecond(media: Path) -> None:
    paths = [path for folder in ("photo", "video", "audio") for path in (media / folder).iterdir()]
    identify_path(paths[0])
    started = time.process_time()
    for path in paths:
        identify_path(path)
    # 0.1 ms here; ten times that on a busy machine is still no reason to look away
    assert (time.process_time() - started) / len(paths) < 0.001


# Rules and page


@pytest.mark.parametrize(
    "text",
    [
        "source = 'x'\nformat = 3",
        "source = 'x'\n[format.jpeg]\ntitle = 'J'\nextensions = []",
        "source = 'x'\n[format.jpeg]\ntitle = 'J'\npuid = 'fmt/x'\nextensions = ['jpg']",
        "source = 'x'\n[format.jpeg]\ntitle = 'J'\nextensions = ['jpg']\ncolour = 'red'",
        "source = ",
    ],
    ids=["format", "extensions", "puid", "colour", "TOML"],
)
def test_faulty_rules_are_refused_with_the_reason(text: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    (tmp_path / "rules.toml").write_text(text)
    with pytest.raises(Invalid, match=request.node.callspec.id):
        rules.read(tmp_path / "rules.toml")


def test_the_page_of_formats_tells_what_the_tests_show() -> None:
    page = formats_page.PAGE.read_text("utf-8")
    assert page == formats_page.renewed(page), "run `python -m tests.metadata.formats_page`"
