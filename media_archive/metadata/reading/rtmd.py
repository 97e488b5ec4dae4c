"""Places in Sony's real time metadata track (rtmd): the GPS tags of EXIF under numbers from 8500 hexadecimal."""

import struct
from typing import Any

from media_archive.metadata.reading.samples import Sample
from media_archive.metadata.reading.way import Point

CONTAINER, LABEL = 0x8300, 0x060E
FIRST, LAST = 0x8500, 0x851D
STATUS_VOID = b"V"
#: tags looked at in one sample
MOST_TAGS = 400


def point(sample: Sample, data: bytes) -> Point | None:
    """The place of one frame; None where the receiver had none."""
    tags = _tags(data)
    lat, lon = (_degrees(tags.get(tag)) for tag in (0x8502, 0x8504))
    if lat is None or lon is None or tags.get(0x8509, b"")[:1] == STATUS_VOID:
        return None
    south, west = tags.get(0x8501, b"")[:1] == b"S", tags.get(0x8503, b"")[:1] == b"W"
    alt = _rationals(tags.get(0x8506))
    height = (-alt[0] if tags.get(0x8505, b"")[:1] == b"\1" else alt[0]) if alt else None
    return Point(sample.time, -lat if south else lat, -lon if west else lon, height, at=_utc(tags))


def _tags(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = int.from_bytes(data[:2], "big")
    for _ in range(MOST_TAGS):
        if at + 4 > len(data):
            break
        tag, length = struct.unpack_from(">HH", data, at)
        if tag == 0:
            break
        if tag == LABEL:
            at += 16
        elif tag == CONTAINER:
            at += 4
        else:
            if FIRST <= tag <= LAST:
                found[tag] = data[at + 4 : at + 4 + length]
            at += 4 + length
    return found


def _rationals(content: bytes | None) -> list[float]:
    data = content or b""
    pairs = struct.iter_unpack(">II", data[: len(data) // 8 * 8])
    return [above / below for above, below in pairs if below]


def _degrees(content: bytes | None) -> float | None:
    parts = _rationals(content)
    return sum(part / 60**power for power, part in enumerate(parts[:3])) if len(parts) >= 3 else None


def _utc(tags: dict[int, bytes]) -> str | None:
    date: Any = tags.get(0x851D, b"")[:10].decode("ascii", "replace").replace(":", "-")
    clock = _rationals(tags.get(0x8507))
    if len(date) != 10 or len(clock) < 3 or clock[0] >= 24 or clock[1] >= 60 or clock[2] >= 61:
        return None
    return f"{date}T{int(clock[0]):02}:{int(clock[1]):02}:{int(clock[2]):02}Z"
