"""Writing a statement into a JPEG: XMP, IPTC-IIM and three EXIF texts; the picture's own bytes are copied as they are.

ITU-T T.81 for segments, XMP Specification Part 3 for where packets lie, CIPA DC-007 for the offsets of further
pictures in the same file, which move when what stands before them grows.
"""

import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from media_archive.errors import Unsupported
from media_archive.metadata.writing import exif, iim
from media_archive.metadata.writing.directory import Tiff
from media_archive.metadata.writing.packet import LONGEST_IN_JPEG, packet
from media_archive.metadata.writing.statement import Statement

APP0, APP1, APP2, APP13 = 0xE0, 0xE1, 0xE2, 0xED
START_OF_SCAN = 0xDA
#: markers without content
ALONE = {0x00, 0x01, *range(0xD0, 0xDA)}
EXIF, PHOTOSHOP, MPF = b"Exif\x00", b"Photoshop 3.0\x00", b"MPF\x00"
XMP, MORE_XMP = b"http://ns.adobe.com/xap/1.0/\x00", b"http://ns.adobe.com/xmp/extension/\x00"
MP_ENTRIES = 0xB002
#: bytes of content that one segment can hold
MOST = 65_533
#: bytes of an extended packet in one segment: less its name, MD5, length and offset
MOST_EXTENDED = MOST - len(MORE_XMP) - 40
MOST_HEADER = 64 << 20


@dataclass
class Segment:
    """A marker segment; `data` is its content without the length."""

    marker: int
    data: bytes

    def packed(self) -> bytes:
        return bytes([0xFF, self.marker]) + (len(self.data) + 2).to_bytes(2, "big") + self.data


def write(source: BinaryIO, target: BinaryIO, said: Statement) -> None:
    """Copies the JPEG in `source` into `target` with the statement; raises Unsupported where that is not safe."""
    segments, behind = _segments(source)
    made = _restated(segments, said)
    _move_further_pictures(segments, made)
    target.write(b"\xff\xd8")
    for one in made:
        target.write(one.packed())
    source.seek(behind)
    shutil.copyfileobj(source, target, 1 << 20)


def _segments(source: BinaryIO) -> tuple[list[Segment], int]:
    """The segments before the first scan, and where the scan's segment begins."""
    source.seek(0)
    if source.read(2) != b"\xff\xd8":
        raise Unsupported("The JPEG is faulty, so nothing is written into it.")
    found: list[Segment] = []
    while source.tell() < MOST_HEADER:
        start = source.tell()
        mark = source.read(2)
        while mark == b"\xff\xff":  # fill bytes
            mark = b"\xff" + source.read(1)
        if len(mark) < 2 or mark[0] != 0xFF or mark[1] in ALONE:
            break
        if mark[1] == START_OF_SCAN:
            return found, start
        length = int.from_bytes(source.read(2), "big")
        data = source.read(max(length - 2, 0))
        if length < 2 or len(data) != length - 2:
            break
        found.append(Segment(mark[1], data))
    raise Unsupported("The JPEG is faulty, so nothing is written into it.")


def _restated(segments: list[Segment], said: Statement) -> list[Segment]:
    first = next((at for at, one in enumerate(segments) if not _leads(one)), len(segments))
    kept = [one for one in segments[first:] if not _is_ours(one)]
    leading = [
        Segment(one.marker, EXIF + b"\0" + exif.restated(one.data[6:], said, MOST - 6)) if one.marker == APP1 else one
        for one in segments[:first]
    ]
    return [*leading, *_xmp(segments, said), *_photoshop(segments, said), *kept]


def _leads(one: Segment) -> bool:
    """Whether readers expect it before everything else."""
    return one.marker == APP0 or (one.marker == APP1 and one.data.startswith(EXIF))


def _is_ours(one: Segment) -> bool:
    if one.marker == APP1:
        return one.data.startswith((XMP, MORE_XMP))
    return one.marker == APP13 and one.data.startswith(PHOTOSHOP)


def _xmp(segments: list[Segment], said: Statement) -> Iterator[Segment]:
    had = [one.data[len(XMP) :] for one in segments if one.marker == APP1 and one.data.startswith(XMP)]
    if more := _extended(segments):
        had.append(more)
    made = packet(said, had, LONGEST_IN_JPEG)
    yield Segment(APP1, XMP + made.main)
    for at in range(0, len(made.extended), MOST_EXTENDED):
        head = MORE_XMP + made.guid.encode() + struct.pack(">II", len(made.extended), at)
        yield Segment(APP1, head + made.extended[at : at + MOST_EXTENDED])


def _extended(segments: list[Segment]) -> bytes:
    """The extended packet that the file has, put together; Unsupported if part of it is missing."""
    parts: dict[int, bytes] = {}
    total = 0
    for one in segments:
        if one.marker == APP1 and one.data.startswith(MORE_XMP):
            head = one.data[len(MORE_XMP) :]
            total, at = struct.unpack(">II", head[32:40].ljust(8, b"\0"))
            parts.setdefault(at, head[40:])
    whole = b"".join(parts[at] for at in sorted(parts))
    if len(whole) != total:
        raise Unsupported("Part of the XMP that the file has is missing, so nothing is written into it.")
    return whole


def _photoshop(segments: list[Segment], said: Statement) -> Iterator[Segment]:
    had = b"".join(
        one.data[len(PHOTOSHOP) :] for one in segments if one.marker == APP13 and one.data.startswith(PHOTOSHOP)
    )
    made, most = iim.resources(had, said), MOST - len(PHOTOSHOP)
    for at in range(0, len(made), most):
        yield Segment(APP13, PHOTOSHOP + made[at : at + most])


def _move_further_pictures(before: list[Segment], after: list[Segment]) -> None:
    """Adds what the header grew by to the offsets of further pictures, and to the size of the first."""
    at = next((at for at, one in enumerate(after) if one.marker == APP2 and one.data.startswith(MPF)), None)
    if at is None:
        return
    index = after[at]
    old = next(number for number, one in enumerate(before) if one is index)
    growth = sum(len(one.packed()) for one in after) - sum(len(one.packed()) for one in before)
    behind = sum(len(one.packed()) for one in after[at:]) - sum(len(one.packed()) for one in before[old:])
    data = bytearray(index.data)
    block = memoryview(data)[len(MPF) :]
    tiff = Tiff(len(block), lambda start, length: bytes(block[start : start + length]))
    listing = next((one for one in tiff.entries if one.tag == MP_ENTRIES), None)
    if listing is None or listing.count % 16 or len(block) < 24:
        raise Unsupported("The JPEG is faulty, so nothing is written into it.")
    start = struct.unpack(f"{tiff.order}I", listing.field)[0]
    for number in range(listing.count // 16):
        place = start + 16 * number + 4
        size, offset = struct.unpack(f"{tiff.order}II", bytes(block[place : place + 8]).ljust(8, b"\0"))
        moved = (size + growth, offset) if number == 0 else (size, offset + behind if offset else 0)
        block[place : place + 8] = struct.pack(f"{tiff.order}II", *moved)
    block.release()
    after[at] = Segment(index.marker, bytes(data))
