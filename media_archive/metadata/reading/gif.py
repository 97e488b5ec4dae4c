"""The blocks of a GIF file, without decoding any picture (CompuServe, Graphics Interchange Format 89a)."""

from typing import BinaryIO

from media_archive.metadata.reading.characters import decode
from media_archive.metadata.reading.packets import Packets
from media_archive.words import Message

EXTENSION, IMAGE, TRAILER, COMMENT, APPLICATION = 0x21, 0x2C, 0x3B, 0xFE, 0xFF
XMP = b"XMP DataXMP"
#: bounds: blocks looked at, bytes read
MOST_BLOCKS, LONGEST = 200_000, 64 << 20


def read(source: BinaryIO, size: int) -> Packets:
    """What the GIF of `size` bytes in `source` says of itself; files longer than LONGEST are read so far."""
    data = source.read(LONGEST)
    found = Packets()
    if len(data) < 13:
        found.problem = Message("The picture cannot be opened: its header is damaged or of an unknown kind.")
        return found
    width, height = (int.from_bytes(data[at : at + 2], "little") for at in (6, 8))
    bits = (data[10] & 7) + 1
    found.facts |= {"width": width, "height": height, "bits": bits, "mode": "P", "decoder": "GIF"}
    pictures, whole = _blocks(data, 13 + (3 << bits if data[10] & 0x80 else 0), found)
    if pictures > 1:
        found.facts["pages"] = pictures
    if not whole and size <= LONGEST:
        found.problem = Message("The GIF ends after {n} bytes, before its last block.", {"n": size})
    return found


def _blocks(data: bytes, at: int, found: Packets) -> tuple[int, bool]:
    """How many pictures there are, and whether the file ends as it should."""
    pictures = 0
    for _ in range(MOST_BLOCKS):
        kind = data[at] if at < len(data) else None
        if kind == IMAGE and at + 10 < len(data):
            pictures += 1
            colours = 3 << ((data[at + 9] & 7) + 1) if data[at + 9] & 0x80 else 0
            at = _behind(data, at + 11 + colours)
        elif kind == EXTENSION and at + 2 < len(data):
            _extension(data, at, found)
            at = _behind(data, at + 2)
        else:
            return pictures, kind == TRAILER
    return pictures, True


def _behind(data: bytes, at: int) -> int:
    """Where the chain of sub-blocks at `at` ends."""
    while at < len(data) and data[at]:
        at += data[at] + 1
    return at + 1


def _extension(data: bytes, at: int, found: Packets) -> None:
    if data[at + 1] == COMMENT:
        end = at + 3 + data[at + 2]
        found.facts.setdefault("comment", decode(data[at + 3 : end]))
    elif data[at + 1] == APPLICATION and data[at + 3 : at + 14] == XMP:
        end = data.find(b"<?xpacket end", at)
        found.xmp = data[at + 14 : data.find(b">", end) + 1] if end > 0 else None
