"""Writing XMP into a TIFF: tag 700 in a new first directory behind everything that is there (XMP Part 3, 1.1.6)."""

import shutil
import struct
from typing import BinaryIO

from media_archive.metadata.writing.directory import ARTIST, ASCII, BYTE, COPYRIGHT, IMAGE_DESCRIPTION, XMP, Read, Tiff
from media_archive.metadata.writing.packet import packet
from media_archive.metadata.writing.statement import Statement

LONGEST = 16 << 20


def write(source: BinaryIO, target: BinaryIO, said: Statement) -> None:
    """Copies the TIFF in `source` into `target` with the statement; raises Unsupported where that is not safe."""
    size = source.seek(0, 2)

    def read(at: int, length: int) -> bytes:
        source.seek(at)
        return source.read(length)

    tiff = Tiff(size, read)
    had = [_packet(tiff, read)] if any(one.tag == XMP for one in tiff.entries) else []
    texts = {IMAGE_DESCRIPTION: said.caption, ARTIST: "; ".join(said.creator), COPYRIGHT: said.rights}
    values = {tag: (ASCII, text.encode() + b"\0") for tag, text in texts.items() if text}
    pointer, tail = tiff.with_values(values | {XMP: (BYTE, packet(said, had).main)})
    source.seek(0)
    shutil.copyfileobj(source, target, 1 << 20)
    target.write(tail)
    target.seek(4)
    target.write(pointer)


def _packet(tiff: Tiff, read: Read) -> bytes:
    entry = next(one for one in tiff.entries if one.tag == XMP)
    return read(struct.unpack(f"{tiff.order}I", entry.field)[0], min(entry.count, LONGEST))
