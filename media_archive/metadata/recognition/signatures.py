"""Formats told by the bytes they begin with, and by what their first chunks say."""

from collections.abc import Iterator

from media_archive.metadata.recognition import boxes, streams, text, tiff
from media_archive.metadata.recognition.window import Window

STARTS = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "jxl"),
    (b"\xff\x0a", "jxl"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xff\x4f\xff\x51", "jp2"),
    (b"8BPS\x00\x01", "psd"),
    (b"8BPS\x00\x02", "psd"),
    (b"FUJIFILMCCD-RAW ", "raf"),
    (b"FOVb", "x3f"),
    (b"\x00MRM", "mrw"),
    (b"fLaC", "flac"),
    (b"#!AMR\n", "amr"),
    (b"#!AMR-WB\n", "amr"),
    (b"caff\x00\x01", "caf"),
    (b"FLV\x01", "flv"),
)
RIFF = {b"WEBP": "webp", b"AVI ": "avi"}
WAVE = {b"RIFF": "wav", b"RF64": "rf64", b"BW64": "bw64"}
ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
ASF_VIDEO = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")
ASF_AUDIO = bytes.fromhex("409e69f84d5bcf11a8fd00805f5c442b")
EBML = b"\x1a\x45\xdf\xa3"
SEGMENT, TRACKS, TRACK, TRACK_TYPE, DOC_TYPE = 0x18538067, 0x1654AE6B, 0xAE, 0x83, 0x4282
BITMAP_HEADERS = {12, 16, 40, 52, 56, 64, 108, 124}
MOST_CHUNKS = 64


def recognise(window: Window) -> str | None:
    """The name of a file's format; None if it is none of those known here."""
    head = window.head
    for start, name in STARTS:
        if head.startswith(start):
            return name
    for ask in (_chunked, tiff.recognise, boxes.recognise, _matroska, _asf, _ogg, _bitmap, streams.recognise):
        found = ask(window)
        if found:
            return found
    return text.recognise(head)


def _chunked(window: Window) -> str | None:
    head = window.head
    kind = head[8:12]
    if head[:4] == b"FORM" and kind in {b"AIFF", b"AIFC"}:
        return "aiff"
    if head[:4] == b"RIFF" and kind in RIFF:
        return RIFF[kind]
    if head[:4] in WAVE and kind == b"WAVE":
        return "bwf" if head[:4] == b"RIFF" and b"bext" in _chunks(window) else WAVE[head[:4]]
    return None


def _chunks(window: Window) -> Iterator[bytes]:
    """Names of the chunks of a RIFF file."""
    at = 12
    for _ in range(MOST_CHUNKS):
        header = window.at(at, 8)
        if len(header) < 8:
            return
        yield header[:4]
        length = int.from_bytes(header[4:], "little")
        at += 8 + length + length % 2


def _bitmap(window: Window) -> str | None:
    head = window.head
    known = head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in BITMAP_HEADERS
    return "bmp" if known and len(head) >= 26 else None


def _asf(window: Window) -> str | None:
    if not window.head.startswith(ASF):
        return None
    return "wma" if ASF_AUDIO in window.head and ASF_VIDEO not in window.head else "wmv"


def _ogg(window: Window) -> str | None:
    if not window.head.startswith(b"OggS\x00"):
        return None
    return "ogv" if any(mark in window.head[:4096] for mark in (b"\x80theora", b"BBCD\x00", b"OVP80")) else "ogg"


def _matroska(window: Window) -> str | None:
    if not window.head.startswith(EBML):
        return None
    kind, types = b"matroska", set()
    for number, start, end in _elements(window.head, 0, len(window.head)):
        if number == int.from_bytes(EBML, "big"):
            kind = next((window.head[a:b] for n, a, b in _elements(window.head, start, end) if n == DOC_TYPE), kind)
        elif number == SEGMENT:
            types = set(_track_types(window.head, start, end))
    film = "webm" if kind.rstrip(b"\x00") == b"webm" else "mkv"
    return "mka" if types and b"\x01" not in types and b"\x02" in types else film


def _track_types(head: bytes, start: int, end: int) -> Iterator[bytes]:
    """1 is video, 2 audio (RFC 9559, 5.1.4.1.3)."""
    for number, first, last in _elements(head, start, end):
        if number == TRACKS:
            for inner, a, b in _elements(head, first, last):
                if inner == TRACK:
                    yield from (head[x:y] for n, x, y in _elements(head, a, b) if n == TRACK_TYPE)


def _elements(head: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Number, start and end of each EBML element from `at` (RFC 8794)."""
    for _ in range(MOST_CHUNKS):
        number, at = _variable(head, at, keep_marker=True)
        length, at = _variable(head, at, keep_marker=False)
        if number < 0 or length < 0 or at >= end:
            return
        yield number, at, min(at + length, end)
        at += length


def _variable(head: bytes, at: int, *, keep_marker: bool) -> tuple[int, int]:
    """An EBML integer and where it ends; -1 if there is none."""
    if at >= len(head) or not head[at]:
        return -1, at
    width = 9 - head[at].bit_length()
    value = int.from_bytes(head[at : at + width], "big")
    return (value if keep_marker else value & ~(1 << 7 * width)), at + width
