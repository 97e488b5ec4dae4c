"""The start timecode of QuickTime and MP4 films, from the frame number itself (QuickTime File Format, tmcd).

Some cameras state 29 as the frames of a second of 29.97 fps; a reader that divides by that is half an hour off after
sixteen. The nearest whole number to the rate is what the number was made with.
"""

from typing import Any

from media_archive.metadata.plain import text as clean
from media_archive.metadata.reading.characters import decode
from media_archive.metadata.recognition.boxes import Box, first, inside
from media_archive.metadata.recognition.window import Window

DROP = 1
#: length of a timecode sample description up to the boxes inside it
DESCRIBED = 26


def first_frame(window: Window, track: Box) -> dict[str, Any] | None:
    """`{"frames": int, "rate": "n/d", "drop": bool}` of a timecode track; None if it is none."""
    table = first(window, track, b"mdia", b"minf", b"stbl")
    entry = first(window, table, b"stsd") if table else None
    if table is None or entry is None:
        return None
    # version and flags, count, then the entry: size, kind, reserved, data reference, reserved, flags, scale, duration
    described = window.at(entry.start + 8, 40)
    if described[4:8] != b"tmcd" or len(described) < 33:
        return None
    flags, scale, duration = (int.from_bytes(described[at : at + 4], "big") for at in (20, 24, 28))
    number = _number(window, table)
    if number is None or not scale or not duration:
        return None
    return {"frames": number, "rate": f"{scale}/{duration}", "drop": bool(flags & DROP)}


def reel(described: bytes) -> str | None:
    """The name of the tape or card in a timecode sample description (its box `name`)."""
    at = DESCRIBED
    while at + 12 <= len(described):
        length = int.from_bytes(described[at : at + 4], "big")
        if described[at + 4 : at + 8] == b"name":
            size = int.from_bytes(described[at + 8 : at + 10], "big")
            return clean(decode(described[at + 12 : at + 12 + size].strip(b"\0"))) or None
        if length < 8:
            return None
        at += length
    return None


def _number(window: Window, table: Box) -> int | None:
    chunk = next(inside(window, table, b"stco", b"co64"), None)
    if chunk is None or int.from_bytes(window.at(chunk.start + 4, 4), "big") == 0:
        return None
    width = 8 if chunk.kind == b"co64" else 4
    value = window.at(int.from_bytes(window.at(chunk.start + 8, width), "big"), 4)
    return int.from_bytes(value, "big") if len(value) == 4 else None
