"""The boxes of an MP4 file in fragments, as far as a playlist needs them (ISO/IEC 14496-12)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import BinaryIO

from media_archive.errors import Unreadable

#: bytes of an index of a film of a hundred hours
MOST_INDEX = 4 << 20


@dataclass(frozen=True)
class Box:
    """Where a box lies in its file."""

    kind: str
    start: int
    size: int

    @property
    def end(self) -> int:
        return self.start + self.size


@dataclass(frozen=True)
class Fragment:
    """A part of the film that can be played by itself after the header: bytes and seconds."""

    start: int
    size: int
    seconds: Fraction


@dataclass(frozen=True)
class Layout:
    """The header's bytes, from the beginning of the file, and the fragments."""

    header: int
    fragments: tuple[Fragment, ...]


def top(file: BinaryIO) -> Iterator[Box]:
    """The outermost boxes, in order."""
    end = file.seek(0, 2)
    place = 0
    while place + 8 <= end:
        file.seek(place)
        size, kind = struct.unpack(">I4s", file.read(8))
        if size == 1:
            [size] = struct.unpack(">Q", file.read(8))
        if size < 8 or place + size > end:
            raise Unreadable("The film's boxes do not fit together.")
        yield Box(kind.decode("latin-1"), place, size)
        place += size


def layout(file: BinaryIO) -> Layout:
    """How a film in fragments lies, by the index of its first track. Unreadable where it has no such index."""
    header = 0
    for box in top(file):
        if box.kind == "moov":
            header = box.end
        elif box.kind == "sidx" and header:
            return Layout(header, tuple(_indexed(file, box)))
        elif box.kind == "moof":
            break
    raise Unreadable("The film has no index of its fragments.")


def _indexed(file: BinaryIO, box: Box) -> Iterator[Fragment]:
    """8.16.3: sizes and durations one after the other, from the first byte after the box and `first` more."""
    if box.size > MOST_INDEX:
        raise Unreadable("The film's index is too long.")
    file.seek(box.start + 8)
    data = file.read(box.size - 8)
    [scale] = struct.unpack_from(">I", data, 8)
    times = ">QQ" if data[0] else ">II"
    _, first = struct.unpack_from(times, data, 12)
    place = 12 + struct.calcsize(times)
    [count] = struct.unpack_from(">H", data, place + 2)
    start = box.end + first
    for size, duration, _ in struct.iter_unpack(">III", data[place + 4 : place + 4 + 12 * count]):
        yield Fragment(start, size & 0x7FFFFFFF, Fraction(duration, scale or 1))
        start += size & 0x7FFFFFFF
