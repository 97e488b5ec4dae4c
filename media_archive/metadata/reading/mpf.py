"""The further pictures that lie behind a JPEG's first (CIPA DC-007, Multi-Picture Format)."""

from typing import Any

from media_archive.metadata.reading.directories import walk

LIST, ENTRY = 0xB002, 16
KINDS = {
    0x010001: "preview (VGA)",
    0x010002: "preview (HD)",
    0x020001: "panorama",
    0x020002: "disparity",
    0x020003: "multi-angle",
    0x030000: "baseline primary",
    0x050000: "gain map",
}
MOST = 32


def read(block: bytes) -> list[dict[str, Any]]:
    """Kind, length and place of each picture but the first; places count from the start of `block`."""
    for directory in walk(lambda at, length: block[at : at + length] if at >= 0 else b"", len(block)):
        if LIST in directory.entries:
            entry = directory.entries[LIST]
            rows = [entry.raw[at : at + ENTRY] for at in range(0, len(entry.raw) - ENTRY + 1, ENTRY)]
            return [_picture(row, directory.order == "little") for row in rows[1:MOST]]
    return []


def _picture(row: bytes, little: bool) -> dict[str, Any]:
    attributes, length, place = (int.from_bytes(row[at : at + 4], "little" if little else "big") for at in (0, 4, 8))
    return {"kind": KINDS.get(attributes & 0xFFFFFF, "picture"), "size": length, "place": place}
