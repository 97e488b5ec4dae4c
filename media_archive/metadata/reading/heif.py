"""What the boxes of HEIF and AVIF say besides the picture: colour, depth of bits, gain and depth maps, sizes of items.

ISO/IEC 23008-12, ISO/IEC 23000-22, AV1-ISOBMFF; the box of properties is small and read whole.
"""

import re
from pathlib import Path
from typing import Any

#: the properties lie in the first box of metadata; longer ones are not read to the end
LONGEST = 1 << 20
SIGNS = {
    b"aux:hdrgainmap": "gain_map",
    b"tmap": "gain_map",
    b"hevc:2015:auxid:2": "depth",
    b"mpegB:cicp:systems:auxiliary:depth": "depth",
    b"aux:disparity": "depth",
    b"aux:portraiteffectsmatte": "matte",
}
CHROMA = {0: "4:0:0", 1: "4:2:0", 2: "4:2:2", 3: "4:4:4"}


def facts(path: Path) -> dict[str, Any]:
    """JSON-able: bits, chroma, transfer, gain_map, depth, compression; what is not stated is absent."""
    with path.open("rb") as source:
        head = source.read(4096)
        at = head.find(b"meta")
        length = int.from_bytes(head[at - 4 : at], "big") if at >= 4 else 0
        source.seek(max(at - 4, 0))
        meta = source.read(min(length, LONGEST)) if length else head
    found: dict[str, Any] = {name: True for sign, name in SIGNS.items() if sign in meta}
    found |= _coded(meta)
    colour = meta.find(b"colrnclx")
    if 0 <= colour < len(meta) - 14:
        found["transfer"] = int.from_bytes(meta[colour + 10 : colour + 12], "big")
    sizes = [m.end() for m in re.finditer(b"ispe", meta)][:64]
    found["sizes"] = [
        [int.from_bytes(meta[start + 4 : start + 8], "big"), int.from_bytes(meta[start + 8 : start + 12], "big")]
        for start in sizes
    ]
    return found


def _coded(meta: bytes) -> dict[str, Any]:
    at = meta.find(b"hvcC")
    if 0 <= at < len(meta) - 24:
        record = meta[at + 4 : at + 24]
        return {"chroma": CHROMA[record[16] & 3], "bits": (record[17] & 7) + 8, "compression": "HEVC"}
    at = meta.find(b"av1C")
    if 0 <= at < len(meta) - 8:
        flags = meta[at + 6]
        bits = (12 if flags & 0x20 else 10) if flags & 0x40 else 8
        wide, high = flags & 0x08, flags & 0x04
        chroma = "4:0:0" if flags & 0x10 else "4:4:4" if not wide else "4:2:0" if high else "4:2:2"
        return {"chroma": chroma, "bits": bits, "compression": "AV1"}
    return {}
