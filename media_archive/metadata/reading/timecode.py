"""The start timecode of QuickTime and MP4 files, from the frame number itself (QuickTime File Format, tmcd).

Some cameras state 29 as the frames of a second of 29.97 fps; a reader that divides by that is half an hour off after
sixteen. The nearest whole number to the rate is what the number was made with.
"""

from pathlib import Path
from typing import Any

from media_archive.metadata.recognition.boxes import Box, first, inside, whole
from media_archive.metadata.recognition.window import Window

DROP = 1


def read(path: Path) -> dict[str, Any] | None:
    """`{"frames": int, "rate": "n/d", "drop": bool}` of the first timecode track; None if there is none."""
    with path.open("rb") as source:

        def fetch(offset: int, length: int) -> bytes:
            source.seek(offset)
            return source.read(length)

        window = Window(b"", path.stat().st_size, path.name, fetch)
        movie = first(window, whole(window), b"moov")
        for track in inside(window, movie, b"trak") if movie else ():
            handler = first(window, track, b"mdia", b"hdlr")
            if handler and window.at(handler.start + 8, 4) == b"tmcd":
                return _first_frame(window, track)
    return None


def _first_frame(window: Window, track: Box) -> dict[str, Any] | None:
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


def _number(window: Window, table: Box) -> int | None:
    chunk = next(inside(window, table, b"stco", b"co64"), None)
    if chunk is None or int.from_bytes(window.at(chunk.start + 4, 4), "big") == 0:
        return None
    width = 8 if chunk.kind == b"co64" else 4
    value = window.at(int.from_bytes(window.at(chunk.start + 8, width), "big"), 4)
    return int.from_bytes(value, "big") if len(value) == 4 else None
