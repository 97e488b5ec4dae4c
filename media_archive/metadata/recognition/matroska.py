"""Matroska and WebM (RFC 8794, RFC 9559)."""

from collections.abc import Iterator

from media_archive.metadata.recognition.detail import Detail
from media_archive.metadata.recognition.window import Window

EBML = b"\x1a\x45\xdf\xa3"
HEADER, SEGMENT, TRACKS, TRACK, TRACK_TYPE = 0x1A45DFA3, 0x18538067, 0x1654AE6B, 0xAE, 0x83
DOC_TYPE, DOC_TYPE_VERSION = 0x4282, 0x4287
MOST_ELEMENTS = 64


def recognise(window: Window) -> str | None:
    """The name of the format of a file that begins with an EBML header."""
    head = window.head
    if not head.startswith(EBML):
        return None
    types: set[bytes] = set()
    for number, start, end in _elements(head, 0, len(head)):
        if number == SEGMENT:
            types = set(_track_types(head, start, end))
    film = "webm" if _header(head).get(DOC_TYPE, b"").rstrip(b"\x00") == b"webm" else "mkv"
    return "mka" if types and b"\x01" not in types and b"\x02" in types else film


def detail(window: Window) -> Detail:
    """The version of the document type; 1 where the header leaves it out (RFC 8794, 11.2.8)."""
    stated = _header(window.head).get(DOC_TYPE_VERSION, b"\x01")
    return Detail(version=str(int.from_bytes(stated[:8], "big")))


def _header(head: bytes) -> dict[int, bytes]:
    for number, start, end in _elements(head, 0, len(head)):
        if number == HEADER:
            return {inner: head[a:b] for inner, a, b in _elements(head, start, end)}
    return {}


def _track_types(head: bytes, start: int, end: int) -> Iterator[bytes]:
    """1 is video, 2 audio (RFC 9559, 5.1.4.1.3)."""
    for number, first, last in _elements(head, start, end):
        if number == TRACKS:
            for inner, a, b in _elements(head, first, last):
                if inner == TRACK:
                    yield from (head[x:y] for n, x, y in _elements(head, a, b) if n == TRACK_TYPE)


def _elements(head: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Number, start and end of each EBML element from `at`."""
    for _ in range(MOST_ELEMENTS):
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
