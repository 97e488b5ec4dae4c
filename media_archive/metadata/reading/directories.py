"""The directories of a TIFF structure, whatever it stands in: EXIF blocks, TIFF, BigTIFF, raw files (TIFF 6.0).

What is damaged is passed over and the rest is read: one bad entry must not cost the others.
"""

import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, BinaryIO, Literal

Fetch = Callable[[int, int], bytes]
#: bytes a value of each type takes; BigTIFF adds 16 to 18
WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
LETTERS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I", 16: "Q", 17: "q", 18: "Q"}
TEXT, UNDEFINED, RATIONAL, SIGNED_RATIONAL = 2, 7, 5, 10
POINTERS = {0x8769: "EXIF", 0x8825: "GPS", 0xA005: "Interoperability"}
SUB_IFDS = 0x014A
#: bounds on what hostile files make of it
MOST_DIRECTORIES, MOST_ENTRIES, MOST_VALUES, LONGEST_VALUE = 256, 1024, 64, 64 << 10
Order = Literal["little", "big"]


@dataclass
class Entry:
    """One tag: its type, how many values it has, and where they lie, counted from the start of the structure."""

    tag: int
    kind: int
    count: int
    place: int
    length: int
    raw: bytes
    order: Order

    def values(self) -> list[Any]:
        """Up to MOST_VALUES numbers; fractions as Fraction, or (n, 0) where the divisor is nought."""
        mark = "<" if self.order == "little" else ">"
        if self.kind in {RATIONAL, SIGNED_RATIONAL}:
            letter = "I" if self.kind == RATIONAL else "i"
            numbers = _unpack(mark, letter, 4, self.raw)
            return [_divided(above, below) for above, below in zip(numbers[::2], numbers[1::2], strict=False)]
        letter = LETTERS.get(self.kind, "B")
        return _unpack(mark, letter, WIDTHS.get(self.kind, 1), self.raw)

    def number(self) -> int | None:
        """The first value where it is a whole number."""
        found = self.values()
        return found[0] if found and isinstance(found[0], int) else None


@dataclass
class Directory:
    """One directory and its group: Image, EXIF, GPS, Interoperability, SubIFD, Thumbnail, Image2 ..."""

    group: str
    order: Order
    entries: dict[int, Entry] = field(default_factory=dict)


def fetching(source: BinaryIO) -> tuple[Fetch, int]:
    """How to read pieces of an open file, and its size; what lies outside of it is empty."""
    descriptor = source.fileno()
    size = os.fstat(descriptor).st_size

    def fetch(at: int, length: int) -> bytes:
        return os.pread(descriptor, min(length, size - at), at) if 0 <= at < size and length > 0 else b""

    return fetch, size


def _unpack(mark: str, letter: str, width: int, raw: bytes) -> list[Any]:
    count = min(len(raw) // width, 2 * MOST_VALUES)
    return list(struct.unpack_from(f"{mark}{count}{letter}", raw))


def _divided(above: int, below: int) -> Fraction | tuple[int, int]:
    return Fraction(above, below) if below else (above, 0)


def walk(fetch: Fetch, size: int) -> Iterator[Directory]:
    """The directories of the structure of `size` bytes that `fetch(offset, length)` reads, the main ones first."""
    head = fetch(0, 16)
    order: Order | None = {b"II": "little", b"MM": "big"}.get(head[:2])  # type: ignore[assignment]
    if order is None:
        return
    reader = _Reader(fetch, size, order, big=int.from_bytes(head[2:4], order) == 43)
    start = int.from_bytes(head[8:16], order) if reader.big else int.from_bytes(head[4:8], order)
    yield from reader.chain(start)


def one(fetch: Fetch, size: int, start: int, order: Order, group: str) -> Directory:
    """The directory at `start` alone, as makers' notes have them."""
    return _Reader(fetch, size, order, big=False).directory(start, group)[0]


class _Reader:
    def __init__(self, fetch: Fetch, size: int, order: Order, *, big: bool) -> None:
        self.fetch, self.size, self.order, self.big = fetch, size, order, big
        self.seen: set[int] = set()

    def chain(self, start: int) -> Iterator[Directory]:
        """The main directories one after another, each with those that hang on it."""
        number = 0
        while start and start not in self.seen and len(self.seen) < MOST_DIRECTORIES:
            group = "Image" if number == 0 else "Thumbnail" if number == 1 else f"Image{number}"
            made, following = self.directory(start, group)
            yield made
            yield from self._hanging(made)
            start, number = following, number + 1

    def _hanging(self, made: Directory) -> Iterator[Directory]:
        for tag, group in POINTERS.items():
            if tag in made.entries:
                start = made.entries[tag].number()
                if start and start not in self.seen:
                    below, _ = self.directory(start, group)
                    yield below
                    yield from self._hanging(below)
        if SUB_IFDS in made.entries:
            for number, start in enumerate(made.entries[SUB_IFDS].values()[:16]):
                if isinstance(start, int) and start and start not in self.seen:
                    yield self.directory(start, f"SubIFD{number}")[0]

    def directory(self, start: int, group: str) -> tuple[Directory, int]:
        """The directory at `start`, and where the next begins (0 for none)."""
        self.seen.add(start)
        made = Directory(group, self.order)
        width, counted, pointer = (20, 8, 8) if self.big else (12, 2, 4)
        count = int.from_bytes(self.fetch(start, counted), self.order)
        table = self.fetch(start + counted, width * min(count, MOST_ENTRIES) + pointer)
        for at in range(0, min(count, MOST_ENTRIES, len(table) // width) * width, width):
            entry = self._entry(table[at : at + width], start + counted + at)
            if entry is not None:
                made.entries.setdefault(entry.tag, entry)
        behind = table[width * count : width * count + pointer] if count <= MOST_ENTRIES else b""
        following = int.from_bytes(behind, self.order) if len(behind) == pointer else 0
        return made, following if 0 < following < self.size else 0

    def _entry(self, raw: bytes, at: int) -> Entry | None:
        order = self.order
        tag, kind = int.from_bytes(raw[:2], order), int.from_bytes(raw[2:4], order)
        field_width = 8 if self.big else 4
        count = int.from_bytes(raw[4 : 4 + field_width], order)
        if kind not in WIDTHS or not count:
            return None
        length, inline = WIDTHS[kind] * count, raw[4 + field_width :]
        if length <= field_width:
            return Entry(tag, kind, count, at + 4 + field_width, length, inline[:length], order)
        place = int.from_bytes(inline, order)
        if not 0 < place < self.size:
            return None
        found = self.fetch(place, min(length, LONGEST_VALUE, self.size - place))
        return Entry(tag, kind, count, place, length, found, order) if found else None
