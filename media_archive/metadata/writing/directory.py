"""TIFF directories with some entries replaced: in EXIF inside a JPEG, and in TIFF files themselves.

The new first directory and its values go behind everything that is there and the header points to it, so that no
offset into the old bytes changes: strips, tiles, further directories and makers' notes stay where they are.
(TIFF 6.0, section 2.)
"""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from media_archive.errors import Unsupported

BYTE, ASCII = 1, 2
IMAGE_DESCRIPTION, ARTIST, COPYRIGHT, XMP = 0x010E, 0x013B, 0x8298, 700
EXIF_DIRECTORY, DATE_ORIGINAL, OFFSET_ORIGINAL = 0x8769, 0x9003, 0x9011
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
MOST_ENTRIES = 4096
#: bytes of a block or a file: (offset, length)
Read = Callable[[int, int], bytes]


@dataclass(frozen=True)
class Entry:
    """One field of a directory; `field` is its value or where that lies, as the four bytes that stand there."""

    tag: int
    kind: int
    count: int
    field: bytes


class Tiff:
    """The header and first directory of a TIFF of `size` bytes. Raises Unsupported where it is faulty."""

    def __init__(self, size: int, read: Read) -> None:
        head = read(0, 8)
        self.order = {b"II*\0": "<", b"MM\0*": ">"}.get(head[:4], "")
        if not self.order:
            raise Unsupported("This kind of TIFF is not written into.")
        self.size, self.read = size, read
        self.first = self._unpack("I", head[4:8])
        self.entries, self.next = self.directory(self.first)

    def directory(self, at: int) -> tuple[list[Entry], bytes]:
        """The entries of the directory at `at`, and the four bytes that lead to the next one."""
        count = self._unpack("H", self._exact(at, 2))
        if not 0 < count <= MOST_ENTRIES:
            raise Unsupported("The directory of this TIFF is faulty, so nothing is written into it.")
        data = self._exact(at + 2, 12 * count + 4)
        entries = []
        for start in range(0, 12 * count, 12):
            tag, kind, number = struct.unpack(f"{self.order}HHI", data[start : start + 8])
            entries.append(Entry(tag, kind, number, data[start + 8 : start + 12]))
        return entries, data[12 * count :]

    def place(self, directory: int, tag: int) -> tuple[int, int] | None:
        """Where the value of a text longer than four bytes lies in a directory, and its length."""
        for entry in self.directory(directory)[0]:
            if entry.tag == tag and entry.kind == ASCII and entry.count > 4:
                return self._unpack("I", entry.field), entry.count
        return None

    def exif(self) -> int | None:
        """Where the EXIF directory lies."""
        found = next((one for one in self.entries if one.tag == EXIF_DIRECTORY), None)
        return self._unpack("I", found.field) if found else None

    def with_values(self, values: Mapping[int, tuple[int, bytes]]) -> tuple[bytes, bytes]:
        """The pointer to stand at offset 4, and what is to be appended, where the fields `values` are set.

        `values` are type and bytes by tag.
        """
        tail = bytearray(b"\0" * (self.size % 2))
        kept = [one for one in self.entries if one.tag not in values]
        for tag, (kind, data) in values.items():
            field = data.ljust(4, b"\0")
            if len(data) > 4:
                field = self._pack("I", self.size + len(tail))
                tail += data + b"\0" * (len(data) % 2)
            kept.append(Entry(tag, kind, len(data) // SIZES[kind], field))
        pointer = self.size + len(tail)
        if pointer + 12 * len(kept) + 6 > 0xFFFF_FFFF:
            raise Unsupported("The TIFF is too long for a further directory.")
        tail += self._pack("H", len(kept))
        for one in sorted(kept, key=lambda each: each.tag):
            tail += struct.pack(f"{self.order}HHI", one.tag, one.kind, one.count) + one.field
        return self._pack("I", pointer), bytes(tail + self.next)

    def _exact(self, at: int, length: int) -> bytes:
        data = self.read(at, length)
        if len(data) != length:
            raise Unsupported("The directory of this TIFF is faulty, so nothing is written into it.")
        return data

    def _unpack(self, kind: str, data: bytes) -> int:
        number: int = struct.unpack(self.order + kind, data)[0]
        return number

    def _pack(self, kind: str, number: int) -> bytes:
        return struct.pack(self.order + kind, number)
