"""What ties the two files of a Live Photo: Apple's content identifier, and the length of the film.

Read from a few hundred bytes of each, in pure Python; a file that makes no sense has neither. Sources: TIFF 6.0,
ISO/IEC 14496-12 (meta, iinf, iloc), QuickTime File Format (mvhd, keys, ilst).
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from media_archive.metadata.recognition.boxes import Box, boxes, first, inside, whole
from media_archive.metadata.recognition.window import HEAD, Window

IDENTIFIER_KEY = b"com.apple.quicktime.content.identifier"
#: the maker note of Apple: twelve bytes of name, two of byte order, then a directory as of TIFF
MAKER = b"Apple iOS\x00\x00\x01"
IDENTIFIER_TAG = 0x0011
EXIF_POINTER, MAKER_NOTE = 0x8769, 0x927C
MOST_ENTRIES = 512
#: an Exif block is smaller; what claims more is not read
MOST_BYTES = 1 << 20

Found = TypeVar("Found")


@dataclass(frozen=True)
class Movie:
    """What a film says: the identifier that it shares with its still, and its length in seconds."""

    identifier: str | None = None
    seconds: float | None = None


def movie(path: Path) -> Movie:
    """What the film at `path` says of itself."""
    return _looked(path, _movie) or Movie()


def still_identifier(path: Path) -> str | None:
    """The content identifier of the JPEG or HEIF at `path`; None if it has none."""
    return _looked(path, _still)


def _looked(path: Path, look: Callable[[Window], Found]) -> Found | None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        head = os.pread(descriptor, HEAD, 0)
        size = os.fstat(descriptor).st_size
        return look(Window(head, size, path.name, lambda offset, length: os.pread(descriptor, length, offset)))
    except (OSError, IndexError, ValueError, OverflowError):
        return None
    finally:
        os.close(descriptor)


def _number(window: Window, at: int, width: int) -> int:
    """An unsigned number, big end first; ValueError past the end of the file."""
    data = window.at(at, width)
    if len(data) < width:
        raise ValueError("the file ends within a number")
    return int.from_bytes(data, "big")


# ---- the film ------------------------------------------------------------------------------------------------------


def _movie(window: Window) -> Movie:
    index = next(inside(window, whole(window), b"moov"), None)
    if index is None:
        return Movie()
    return Movie(_movie_identifier(window, index), _seconds(window, index))


def _seconds(window: Window, index: Box) -> float | None:
    header = first(window, index, b"mvhd")
    if header is None:
        return None
    long = window.at(header.start, 1) == b"\x01"
    at = header.start + (20 if long else 12)
    scale, length = _number(window, at, 4), _number(window, at + 4, 8 if long else 4)
    return length / scale if scale else None


def _movie_identifier(window: Window, index: Box) -> str | None:
    meta = next(inside(window, index, b"meta"), None)
    if meta is None:
        return None
    # QuickTime's box has no version before its children, that of ISO has
    start = meta.start if window.at(meta.start + 4, 4) == b"hdlr" else meta.start + 4
    parts = {box.kind: box for box in boxes(window, start, meta.end)}
    if b"keys" not in parts or b"ilst" not in parts:
        return None
    wanted = {number for number, name in enumerate(_keys(window, parts[b"keys"]), 1) if name == IDENTIFIER_KEY}
    for item in boxes(window, parts[b"ilst"].start, parts[b"ilst"].end):
        value = first(window, item, b"data")
        if value and int.from_bytes(item.kind, "big") in wanted:
            return _text(window.at(value.start + 8, min(value.end - value.start - 8, 256)))
    return None


def _keys(window: Window, box: Box) -> Iterator[bytes]:
    at = box.start + 8
    for _ in range(min(_number(window, box.start + 4, 4), MOST_ENTRIES)):
        length = _number(window, at, 4)
        yield window.at(at + 8, min(max(length - 8, 0), 256))
        at += max(length, 8)


def _text(data: bytes) -> str | None:
    return data.split(b"\x00")[0].decode("ascii", "replace").strip().upper() or None


# ---- the still -----------------------------------------------------------------------------------------------------


def _still(window: Window) -> str | None:
    exif = _exif_of_jpeg(window) if window.head[:2] == b"\xff\xd8" else _exif_of_heif(window)
    return _content_identifier(exif) if exif else None


def _exif_of_jpeg(window: Window) -> bytes | None:
    """The TIFF structure of the first Exif segment; it stands before the picture."""
    at = 2
    for _ in range(MOST_ENTRIES):
        marker = window.at(at, 4)
        if len(marker) < 4 or marker[0] != 0xFF or marker[1] in {0xDA, 0xD9}:
            return None
        length = int.from_bytes(marker[2:], "big")
        if marker[1] == 0xE1 and window.at(at + 4, 6) == b"Exif\x00\x00":
            return window.at(at + 10, length - 8)
        at += 2 + length
    return None


def _exif_of_heif(window: Window) -> bytes | None:
    meta = next(inside(window, whole(window), b"meta"), None)
    if meta is None:
        return None
    parts = {box.kind: box for box in boxes(window, meta.start + 4, meta.end)}
    if b"iinf" not in parts or b"iloc" not in parts:
        return None
    wanted = set(_exif_items(window, parts[b"iinf"]))
    for item, offset, length in _places(window, parts[b"iloc"]):
        if item in wanted:
            block = window.at(offset, min(length, MOST_BYTES))
            return block[4 + int.from_bytes(block[:4], "big") :]
    return None


def _exif_items(window: Window, box: Box) -> Iterator[int]:
    start = box.start + (6 if window.at(box.start, 1) == b"\x00" else 8)
    for entry in boxes(window, start, box.end):
        width = 2 if _number(window, entry.start, 1) < 3 else 4
        if window.at(entry.start + 4 + width + 2, 4) == b"Exif":
            yield _number(window, entry.start + 4, width)


def _places(window: Window, box: Box) -> Iterator[tuple[int, int, int]]:
    """Number, offset and length of each item that lies in one piece in the file itself."""
    version, sizes = _number(window, box.start, 1), window.at(box.start + 4, 2)
    offset_width, length_width, base_width = sizes[0] >> 4, sizes[0] & 15, sizes[1] >> 4
    index_width = sizes[1] & 15 if version else 0
    wide = 2 if version < 2 else 4
    at = box.start + 6
    count, at = _number(window, at, wide), at + wide
    for _ in range(min(count, MOST_ENTRIES)):
        item, at = _number(window, at, wide), at + wide
        method, at = (_number(window, at, 2) & 15, at + 2) if version else (0, at)
        base, at = _number(window, at + 2, base_width), at + 2 + base_width
        extents, at = _number(window, at, 2), at + 2
        offset = _number(window, at + index_width, offset_width)
        length = _number(window, at + index_width + offset_width, length_width)
        at += extents * (index_width + offset_width + length_width)
        if extents == 1 and method == 0:
            yield item, base + offset, length


def _content_identifier(tiff: bytes) -> str | None:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    main = _entries(tiff, _value(tiff[4:8], order), order)
    exif = _entries(tiff, _value(main.get(EXIF_POINTER, (0, b""))[1], order), order)
    count, value = exif.get(MAKER_NOTE, (0, b""))
    at = _value(value, order)
    note = tiff[at : at + count]
    order = {b"II": "<", b"MM": ">"}.get(note[12:14])
    if order is None or not note.startswith(MAKER):
        return None
    count, value = _entries(note, 14, order).get(IDENTIFIER_TAG, (0, b""))
    at = _value(value, order)
    return _text(note[at : at + min(count, 256)]) if count else None


def _value(data: bytes, order: str) -> int:
    return int.from_bytes(data, "little" if order == "<" else "big")


def _entries(data: bytes, at: int, order: str) -> dict[int, tuple[int, bytes]]:
    """Tag -> count and the four bytes of value or offset, of the directory at `at`."""
    if not at:
        return {}
    count = min(_value(data[at : at + 2], order), MOST_ENTRIES)
    rows = (data[at + 2 + 12 * one : at + 14 + 12 * one] for one in range(count))
    return {_value(row[:2], order): (_value(row[4:8], order), row[8:12]) for row in rows if len(row) == 12}
