"""How far, which way, inside or not: from a point to a geometry, on a plane that touches the earth at the point.

Good to a thousandth within a hundred kilometres, which is what a city needs; cheap, for whole catalogues.
Geometries are checked ones in WGS-84.
"""

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from media_archive.geo.shapes import Box, Geometry, Points, figures

Numbers: TypeAlias = NDArray[np.float64]
#: longitude, latitude in degrees
Point: TypeAlias = tuple[float, float]

#: semi-major axis in metres and squared eccentricity of WGS-84
AXIS = 6_378_137.0
ECCENTRICITY = 0.006_694_379_990_14


def degree(latitude: float) -> tuple[float, float]:
    """Metres of one degree of longitude and of one of latitude, there."""
    across, along = _degree(math.sin(math.radians(latitude)), math.cos(math.radians(latitude)))
    return across, along


def degrees(latitudes: Numbers) -> Points:
    """The same for many latitudes: a row for each."""
    turned = np.radians(latitudes)
    return np.stack(_degree(np.sin(turned), np.cos(turned)), axis=-1)


def _degree(sine: Any, cosine: Any) -> tuple[Any, Any]:
    bend = 1 - ECCENTRICITY * sine * sine
    along = math.radians(1) * AXIS * (1 - ECCENTRICITY) / bend**1.5
    return math.radians(1) * AXIS * cosine / bend**0.5, along


def distance(point: Point, geometry: Geometry) -> float:
    """Metres from `point` to the nearest place of the geometry; 0 within an area."""
    return nearest(point, geometry)[0]


def nearest(point: Point, geometry: Geometry) -> tuple[float, float]:
    """Metres to the nearest place of the geometry, and the bearing to it (degrees from north, clockwise; 0 within)."""
    best = (math.inf, 0.0, 0.0)
    for dimension, runs in figures(geometry):
        around = [_plane(run, point) for run in runs]
        if dimension == 2 and _within(around):
            return 0.0, 0.0
        best = min(best, *(_closest(run) for run in around))
    far, x, y = best
    return far, math.degrees(math.atan2(x, y)) % 360 if far else 0.0


def contains(geometry: Geometry, point: Point) -> bool:
    """Whether an area of the geometry, holes left out, holds the point."""
    return any(
        dimension == 2 and _within([_plane(run, point) for run in runs]) for dimension, runs in figures(geometry)
    )


def bearing(start: Point, end: Point) -> float:
    """The direction from `start` to `end`, in degrees from true north, clockwise."""
    x, y = _plane(np.array([end]), start)[0]
    return math.degrees(math.atan2(x, y)) % 360


def between(start: Point, end: Point) -> float:
    """Metres between two points near one another."""
    return float(np.hypot(*_plane(np.array([end]), start)[0]))


def bearings(point: Point, geometry: Geometry) -> tuple[float, float] | None:
    """The sector in which the geometry is seen from `point`: its middle and half its width; None from within.

    The middle is the direction of the sum of the directions to all its points.
    """
    if distance(point, geometry) == 0:
        return None
    around = np.concatenate([_plane(run, point) for _, runs in figures(geometry) for run in runs])
    angles = np.arctan2(around[:, 0], around[:, 1])
    middle = math.atan2(np.sin(angles).sum(), np.cos(angles).sum())
    off = np.abs((angles - middle + np.pi) % (2 * np.pi) - np.pi)
    return math.degrees(middle) % 360, math.degrees(float(off.max()))


def around(point: Point, metres: float) -> Box:
    """The box of all that is no farther than `metres`: for a first look with an index."""
    wide, high = degree(point[1])
    x, y = metres / max(wide, 1.0), metres / high
    return point[0] - x, point[1] - y, point[0] + x, point[1] + y


def middle(geometry: Geometry) -> Point:
    """A point that stands for it: the middle of its box, or the place of it that is nearest to that."""
    found = np.concatenate([run for _, runs in figures(geometry) for run in runs])
    low, high = found.min(axis=0), found.max(axis=0)
    centre = (float(low[0] + high[0]) / 2, float(low[1] + high[1]) / 2)
    far, way = nearest(centre, geometry)
    wide, tall = degree(centre[1])
    turned = math.radians(way)
    return centre[0] + far * math.sin(turned) / max(wide, 1.0), centre[1] + far * math.cos(turned) / tall


def _plane(run: Points, origin: Point) -> Points:
    """Metres east and north of `origin`."""
    wide, high = degree((origin[1] + float(run[:, 1].mean())) / 2)
    return (run - origin) * (wide, high)


def _within(rings: list[Points]) -> bool:
    """Whether the origin lies inside the outer ring and in no hole: it is crossed an odd number of times."""
    crossed = 0
    for ring in rings:
        x, y = ring[:, 0], ring[:, 1]
        ahead_x, ahead_y = np.roll(x, -1), np.roll(y, -1)
        passes = (y > 0) != (ahead_y > 0)
        rise = np.where(passes, ahead_y - y, 1.0)
        crossed += int(np.count_nonzero(passes & (x - y * (ahead_x - x) / rise > 0)))
    return crossed % 2 == 1


def _closest(run: Points) -> tuple[float, float, float]:
    """Metres from the origin to the nearest place of a run of points, and where that is."""
    if len(run) == 1:
        x, y = run[0]
        return float(np.hypot(x, y)), float(x), float(y)
    start, step = run[:-1], np.diff(run, axis=0)
    length = np.einsum("ij,ij->i", step, step)
    share = np.clip(-np.einsum("ij,ij->i", start, step) / np.where(length, length, 1.0), 0.0, 1.0)
    found = start + share[:, None] * step
    far = np.hypot(found[:, 0], found[:, 1])
    best = int(far.argmin())
    return float(far[best]), float(found[best, 0]), float(found[best, 1])
