"""Where somebody was at a moment, by the points of a track. It knows no catalogue."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from media_archive.errors import Invalid

Numbers = NDArray[np.float64]
#: fewer points are no way
LEAST = 2
DECIMALS = 7


@dataclass(frozen=True)
class Found:
    """A place in WGS-84 degrees, and how many seconds the nearest point is away."""

    latitude: float
    longitude: float
    seconds: float


@dataclass(frozen=True)
class Way:
    """Points in the order of time: seconds since 1970 and WGS-84 degrees, each moment once."""

    times: Numbers
    latitudes: Numbers
    longitudes: Numbers

    @classmethod
    def of(cls, points: Iterable[tuple[float, float, float]]) -> "Way":
        """The way through (seconds, latitude, longitude), given in any order; Invalid where that is none."""
        rows = np.array(list(points), dtype=np.float64).reshape(-1, 3)
        _, firsts = np.unique(rows[:, 0], return_index=True)
        if len(firsts) < LEAST:
            raise Invalid("The track has no two points with a time. Export it from the receiver with times.")
        kept = rows[firsts]
        return cls(kept[:, 0], kept[:, 1], kept[:, 2])

    def packed(self) -> bytes:
        """For the catalogue."""
        return zlib.compress(np.stack([self.times, self.latitudes, self.longitudes]).astype("<f8").tobytes())

    @classmethod
    def unpacked(cls, kept: bytes) -> "Way":
        """The inverse of `packed`."""
        times, latitudes, longitudes = np.frombuffer(zlib.decompress(kept), dtype="<f8").reshape(3, -1)
        return cls(times, latitudes, longitudes)

    def at(self, moment: datetime, within: float) -> Found | None:
        """Where it was at `moment`; None where no point is within so many seconds.

        Between two points that both are, on the straight line between them; else at the nearest.
        """
        seconds = moment.timestamp()
        behind = int(np.searchsorted(self.times, seconds))
        near = [
            at for at in (behind - 1, behind) if 0 <= at < len(self.times) and abs(self.times[at] - seconds) <= within
        ]
        if not near:
            return None
        far = float(min(abs(self.times[at] - seconds) for at in near))
        if len(near) == 1:
            return self._found(float(self.latitudes[near[0]]), float(self.longitudes[near[0]]), far)
        before, after = near
        share = (seconds - self.times[before]) / (self.times[after] - self.times[before])
        latitude = self.latitudes[before] + share * (self.latitudes[after] - self.latitudes[before])
        # over the line of dates the short way
        east = (self.longitudes[after] - self.longitudes[before] + 180) % 360 - 180
        longitude = (self.longitudes[before] + share * east + 180) % 360 - 180
        return self._found(float(latitude), float(longitude), far)

    @staticmethod
    def _found(latitude: float, longitude: float, seconds: float) -> Found:
        return Found(round(latitude, DECIMALS), round(longitude, DECIMALS), round(seconds, 3))
