"""Writing XMP into a TIFF: tag 700 in a new first directory behind everything that is there (XMP Part 3, 1.1.6)."""

import shutil
import struct
from typing import BinaryIO

from media_archive.metadata.writing import iim
from media_archive.metadata.writing.directory import BYTE, SIZES, XMP, Read, Tiff
from media_archive.metadata.writing.exif import texts
from media_archive.metadata.writing.packet import packet
from media_archive.metadata.writing.statement import Statement

LONGEST = 16 << 20
IPTC, PHOTOSHOP, UNDEFINED = 33723, 34377, 7


def write(source: BinaryIO, target: BinaryIO, said: Statement) -> None:
    """Copies the TIFF in `source` into `target` with the statement; raises Unsupported where that is not safe."""
    size = source.seek(0, 2)

    def read(at: int, length: int) -> bytes:
        source.seek(at)
        return source.read(length)

    tiff = Tiff(size, read)
    had = [packet_had] if (packet_had := _field(tiff, read, XMP)) else []
    values = texts(said) | _records(tiff, read, said)
    pointer, tail = tiff.with_values(values | {XMP: (BYTE, packet(said, had).main)})
    source.seek(0)
    shutil.copyfileobj(source, target, 1 << 20)
    target.write(tail)
    target.seek(4)
    target.write(pointer)


def _records(tiff: Tiff, read: Read, said: Statement) -> dict[int, tuple[int, bytes]]:
    """IPTC-IIM records in step, and their digest among Photoshop's resources; only where the file had records."""
    before = _field(tiff, read, IPTC)
    if not before:
        return {}
    records = iim.written(before, said)
    return {
        IPTC: (UNDEFINED, records),
        PHOTOSHOP: (BYTE, iim.digested(_field(tiff, read, PHOTOSHOP), records)),
    }


def _field(tiff: Tiff, read: Read, tag: int) -> bytes:
    """The bytes of a long field; none where the file has it not."""
    entry = next((one for one in tiff.entries if one.tag == tag), None)
    if entry is None:
        return b""
    length = entry.count * SIZES.get(entry.kind, 1)
    return read(struct.unpack(f"{tiff.order}I", entry.field)[0], min(length, LONGEST)) if length > 4 else b""
