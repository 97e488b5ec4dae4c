"""Places: what `near:` means, and the boxes that cover it."""

import math
import re
from collections.abc import Iterator
from itertools import pairwise

from media_archive.errors import Invalid
from media_archive.geo.distances import degree
from media_archive.geo.shapes import Geometry, Points, figures
from media_archive.search.language.tree import Box, Near

DEFAULT_METRES = 500.0
MOST_METRES = 200_000.0

_NUMBER = r"[-+]?\d{1,3}(?:\.\d{1,15})?"
_COMMA = r"\s*[,，]\s*"
_POINT = re.compile(rf"\s*(?P<latitude>{_NUMBER}){_COMMA}(?P<longitude>{_NUMBER})")
_DISTANCE = re.compile(rf"{_COMMA}(?P<number>\d{{1,9}}(?:\.\d{{1,6}})?)\s*(?P<unit>km|公里|千米|m|米)?", re.IGNORECASE)
_QUOTED = re.compile(r'\s*(?:["“”＂](?P<double>[^"“”＂]*)["“”＂]|「(?P<corner>[^」]*)」|『(?P<white>[^』]*)』)')
_NAME = re.compile(r"\s*(?P<name>[^\s,，()（）|｜\"“”＂「『]+)")
_FAR = ("km", "公里", "千米")


def read(text: str, at: int) -> Near:
    """What stands behind `near:` at that offset; its span is of what was read."""
    point = _POINT.match(text, at)
    named = None if point else _QUOTED.match(text, at) or _NAME.match(text, at)
    subject = next((part.strip() for part in named.groups() if part), "") if named else None
    found = point or named
    if not found or subject == "":
        raise Invalid(
            "Behind near: no place is said. Write near:解放路,500m or near:37.45,116.30,1km.",
            at=max(0, at - 1),
        )
    metres, end = _distance(text, found.end())
    if not point:
        return Near(subject, None, metres, (at, end))
    place = (round(float(point["latitude"]), 7), round(float(point["longitude"]), 7))
    if abs(place[0]) > 90 or abs(place[1]) > 180:
        raise Invalid(
            "{point} lies outside the world. Write the latitude first, such as near:37.45,116.30,1km.",
            point=found[0].strip(),
            at=at,
        )
    return Near(None, place, metres, (at, end))


def _distance(text: str, at: int) -> tuple[float, int]:
    """Metres, and where the reading ended."""
    found = _DISTANCE.match(text, at)
    if not found:
        return DEFAULT_METRES, at
    metres = round(float(found["number"]) * (1000 if (found["unit"] or "").lower() in _FAR else 1), 3)
    if not 1 <= metres <= MOST_METRES:
        raise Invalid(
            "The distance {distance} is not between 1 m and 200 km. Write one such as 500m or 2km.",
            distance=found[0].lstrip(" ,，"),
            at=found.start("number"),
        )
    return metres, found.end()


#: strips of latitude that a circle is covered with on either side of its middle
STRIPS = 10
#: strips of latitude that a geometry is covered with, at most
MOST_STRIPS = 40


def around(point: tuple[float, float], metres: float) -> tuple[Box, ...]:
    """Boxes that cover the circle around a point (latitude, longitude); they go at most a twelfth beyond it."""
    latitude, longitude = point
    across, along = degree(latitude)
    edges = [math.sin(math.pi / 2 * step / STRIPS) for step in range(-STRIPS, STRIPS + 1)]
    boxes = []
    for low, high in pairwise(edges):
        nearest = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
        wide = metres * math.sqrt(1 - nearest * nearest) / max(across, 1.0)
        boxes.append(
            Box(
                max(-90.0, latitude + low * metres / along),
                max(-180.0, longitude - wide),
                min(90.0, latitude + high * metres / along),
                min(180.0, longitude + wide),
            )
        )
    return tuple(boxes)


def cover(geometry: Geometry, metres: float) -> tuple[Box, ...]:
    """Boxes that cover what is at most so far from a geometry; longitude comes first in its points."""
    boxes: list[Box] = []
    for dimension, runs in figures(geometry):
        if dimension == 0:
            boxes += [box for longitude, latitude in runs[0] for box in around((latitude, longitude), metres)]
        else:
            boxes += _strips(runs[0], dimension == 2, metres)
    return tuple(boxes)


def _strips(run: Points, filled: bool, metres: float) -> Iterator[Box]:
    """Boxes strip by strip from south to north along a line or an outline (holes of an area are covered too)."""
    south, north = float(run[:, 1].min()), float(run[:, 1].max())
    across, along = degree((south + north) / 2)
    high, wide = metres / along, metres / max(across, 1.0)
    count = max(1, min(MOST_STRIPS, math.ceil((north - south + 2 * high) / high)))
    step = (north - south + 2 * high) / count
    for number in range(count):
        low = south - high + number * step
        spans = _crossed(run, low - high, low + step + high)
        spans = [(min(west for west, _ in spans), max(east for _, east in spans))] if filled and spans else spans
        for west, east in _joined(spans, 2 * wide):
            yield Box(low, west - wide, low + step, east + wide)


def _crossed(run: Points, south: float, north: float) -> list[tuple[float, float]]:
    """Longitudes from west to east of the stretches of a line between two latitudes."""
    found = []
    for (x1, y1), (x2, y2) in zip(run.tolist(), run[1:].tolist(), strict=False):
        if max(y1, y2) < south or min(y1, y2) > north:
            continue
        rise = (y2 - y1) or 1.0
        ends = [max(0.0, min(1.0, (edge - y1) / rise)) if y1 != y2 else at for edge, at in ((south, 0.0), (north, 1.0))]
        xs = [x1 + end * (x2 - x1) for end in ends]
        found.append((min(xs), max(xs)))
    return sorted(found)


def _joined(spans: list[tuple[float, float]], gap: float) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for west, east in spans:
        if joined and west - joined[-1][1] <= gap:
            joined[-1] = (joined[-1][0], max(joined[-1][1], east))
        else:
            joined.append((west, east))
    return joined
