"""GoPro's telemetry (GPMF, github.com/gopro/gpmf-parser): the way, and what the camera says of itself."""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from media_archive.metadata.reading.samples import Sample
from media_archive.metadata.reading.way import Point

#: what the camera says of itself, and what we call it
NAMES = {b"MINF": "model", b"CASN": "serial", b"LINF": "lens serial", b"FMWR": "firmware", b"DVNM": "device"}
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
#: fix: 0 none, 2 or 3 dimensions
LEAST_FIX = 2


def entries(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, bytes, int, bytes]]:
    """Key, type, size of a structure and content of each entry on one level."""
    end = len(data) if end is None else min(end, len(data))
    while start + 8 <= end:
        key, kind, size = data[start : start + 4], data[start + 4 : start + 5], data[start + 5]
        length = size * int.from_bytes(data[start + 6 : start + 8], "big")
        start += 8
        if not key.strip(b"\0") or start + length > end:
            return
        yield key, kind, size, data[start : start + length]
        start += (length + 3) & ~3


def settings(data: bytes) -> dict[str, str]:
    """What the camera says of itself in the film's header: model, serial numbers, firmware."""
    found: dict[str, str] = {}
    for key, _, _, content in entries(data):
        if key == b"DEVC":
            return settings(content)
        if key in NAMES:
            found[NAMES[key]] = content.split(b"\0")[0].decode("latin-1").strip()
    return {name: value for name, value in found.items() if value}


def points(sample: Sample, data: bytes) -> list[Point]:
    """The places in one sample, spread evenly over its length."""
    for stream in _streams(data):
        fields = {key: (kind, size, content) for key, kind, size, content in entries(stream)}
        if b"GPS9" in fields:
            return _gps9(sample, fields)
        if b"GPS5" in fields:
            return _gps5(sample, fields)
    return []


def _streams(data: bytes) -> Iterator[bytes]:
    """The streams that hold places; found by their key, because walking all the sensors' data costs more."""
    for key in (b"GPS9", b"GPS5"):
        at = data.find(key)
        start = data.rfind(b"STRM", 0, at) if at > 0 else -1
        if start >= 0 and start % 4 == 0:
            yield from (content for name, _, _, content in entries(data, start) if name == b"STRM")
            return


def _scales(content: bytes, kind: bytes, count: int) -> list[float]:
    width = 2 if kind in b"sS" else 4
    values = [int.from_bytes(content[at : at + width], "big", signed=True) for at in range(0, len(content), width)]
    values = values * count if len(values) == 1 else values
    return [float(value or 1) for value in [*values, *[1] * count][:count]]


def _gps5(sample: Sample, fields: dict[bytes, tuple[bytes, int, bytes]]) -> list[Point]:
    fix = fields.get(b"GPSF")
    if fix and int.from_bytes(fix[2][:4], "big") < LEAST_FIX:
        return []
    _, _, content = fields[b"GPS5"]
    kind, _, scale = fields.get(b"SCAL", (b"l", 4, b""))
    by = _scales(scale, kind, 5)
    began = _utc(fields[b"GPSU"][2]) if b"GPSU" in fields else None
    rows = list(struct.iter_unpack(">5i", content[: len(content) // 20 * 20]))
    step = sample.duration / len(rows) if rows else 0
    return [
        Point(
            time=sample.time + number * step,
            lat=row[0] / by[0],
            lon=row[1] / by[1],
            alt=row[2] / by[2],
            speed=row[3] / by[3],
            at=_stamp(began + timedelta(seconds=number * step)) if began else None,
        )
        for number, row in enumerate(rows)
    ]


def _gps9(sample: Sample, fields: dict[bytes, tuple[bytes, int, bytes]]) -> list[Point]:
    """Nine values: place, height, speeds, days since 2000, seconds of the day, dilution, fix (Hero 11 and later)."""
    kind, _, scale = fields.get(b"SCAL", (b"l", 4, b""))
    by = _scales(scale, kind, 9)
    content = fields[b"GPS9"][2]
    rows = list(struct.iter_unpack(">7iHH", content[: len(content) // 32 * 32]))
    step = sample.duration / len(rows) if rows else 0
    made = []
    for number, row in enumerate(rows):
        if row[8] < LEAST_FIX:
            continue
        lat, lon, alt, flat = (row[at] / by[at] for at in range(4))
        at = EPOCH + timedelta(days=min(row[5] / by[5], 36525), seconds=row[6] / by[6]) if row[5] > 0 else None
        made.append(Point(sample.time + number * step, lat, lon, alt, flat, _stamp(at) if at else None))
    return made


def _utc(content: bytes) -> datetime | None:
    """A time such as b"191118234514.000"."""
    try:
        return datetime.strptime(content[:16].decode("ascii"), "%y%m%d%H%M%S.%f").replace(tzinfo=UTC)
    except ValueError:
        return None


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
