"""Writing XMP into a WebP: a chunk `XMP ` at the end, and the extended header that announces it (RFC 9649)."""

from typing import BinaryIO

from media_archive.errors import Unsupported
from media_archive.metadata.writing import exif
from media_archive.metadata.writing.packet import packet
from media_archive.metadata.writing.statement import Statement

HAS_XMP, HAS_ALPHA = 0x04, 0x10
LONGEST_EXIF = 16 << 20
FAULTY = "The WebP is faulty, so nothing is written into it."
Place = tuple[bytes, int, int]


def write(source: BinaryIO, target: BinaryIO, said: Statement) -> None:
    """Copies the WebP in `source` into `target` with the statement; raises Unsupported where that is not safe."""
    chunks = _chunks(source)
    had = [_content(source, one) for one in chunks if one[0] == b"XMP "]
    kept = [one for one in chunks if one[0] not in (b"XMP ", b"VP8X")]
    text = packet(said, had).main
    target.write(b"RIFF\0\0\0\0WEBP" + _chunk(b"VP8X", _extended(source, chunks)))
    for one in kept:
        if one[0] == b"EXIF":
            target.write(_chunk(b"EXIF", _exif(_content(source, one), said)))
            continue
        source.seek(one[1])
        _copy(source, target, one[2])
    target.write(_chunk(b"XMP ", text))
    size = target.tell() - 8
    if size > 0xFFFF_FFFE:
        raise Unsupported(FAULTY)
    target.seek(4)
    target.write(size.to_bytes(4, "little"))


def _chunks(source: BinaryIO) -> list[Place]:
    """Name, start and length with its header and padding of each chunk."""
    source.seek(0)
    head = source.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"WEBP":
        raise Unsupported(FAULTY)
    end = int.from_bytes(head[4:8], "little") + 8
    found: list[Place] = []
    while source.tell() < end and len(found) < 65536:
        start, name = source.tell(), source.read(8)
        length = int.from_bytes(name[4:8], "little")
        if len(name) < 8 or start + 8 + length > end:
            raise Unsupported(FAULTY)
        found.append((name[:4], start, 8 + length + length % 2))
        source.seek(start + 8 + length + length % 2)
    if not found or source.read(1):
        raise Unsupported(FAULTY)
    return found


def _extended(source: BinaryIO, chunks: list[Place]) -> bytes:
    """The extended header's ten bytes, with XMP announced; made from the picture's own header where there is none."""
    name, start, _ = chunks[0]
    source.seek(start + 8)
    head = source.read(30)
    if name == b"VP8X":
        return bytes([head[0] | HAS_XMP]) + head[1:10]
    if name == b"VP8L" and head[0] == 0x2F:
        bits = int.from_bytes(head[1:5], "little")
        width, height, alpha = bits & 0x3FFF, bits >> 14 & 0x3FFF, bits >> 28 & 1
    elif name == b"VP8 " and head[3:6] == b"\x9d\x01\x2a":
        width, height = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (6, 8))
        width, height, alpha = width - 1, height - 1, 0
    else:
        raise Unsupported(FAULTY)
    flags = HAS_XMP | (HAS_ALPHA if alpha else 0)
    return bytes([flags, 0, 0, 0]) + width.to_bytes(3, "little") + height.to_bytes(3, "little")


def _exif(data: bytes, said: Statement) -> bytes:
    """The EXIF chunk in step; some programs put a JPEG's header before the block."""
    start = 6 if data.startswith(b"Exif\0\0") else 0
    return data[:start] + exif.restated(data[start:], said, LONGEST_EXIF)


def _content(source: BinaryIO, place: Place) -> bytes:
    source.seek(place[1] + 4)
    return source.read(int.from_bytes(source.read(4), "little"))


def _copy(source: BinaryIO, target: BinaryIO, length: int) -> None:
    while length > 0:
        part = source.read(min(length, 1 << 20))
        if not part:
            if length > 1:
                raise Unsupported(FAULTY)
            part = b"\0"  # the padding of a last odd chunk that its writer forgot
        target.write(part)
        length -= len(part)


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2)
