"""What a file is, told by its content."""

import struct
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_archive.metadata.formats import FORMATS, recognise, recognise_path

REAL = {
    "photo/sunrise.jpg": "jpeg",
    "photo/sunrise.png": "png",
    "photo/sunrise.webp": "webp",
    "photo/sunrise.tif": "tiff",
    "photo/BigTIFFSubIFD8.tif": "tiff",
    "photo/sunrise.avif": "avif",
    "photo/IMG_2682.heic": "heif",
    "photo/cat.hif": "heif",
    "photo/sample.arw": "arw",
    "photo/sample.nef": "nef",
    "photo/sample.cr2": "cr2",
    "photo/sample.dng": "dng",
    "photo/jølstravatnet.pef": "pef",
    "photo/CRW.CRW": "crw",
    # a scan that names no maker, and a picture by a Nikon that is finished
    "photo/foto_0001.tif": "tiff",
    "photo/cielab-dagams.tiff": "tiff",
    "video/100_0306.AVI": "avi",
    "video/Sony_ILCE-7M3_(A7M3).mts": "m2ts",
    "video/bbb_2500ms.ts": "ts",
    "video/sample_h262_mpeg_audio.ps": "mpeg",
    "video/with-gps.mov": "mov",
    "video/portrait_4k60.mp4": "mp4",
    "video/sample_with_srt.mkv": "mkv",
    "video/reel1.mxf": "mxf",
    "video/video1.mxf": "mxf",
    "video/TearsOfSteel_4k_Test_Master_Audio_002.mxf": "mxf-audio",
    "audio/test_bwf.wav": "wav",
    "audio/rect_24bit_bext.wav": "bwf",
    "audio/rect_24bit_rf64.wav": "rf64",
    "audio/testFLAC.flac": "flac",
    "audio/testMP3i18n.mp3": "mp3",
    "sidecar/2000.xmp": "xmp",
    "sidecar/iso-value-array.xmp": "xmp",
    "sidecar/p4_rtk.SRT": "srt",
    "sidecar/air2s.srt": "srt",
    # names that lie
    "broken/feature_detection.jpg": "png",
    "broken/default-user-avatar.png": "jpeg",
    "broken/testMP3truncated.mp3": "mp3",
    "broken/broken_incomplete.SRT": "srt",
}


@pytest.mark.parametrize("name", REAL)
def test_real_files_are_known_by_content(media: Path, name: str, tmp_path: Path) -> None:
    found = recognise_path(media / name)
    assert found is not None
    assert found.name == REAL[name]
    # and under a name that says nothing
    (tmp_path / "无名").symlink_to(media / name)
    assert recognise_path(tmp_path / "无名") == found


@pytest.mark.slow
def test_every_real_file_is_of_the_kind_of_its_folder(media: Path) -> None:
    kinds = {"photo": {"photo"}, "video": {"film", "sound"}, "audio": {"sound"}, "sidecar": {"sidecar"}}
    for folder, allowed in kinds.items():
        for path in (media / folder).iterdir():
            found = recognise_path(path)
            assert found is not None, path
            assert found.kind in allowed, path


def test_empty_files_and_documents_are_nothing_the_archive_takes(media: Path) -> None:
    for name in ("broken/empty.heic", "broken/broken_empty.SRT", "README.md", "MANIFEST.csv"):
        assert recognise_path(media / name) is None


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def movie(brand: bytes, *handlers: bytes) -> bytes:
    tracks = b"".join(box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + kind + bytes(12)))) for kind in handlers)
    return box(b"ftyp", brand + bytes(4) + brand) + box(b"mdat", bytes(100)) + box(b"moov", tracks)


def ebml(number: bytes, content: bytes) -> bytes:
    return number + bytes([0x80 | len(content)]) + content


def tiff(make: bytes, *, photometric: int = 2, dng: bool = False) -> bytes:
    entries = [(262, 3, 1, photometric)] + ([(50706, 1, 4, 0x0401)] if dng else [])
    place = 8 + 2 + 12 * (len(entries) + 1) + 4
    entries.insert(1, (271, 2, len(make), place))
    table = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\x00" + struct.pack("<IH", 8, len(entries)) + table + bytes(4) + make


def mp3_frames(count: int) -> bytes:
    return (b"\xff\xfb\x90\x00" + bytes(413)) * count


def adts_frames(count: int) -> bytes:
    return (b"\xff\xf1\x50\x80\x04\x1f\xfc" + bytes(25)) * count


