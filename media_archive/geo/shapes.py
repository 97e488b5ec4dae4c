"""Geometry as GeoJSON (RFC 7946): what it may be, all its points at once, the box around it."""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from media_archive.errors import Invalid

Geometry: TypeAlias = dict[str, Any]
Points: TypeAlias = NDArray[np.float64]
#: west, south, east, north
Box: TypeAlias = tuple[float, float, float, float]

#: how deep the positions of a type lie in its coordinates
DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
COLLECTION = "GeometryCollection"
MOST_POINTS = 200_000
MOST_PARTS = 1000
#: finer than a millimetre
DECIMALS = 9


def checked(found: Any) -> Geometry:
    """The geometry of `found`, which may be a Feature around it; Invalid where it is none that can be.

    Says nothing of where on earth it lies (see `on_earth`): what is given in the metres of a grid passes too.
    """
    geometry = _plain(found)
    parts = _parts(geometry)
    total = 0
    for part in parts:
        total += _check(part)
        if total > MOST_POINTS:
            raise Invalid("The geometry has more than {most} points. Simplify it.", most=MOST_POINTS)
    if not total:
        raise Invalid("The geometry is empty. Leave it out, or give points.")
    return geometry


def _plain(found: Any) -> Geometry:
    """Without what is no part of a geometry: names, boxes, properties."""
    if isinstance(found, Mapping) and found.get("type") == "Feature":
        found = found.get("geometry")
    if not isinstance(found, Mapping):
        raise Invalid("This is no geometry. Give one as GeoJSON, with a type and coordinates.")
    kind = found.get("type")
    if kind == COLLECTION and isinstance(found.get("geometries"), list):
        if len(found["geometries"]) > MOST_PARTS:
            raise Invalid("The geometry has more than {most} parts. Simplify it.", most=MOST_PARTS)
        inner = found["geometries"]
        if any(isinstance(one, Mapping) and one.get("type") in (COLLECTION, "Feature") for one in inner):
            raise Invalid("A collection of geometries holds another one. Put their parts into one.")
        return {"type": COLLECTION, "geometries": [_plain(one) for one in inner]}
    if not isinstance(kind, str) or kind not in DEPTHS:
        raise Invalid(
            "{kind} is no type of geometry. Known: {known}.",
            kind=str(kind)[:64],
            known=", ".join([*DEPTHS, COLLECTION]),
        )
    return {"type": kind, "coordinates": found.get("coordinates")}


def _parts(geometry: Geometry) -> list[Geometry]:
    return geometry["geometries"] if geometry["type"] == COLLECTION else [geometry]


def _check(part: Geometry) -> int:
    """How many points it has; Invalid where one is none, or there are too few of them."""
    kind, depth = part["type"], DEPTHS[part["type"]]
    least = 2 if "LineString" in kind else 0
    total = 0
    for row in _rows(part["coordinates"], depth):
        for position in row:
            _check_position(position)
        if "Polygon" in kind:
            _check_ring(row)
        elif len(row) < least:
            raise Invalid("A line has fewer than two points. Give its beginning and its end.")
        total += len(row)
    return total


def _rows(found: Any, depth: int) -> Iterator[list[Any]]:
    """Runs of positions: a line, a ring, the points of a multipoint, or the one point of a point."""
    if depth == 0:
        yield [found]
        return
    if not isinstance(found, list | tuple):
        raise Invalid("The coordinates of the geometry are no list. Give them as GeoJSON.")
    if depth == 1:
        yield list(found)
        return
    for one in found:
        yield from _rows(one, depth - 1)


def _check_position(position: Any) -> None:
    if not isinstance(position, list | tuple) or not 2 <= len(position) <= 4:
        raise Invalid("A point of the geometry is not a pair of numbers. Give longitude and latitude.")
    for number in position:
        if isinstance(number, bool) or not isinstance(number, int | float) or not _is_finite(number):
            raise Invalid("A point of the geometry is not a pair of numbers. Give longitude and latitude.")


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:
        return False


def _check_ring(ring: list[Any]) -> None:
    if len(ring) < 4:
        raise Invalid("A ring of the outline has fewer than four points. A triangle has four: the first comes again.")
    if list(ring[0][:2]) != list(ring[-1][:2]):
        raise Invalid("A ring of the outline is not closed. Its last point must be its first.")


def on_earth(geometry: Geometry) -> Geometry:
    """The same; Invalid where it lies beyond the degrees of the earth."""
    found = points(geometry)
    if np.any(np.abs(found[:, 0]) > 180) or np.any(np.abs(found[:, 1]) > 90):
        raise Invalid(
            "The geometry lies beyond the earth: longitudes reach from -180 to 180 and latitudes from -90 to 90. "
            "Were the two exchanged, or is it in metres of a grid?"
        )
    return geometry


def figures(geometry: Geometry) -> Iterator[tuple[int, list[Points]]]:
    """Each point, line and area alone: its dimension, and its points; of an area, ring after ring with the holes."""
    for part in _parts(geometry):
        kind, found = part["type"], part["coordinates"]
        for one in found if kind.startswith("Multi") else [found]:
            yield _dimension(kind), [_array(row) for row in _rows(one, _dimension(kind))]


def _array(row: list[Any]) -> Points:
    return np.array([position[:2] for position in row], dtype=np.float64).reshape(-1, 2)


def points(geometry: Geometry) -> Points:
    """Every point, as an array of [longitude, latitude]."""
    return np.concatenate(
        [_array(row) for part in _parts(geometry) for row in _rows(part["coordinates"], DEPTHS[part["type"]])]
    )


def moved(geometry: Geometry, move: Callable[[Points], Points]) -> Geometry:
    """The geometry with all its points changed by `move` at once; heights are left out."""
    shifted = iter(np.round(move(points(geometry)), DECIMALS).tolist())

    def renewed(found: Any, depth: int) -> Any:
        return next(shifted) if depth == 0 else [renewed(one, depth - 1) for one in found]

    parts = [
        {"type": part["type"], "coordinates": renewed(part["coordinates"], DEPTHS[part["type"]])}
        for part in _parts(geometry)
    ]
    return {"type": COLLECTION, "geometries": parts} if geometry["type"] == COLLECTION else parts[0]


def box(geometry: Geometry) -> Box:
    """The box around it."""
    found = points(geometry)
    west, south = found.min(axis=0).tolist()
    east, north = found.max(axis=0).tolist()
    return west, south, east, north


def kinds(geometry: Geometry) -> set[str]:
    """What it consists of: points, lines, areas."""
    words = {0: "point", 1: "line", 2: "area"}
    return {words[_dimension(part["type"])] for part in _parts(geometry)}


def _dimension(kind: str) -> int:
    return 2 if "Polygon" in kind else 1 if "LineString" in kind else 0
