"""Writing XMP into a PNG, and its EXIF in step: an iTXt chunk before the picture's data (PNG 3rd edition 11.3.3.4, XMP Part 3, 1.1.5)."""

import shutil
import zlib
from typing import BinaryIO

from media_archive.errors import Unsupported
from media_archive.metadata.writing import exif
from media_archive.metadata.writing.packet import packet
from media_archive.metadata.writing.statement import Statement

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"XML:com.adobe.xmp\0"
MOST_HEADER, LONGEST_EXIF = 64 << 20, 16 << 20


def write(source: BinaryIO, target: BinaryIO, said: Statement) -> None:
    """Copies the PNG in `source` into `target` with the statement; raises Unsupported where that is not safe."""
    source.seek(0)
    if source.read(8) != SIGNATURE:
        raise Unsupported("The PNG is faulty, so nothing is written into it.")
    kept, had, behind = _header(source)
    text = KEYWORD + b"\0\0\0\0" + packet(said, had).main
    target.write(SIGNATURE + kept[0])
    target.write(_chunk(b"iTXt", text))
    for one in kept[1:]:
        is_exif = one[4:8] == b"eXIf"
        target.write(_chunk(b"eXIf", exif.restated(one[8:-4], said, LONGEST_EXIF)) if is_exif else one)
    source.seek(behind)
    shutil.copyfileobj(source, target, 1 << 20)


def _header(source: BinaryIO) -> tuple[list[bytes], list[bytes], int]:
    """The chunks before the picture's data but for XMP, the XMP packets, and where the data begins."""
    kept: list[bytes] = []
    had: list[bytes] = []
    while source.tell() < MOST_HEADER:
        start = source.tell()
        head = source.read(8)
        if len(head) < 8:
            break
        if head[4:] == b"IDAT" and kept:
            return kept, had, start
        rest = source.read(int.from_bytes(head[:4], "big") + 4)
        if head[4:] == b"iTXt" and rest.startswith(KEYWORD):
            had.append(_text(rest[len(KEYWORD) : -4]))
        else:
            kept.append(head + rest)
    raise Unsupported("The PNG is faulty, so nothing is written into it.")


def _text(data: bytes) -> bytes:
    """What stands behind compression flag and method, language and translated keyword."""
    packed = data[:1] == b"\1"
    text = data[2:].split(b"\0", 2)[-1]
    if not packed:
        return text
    try:
        return zlib.decompressobj().decompress(text, 32 << 20)
    except zlib.error as exc:
        raise Unsupported("The PNG is faulty, so nothing is written into it.") from exc


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
