"""Writing XMP into MP4 and its kin: a `uuid` box behind everything else (XMP Part 3, 1.2.4; ISO 14496-12).

No offset in the file changes. An older packet's box becomes free space. QuickTime files take the same box: it is
skipped by players that do not know it, and read by those that do.
"""

import os
from typing import BinaryIO

from media_archive.errors import Unsupported
from media_archive.metadata.writing.packet import packet
from media_archive.metadata.writing.statement import Statement

XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
MOST_BOXES = 100_000
LONGEST = 32 << 20


def extend(copy: BinaryIO, said: Statement) -> None:
    """Puts the statement behind the film in `copy`; raises Unsupported, and has written nothing, where that is not safe."""
    had, freed, open_ended = _boxes(copy)
    text = XMP + packet(said, had).main
    end = copy.seek(0, os.SEEK_END)
    if open_ended is not None:
        if end - open_ended > 0xFFFF_FFFF:
            raise Unsupported("The parts of this film do not allow another one behind them.")
        copy.seek(open_ended)
        copy.write((end - open_ended).to_bytes(4, "big"))
    for at in freed:
        copy.seek(at + 4)
        copy.write(b"free")
    copy.seek(end)
    copy.write((len(text) + 8).to_bytes(4, "big") + b"uuid" + text)


def _boxes(source: BinaryIO) -> tuple[list[bytes], list[int], int | None]:
    """XMP packets at the top level, where their boxes begin, and where a box begins that ends with the file."""
    end = source.seek(0, os.SEEK_END)
    at = 0
    had: list[bytes] = []
    freed: list[int] = []
    for _ in range(MOST_BOXES):
        if at == end:
            return had, freed, None
        source.seek(at)
        head = source.read(32)
        length, kind, start = int.from_bytes(head[:4], "big"), head[4:8], 8
        if length == 1:
            length, start = int.from_bytes(head[8:16], "big"), 16
        if kind == b"mfra":
            break  # its length is looked for in the last bytes of the file
        if length == 0 and kind == b"mdat":
            return had, freed, at
        if length < start or at + length > end:
            break
        if kind == b"uuid" and head[start : start + 16] == XMP:
            source.seek(at + start + 16)
            had.append(source.read(min(length - start - 16, LONGEST)))
            freed.append(at)
        at += length
    raise Unsupported("The parts of this film do not allow another one behind them.")
