"""What lies in a JPEG's file behind its picture: Samsung's trailer, films of motion photos, gain maps, depth maps."""

import os
from typing import BinaryIO

from media_archive.metadata.reading.packets import Packets

#: Samsung's trailer: a directory of entries, its length, and this mark, at the very end of the file
TRAILER, DIRECTORY = b"SEFT", b"SEFH"
MOST_ENTRIES, HEAD, MOST_PICTURES = 64, 16 << 10, 4
SIGNS = {
    b"http://ns.apple.com/HDRGainMap": "gain_map",
    b"http://ns.adobe.com/hdr-gain-map": "gain_map",
    b"urn:iso:std:iso:ts:21496:-1": "gain_map",
    b"depthmap": "depth",
    b"aux:disparity": "depth",
    b"portraiteffectsmatte": "matte",
}


def look(source: BinaryIO, size: int, found: Packets) -> None:
    """Adds to `found.facts`: `samsung` (entries by name with place and size), `gain_map`, `depth`, sizes of pictures."""
    entries = _samsung(source, size)
    if entries:
        found.facts["samsung"] = entries
    shared = found.facts.get("mpf") or {}
    for picture in shared.get("pictures", [])[:MOST_PICTURES]:
        place = shared["place"] + picture["place"]
        picture["place"] = place
        head = os.pread(source.fileno(), HEAD, place) if 0 < place < size else b""
        picture.update(jpeg_size(head))
        for sign, name in SIGNS.items():
            if sign in head:
                found.facts[name] = True
                picture["kind"] = name.replace("_", " ")


def _samsung(source: BinaryIO, size: int) -> dict[str, list[int]]:
    source.seek(max(size - 8, 0))
    tail = source.read(8)
    length = int.from_bytes(tail[:4], "little")
    start = size - 8 - length
    if tail[4:] != TRAILER or not 12 <= length <= 1 << 16 or start < 0:
        return {}
    source.seek(start)
    data = source.read(length)
    count = min(int.from_bytes(data[8:12], "little"), MOST_ENTRIES) if data[:4] == DIRECTORY else 0
    found = {}
    for at in range(12, min(12 + 12 * count, len(data) - 11), 12):
        back, taken = (int.from_bytes(data[at + n : at + n + 4], "little") for n in (4, 8))
        if not 8 < back <= start:
            continue
        head = os.pread(source.fileno(), 64, start - back)
        width = int.from_bytes(head[4:8], "little")
        name = head[8 : 8 + min(width, 56)].decode("ascii", "replace")
        found[name] = [start - back + 8 + width, max(taken - 8 - width, 0)]
    return found


def jpeg_size(head: bytes) -> dict[str, int]:
    """Width and height of the JPEG that begins with `head`; empty if its frame lies further on."""
    at = 2
    while head[:2] == b"\xff\xd8" and at + 9 < len(head) and head[at] == 0xFF:
        if 0xC0 <= head[at + 1] <= 0xCF and head[at + 1] not in {0xC4, 0xC8, 0xCC}:
            return {
                "width": int.from_bytes(head[at + 7 : at + 9], "big"),
                "height": int.from_bytes(head[at + 5 : at + 7], "big"),
            }
        at += 2 + int.from_bytes(head[at + 2 : at + 4], "big")
    return {}