MADE = {
    "m4a": movie(b"isom", b"soun"),
    "mp4": movie(b"mp42", b"soun", b"vide"),
    "mov": movie(b"qt  ", b"vide", b"tmcd"),
    "3gp": movie(b"3gp5", b"vide"),
    "cr3": movie(b"crx ", b"vide"),
    "avif": box(b"ftyp", b"mif1" + bytes(4) + b"mif1avif"),
    "heif": box(b"ftyp", b"mif1" + bytes(4) + b"mif1heic"),
    "jxl": b"\xff\x0a" + bytes(30),
    "jp2": b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(30),
    "psd": b"8BPS\x00\x01" + bytes(20),
    "bmp": b"BM" + bytes(12) + struct.pack("<I", 40) + bytes(36),
    "raf": b"FUJIFILMCCD-RAW 0201" + bytes(100),
    "rw2": b"IIU\x00" + bytes(100),
    "orf": b"IIRO" + bytes(100),
    "nef": tiff(b"NIKON CORPORATION\x00", photometric=32803),
    "dng": tiff(b"Canon\x00", dng=True),
    "tiff": tiff(b"NIKON CORPORATION\x00"),
    "webm": ebml(b"\x1a\x45\xdf\xa3", ebml(b"\x42\x82", b"webm")) + b"\x18\x53\x80\x67\x80",
    "mka": ebml(b"\x1a\x45\xdf\xa3", ebml(b"\x42\x82", b"matroska"))
    + ebml(b"\x18\x53\x80\x67", ebml(b"\x16\x54\xae\x6b", ebml(b"\xae", ebml(b"\x83", b"\x02")))),
    "wmv": bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b"),
    "wma": bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes.fromhex("409e69f84d5bcf11a8fd00805f5c442b"),
    "dv": b"\x1f\x07\x00\x3f" + bytes(100),
    "flv": b"FLV\x01\x05" + bytes(20),
    "aiff": b"FORM\x00\x00\x00\x20AIFF" + bytes(20),
    "bw64": b"BW64\xff\xff\xff\xffWAVEds64" + bytes(40),
    "ogg": b"OggS\x00\x02" + bytes(20) + b"\x01vorbis",
    "ogv": b"OggS\x00\x02" + bytes(20) + b"\x80theora",
    "amr": b"#!AMR\n" + bytes(20),
    "mp3": mp3_frames(4),
    "aac": adts_frames(4),
    "ts": (b"\x47" + bytes(187)) * 6,
    "m2ts": (bytes(4) + b"\x47" + bytes(187)) * 6,
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "gpx": b'<?xml version="1.0"?>\n<gpx version="1.1">',
    "xmp": '\ufeff<x:xmpmeta xmlns:x="adobe:ns:meta/">'.encode("utf-16-le"),
    "srt": "\ufeff1\r\n00:00:00,000 --> 00:00:01,000\r\n老街\r\n".encode(),
}


@pytest.mark.parametrize("name", MADE)
def test_a_format_is_known_by_its_marks(name: str) -> None:
    found = recognise(MADE[name], b"", len(MADE[name]), "clip")
    assert found is FORMATS[name]


def test_a_name_decides_only_inside_the_tiff_family() -> None:
    plain = tiff(b"NIKON CORPORATION\x00")
    assert recognise(plain, b"", len(plain), "a.NEF") is FORMATS["nef"]
    assert recognise(plain, b"", len(plain), "a.jpg") is FORMATS["tiff"]
    assert recognise(b"not a picture at all", b"", 20, "a.nef") is None


@pytest.mark.parametrize(
    "data", [b"<p><svg xmlns='x'/></p>", b"%PDF-1.7", b"PK\x03\x04", b"MZ", b"\xff\xfb", b"\x47" * 3, b"BM"]
)
def test_what_is_not_media_is_refused(data: bytes) -> None:
    assert recognise(data, b"", len(data), "a.jpg") is None


@pytest.mark.slow
@given(st.binary(max_size=4096), st.text(max_size=20))
def test_rubbish_never_raises(data: bytes, name: str) -> None:
    recognise(data, data[-64:], len(data), name)


@pytest.mark.slow
@given(st.sampled_from(sorted(MADE)), st.integers(0, 200), st.binary(max_size=40), st.integers(0, 1 << 40))
@settings(max_examples=400)
def test_damaged_headers_never_raise(name: str, at: int, patch: bytes, size: int) -> None:
    data = MADE[name][:at] + patch + MADE[name][at + len(patch) :]
    recognise(data, b"", max(size, len(data)), name)


@pytest.mark.slow
def test_damaged_real_files_never_raise(media: Path, tmp_path: Path) -> None:
    for number, path in enumerate(p for p in media.rglob("*") if p.is_file()):
        whole = path.read_bytes()
        for keep in (1, 9, 13, 100, len(whole) // 2):
            cut = tmp_path / f"{number}-{keep}"
            cut.write_bytes(whole[:keep])
            recognise_path(cut)


def test_recognition_takes_a_fraction_of_a_millisecond(media: Path) -> None:
    paths = list((media / "photo").iterdir())
    started = time.process_time()
    for path in paths:
        recognise_path(path)
    # 0.05 ms here; ten times that on a busy machine is still no reason to look away
    assert (time.process_time() - started) / len(paths) < 0.0005
