"""Canon's CRW files: a heap of records instead of EXIF (Canon, CIFF specification 1.0 revision 4)."""

import math
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from media_archive.metadata.reading.maker import canon_serial

Order = Literal["little", "big"]

#: where a record's value lies, and what says that it is a heap of its own
PLACE, IN_ENTRY, KIND, HEAPS = 0xC000, 0x4000, 0x3800, {0x2800, 0x3000}
NUMBER = 0x3FFF
TEXTS = {0x080B: "Image Software", 0x0810: "EXIF OwnerName", 0x0815: "file name"}
MAKE_AND_MODEL, CAPTURED, SERIAL = 0x080A, 0x180E, 0x180B
MOST_RECORDS, DEEPEST = 200, 5
#: records of numbers, as ExifTool's tables for CRW tell them
SETTINGS, FOCAL, SHOT, EXPOSURE = 0x102D, 0x1029, 0x102A, 0x1818
NUMBERS = {SETTINGS, FOCAL, SHOT, EXPOSURE}


def read(path: Path) -> dict[str, Any]:
    """What the records say, by the names EXIF has for the same; the camera's clock is told without an offset."""
    data = path.read_bytes()[: 128 << 20]
    order: Order = "little" if data[:2] == b"II" else "big"
    found: dict[str, Any] = {}
    for number, value in _records(data, int.from_bytes(data[2:6], order), len(data), order, 0):
        if number in TEXTS:
            found[TEXTS[number]] = _text(value)
        elif number == MAKE_AND_MODEL:
            make, _, model = value.partition(b"\x00")
            found |= {"Image Make": _text(make), "Image Model": _text(model)}
        elif number == CAPTURED:
            found["EXIF DateTimeOriginal"] = _moment(int.from_bytes(value[:4], order))
        elif number == SERIAL:
            found["EXIF BodySerialNumber"] = canon_serial(
                int.from_bytes(value[:4], order), found.get("Image Model", "")
            )
        elif number in NUMBERS:
            _exposure(number, value, order, found)
    return found


def _exposure(number: int, value: bytes, order: Order, found: dict[str, Any]) -> None:
    """How it was exposed, in APEX units, by the names EXIF has for the same."""
    words = [int.from_bytes(value[at : at + 2], order, signed=True) for at in range(0, len(value) - 1, 2)]
    if number == EXPOSURE and len(value) >= 12:
        bias, speed, aperture = struct.unpack(("<" if order == "little" else ">") + "3f", value[:12])
        for name, said in (("ExposureBiasValue", bias), ("ShutterSpeedValue", speed), ("ApertureValue", aperture)):
            if math.isfinite(said) and abs(said) < 100:
                found[f"EXIF {name}"] = round(said, 4)
    elif number == SHOT and len(words) > 22:
        if 0 < words[2] < 1000:
            found["EXIF ISOSpeedRatings"] = round(2 ** (words[2] / 32) * 100 / 32)
        for place, name in ((6, "ExposureBiasValue"), (21, "ApertureValue"), (22, "ShutterSpeedValue")):
            found.setdefault(f"EXIF {name}", round(_steps(words[place]), 4))
    elif number == SETTINGS and len(words) > 25 and words[25] > 0:
        found["focal units"] = words[25]
    elif number == FOCAL and len(words) > 1 and words[1] > 0:
        found["EXIF FocalLength"] = f"{words[1]}/{found.get('focal units', 1)}"


def _steps(value: int) -> float:
    """Canon's 32nds of a step, of which 12 and 20 stand for a third and two."""
    whole, part = divmod(abs(value), 32)
    exact = whole + {12: 1 / 3, 20: 2 / 3}.get(part, part / 32)
    return -exact if value < 0 else exact


def _records(data: bytes, start: int, end: int, order: Order, depth: int) -> Iterator[tuple[int, bytes]]:
    """Number and value of each record in the heap from `start` to `end`; its table's place stands in its last bytes."""
    if depth > DEEPEST or not 0 < start < end <= len(data) or end - start < 6:
        return
    table = start + int.from_bytes(data[end - 4 : end], order)
    count = min(int.from_bytes(data[table : table + 2], order), MOST_RECORDS)
    for at in range(table + 2, min(table + 2 + 10 * count, end - 9), 10):
        tag = int.from_bytes(data[at : at + 2], order)
        length, place = (int.from_bytes(data[at + n : at + n + 4], order) for n in (2, 6))
        if tag & PLACE == IN_ENTRY:
            yield tag & NUMBER, data[at + 2 : at + 10]
        elif tag & KIND in HEAPS:
            yield from _records(data, start + place, min(start + place + length, end), order, depth + 1)
        else:
            yield tag & NUMBER, data[start + place : start + place + min(length, 4096)]


def _text(value: bytes) -> str:
    return value.split(b"\x00", 1)[0].decode("latin-1").strip()


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y:%m:%d %H:%M:%S")
