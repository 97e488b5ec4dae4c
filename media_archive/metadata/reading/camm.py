"""Places of a camera motion metadata track (camm, developers.google.com/streetview/publish/camm-spec)."""

import math
import struct
from datetime import UTC, datetime, timedelta

from media_archive.metadata.reading.samples import Sample
from media_archive.metadata.reading.way import Point

#: bytes of a sample with a place: two reserved, its kind, and the values
SIZES = frozenset({28, 60})
PLAIN, FULL = 5, 6
GPS_EPOCH = datetime(1980, 1, 6, tzinfo=UTC)
#: seconds that the satellites' time is ahead of UTC since 2017 (IERS Bulletin C)
LEAP_SECONDS = 18


def point(sample: Sample, data: bytes) -> Point | None:
    """The place in a sample of one of SIZES; None for another kind, or one without a fix."""
    kind = int.from_bytes(data[2:4], "little")
    if kind == PLAIN and len(data) >= 28:
        lat, lon, alt = struct.unpack_from("<3d", data, 4)
        return Point(sample.time, lat, lon, alt)
    if kind == FULL and len(data) >= 60:
        seconds, fix, lat, lon, alt, _, _, east, north = struct.unpack_from("<diddfffff", data, 4)
        return Point(sample.time, lat, lon, alt, math.hypot(east, north), _utc(seconds)) if fix else None
    return None


def _utc(seconds: float) -> str | None:
    if not 0 < seconds < 4e9:
        return None
    moment = GPS_EPOCH + timedelta(seconds=seconds - LEAP_SECONDS)
    if moment > datetime.now(UTC) + timedelta(days=1):
        # some write the seconds since 1970 that other clocks count
        moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
