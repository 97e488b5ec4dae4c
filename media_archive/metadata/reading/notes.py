"""Makers' notes in full, by exifread: focus, drive, scene and the like, in words, beside the few tags that rules use."""

import io
import logging
from typing import Any, BinaryIO, cast

import exifread

VERSION: str = exifread.__version__
#: exifread warns about every oddity of a file; the outcome here says what matters
logging.getLogger("exifread").setLevel(logging.CRITICAL)
#: small reads that a note may cost (20 ms): most need some thousands, long tables byte by byte need a hundred times that
MOST_READS = 8_000
LONGEST_TEXT = 300
#: how the tag of a maker's note begins in a directory, in either byte order (EXIF 3.0, tag 37500, undefined bytes)
MARKS = (b"\x7c\x92\x07\x00", b"\x92\x7c\x00\x07")


def read(source: BinaryIO) -> dict[str, Any]:
    """The note of the TIFF structure in `source`, tag by name as people read it.

    Empty where there is none, or where it would cost too much: nothing in the record rests on it.
    """
    try:
        tags = exifread.process_file(cast(BinaryIO, _Bounded(source)), details=True, extract_thumbnail=False)
    except _TooMuch:
        return {}
    except Exception as exc:  # a reader of hostile files raises anything; what it found until then is lost
        return {"error": f"{type(exc).__name__}: {exc}"[:LONGEST_TEXT]}
    named = ((name.removeprefix("MakerNote "), tag) for name, tag in tags.items() if name.startswith("MakerNote "))
    return {name: str(tag)[:LONGEST_TEXT] for name, tag in named if not name.startswith("Tag 0x") and str(tag).strip()}


def read_block(block: bytes) -> dict[str, Any]:
    """The same of a TIFF structure at hand."""
    return read(io.BytesIO(block)) if any(mark in block for mark in MARKS) else {}


class _TooMuch(Exception):
    """The note costs more than it is worth."""


class _Bounded:
    """A file that may be read so many times: directories made to be read again and again would take hours."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._left = MOST_READS
        self.seek = source.seek
        self.tell = source.tell

    def read(self, length: int = -1) -> bytes:
        self._left -= 1
        if self._left < 0:
            raise _TooMuch
        return self._source.read(length)
