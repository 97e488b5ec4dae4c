"""Formats told by the bytes they begin with; then whoever knows a structure is asked."""

from media_archive.metadata.recognition import boxes, containers, matroska, riff, streams, text, tiff
from media_archive.metadata.recognition.window import Window

STARTS = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "jxl"),
    (b"\xff\x0a", "jxl"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xff\x4f\xff\x51", "jp2"),
    (b"8BPS\x00\x01", "psd"),
    (b"8BPS\x00\x02", "psd"),
    (b"FUJIFILMCCD-RAW ", "raf"),
    (b"FOVb", "x3f"),
    (b"\x00MRM", "mrw"),
    # with the block that must come first: texts begin with four letters too (RFC 9639, 8.2)
    (b"fLaC\x00\x00\x00\x22", "flac"),
    (b"fLaC\x80\x00\x00\x22", "flac"),
    (b"ADIF", "aac"),
    (b"caff\x00\x01", "caf"),
    (b"FLV\x01", "flv"),
)
BITMAP_HEADERS = {12, 16, 40, 52, 56, 64, 108, 124}


def recognise(window: Window) -> str | None:
    """The name of a file's format; None if it is none of those known here."""
    head = window.head
    for start, name in STARTS:
        if head.startswith(start):
            return name
    for ask in STRUCTURES:
        found = ask(window)
        if found:
            return found
    return text.recognise(head)


def _bitmap(window: Window) -> str | None:
    head = window.head
    known = head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in BITMAP_HEADERS
    return "bmp" if known and len(head) >= 26 else None


def _animation(window: Window) -> str | None:
    """A GIF, whose first block must be one of three behind its header and the colours that this announces (GIF89a)."""
    head = window.head
    if not head.startswith((b"GIF87a", b"GIF89a")):
        return None
    colours = 3 << (head[10] & 7) + 1 if len(head) > 10 and head[10] & 0x80 else 0
    return "gif" if head[13 + colours : 14 + colours] in {b"", b"!", b",", b";"} else None


def _speech(window: Window) -> str | None:
    """AMR, whose frames begin with a type that exists (RFC 4867, 5.3)."""
    head = window.head
    for start, most in ((b"#!AMR\n", 8), (b"#!AMR-WB\n", 9)):
        if head.startswith(start):
            frame = head[len(start)] if len(head) > len(start) else 0
            return "amr" if frame & 0x83 == 0 and (frame >> 3 in range(most + 1) or frame >> 3 in {14, 15}) else None
    return None


STRUCTURES = (
    riff.recognise,
    tiff.recognise,
    boxes.recognise,
    matroska.recognise,
    containers.asf,
    containers.ogg,
    _animation,
    _speech,
    _bitmap,
    streams.recognise,
)
