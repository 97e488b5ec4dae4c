"""EXIF tags by exifread, as plain JSON: fractions stay exact as "n/d", text is decoded whatever wrote it."""

import io
import logging
from fractions import Fraction
from typing import Any, BinaryIO, cast

import exifread

from media_archive.metadata.reading.characters import decode

VERSION: str = exifread.__version__
#: exifread warns about every oddity of a file; the outcome here says what matters
logging.getLogger("exifread").setLevel(logging.CRITICAL)
#: small reads until a file is taken to be hostile; real ones need some thousands
MOST_READS = 200_000
DROPPED = ("JPEGThumbnail", "TIFFThumbnail", "EXIF MakerNote", "Image ApplicationNotes", "Image InterColorProfile")
#: field type of bytes without a type (TIFF 6.0)
UNDEFINED = 7
CODED = {"EXIF UserComment", "GPS GPSProcessingMethod", "GPS GPSAreaInformation"}
WIDE = ("XPTitle", "XPComment", "XPAuthor", "XPKeywords", "XPSubject")


def read(block: bytes) -> dict[str, Any]:
    """Tags of the TIFF structure `block`, by names such as "EXIF ExposureTime"; empty if it is none."""
    return read_file(io.BytesIO(block))


def read_file(source: BinaryIO) -> dict[str, Any]:
    """Tags of a TIFF file or one built on it; maker notes are left alone: hostile ones cost 150 ms."""
    try:
        tags = exifread.process_file(cast(BinaryIO, _Bounded(source)), details=False, extract_thumbnail=False)
    except Exception as exc:  # a reader of hostile files raises anything; what it found until then is lost
        return {"error": f"{type(exc).__name__}: {exc}"[:300]}
    return {name: _value(name, tag) for name, tag in tags.items() if name not in DROPPED}


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
            raise ValueError("its directories go round in circles")
        return self._source.read(length)


def _value(name: str, tag: Any) -> Any:
    values = getattr(tag, "values", tag)
    if isinstance(values, bytes):
        values = decode(values)
    if not isinstance(values, list):
        return str(values).rstrip("\x00 ")
    if name in CODED:
        return _coded(_bytes(values))
    if name.endswith(WIDE):
        return _bytes(values).decode("utf-16-le", "replace").rstrip("\x00")
    if tag.field_type == UNDEFINED:
        return _undefined(_bytes(values))
    made = [_number(value) for value in values]
    return made[0] if len(made) == 1 else made


def _number(value: Any) -> Any:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return value[0] if isinstance(value, tuple) and len(value) == 1 else value


def _bytes(values: list[Any]) -> bytes:
    return bytes(value & 0xFF for value in values if isinstance(value, int))


def _undefined(raw: bytes) -> Any:
    shown = raw.rstrip(b"\x00")
    return shown.decode("ascii") if shown and all(32 <= byte < 127 for byte in shown) else raw


def _coded(raw: bytes) -> str:
    """Text behind an eight-byte name of its character code (EXIF 2.32, 4.6.5, UserComment)."""
    code, body = raw[:8], raw[8:]
    if code.startswith(b"UNICODE"):
        # the standard leaves the byte order open: the zeros of Latin text give it away
        little = body[1::2].count(0) >= body[0::2].count(0)
        return body.decode("utf-16-le" if little else "utf-16-be", "replace").rstrip("\x00 ")
    if code.startswith(b"JIS"):
        return body.decode("iso2022_jp", "replace").rstrip("\x00 ")
    return decode(body if code.startswith((b"ASCII", b"\x00\x00")) else raw).strip()
