"""The recorded way of a film: points with times, thinned, in a shape that findings can hold."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

#: points kept, and how many of them lie in one batch of the findings
MOST_POINTS = 2000
BATCH = 50
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Point:
    """Seconds from the start of the film, degrees, metres, metres a second, ISO 8601 in UTC."""

    time: float | None
    lat: float
    lon: float
    alt: float | None = None
    speed: float | None = None
    at: str | None = None

    def sane(self) -> bool:
        """Whether it can be a place: on the globe, and not the 0° 0° of a receiver without satellites."""
        return math.isfinite(self.lat) and abs(self.lat) <= 90 and abs(self.lon) <= 180 and bool(self.lat or self.lon)


def thinned(items: Sequence[T], most: int) -> list[T]:
    """At most `most` of `items`, evenly, the first and the last among them."""
    if len(items) <= most:
        return list(items)
    return [items[number * (len(items) - 1) // (most - 1)] for number in range(most)]


def packed(points: Iterable[Point], **facts: Any) -> dict[str, Any]:
    """`{"points": count, "track": batches of [time, lat, lon, alt, speed, at], **facts}`; empty without a place."""
    sane = [point for point in points if point.sane()]
    if not sane:
        return {}
    kept = iter(thinned(sane, MOST_POINTS))
    rows = iter(lambda: [_row(point) for point in islice(kept, BATCH)], [])
    return {"points": len(sane), "track": list(rows), **{name: fact for name, fact in facts.items() if fact}}


def unpacked(found: dict[str, Any]) -> Iterator[Point]:
    """The points of what `packed` made."""
    for batch in found.get("track") or ():
        for row in batch if isinstance(batch, list) else ():
            if isinstance(row, list) and len(row) == 6:
                yield Point(*row)


def _row(point: Point) -> list[Any]:
    return [
        _rounded(point.time, 3),
        round(point.lat, 7),
        round(point.lon, 7),
        _rounded(point.alt, 2),
        _rounded(point.speed, 2),
        point.at,
    ]


def _rounded(value: float | None, digits: int) -> float | None:
    return round(value, digits) if value is not None and math.isfinite(value) and abs(value) < 1e6 else None
