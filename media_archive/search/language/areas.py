"""Places: what `near:` means, and the cells that cover it."""

import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from media_archive.errors import Invalid
from media_archive.search.language.tree import Near, Within

if TYPE_CHECKING:
    from media_archive.geo.shapes import Geometry
    from media_archive.search.area import covering

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


#: points of a quarter of a circle, and by how much that is smaller than the circle
ROUND, FLATTER = 8, 1.005
#: how much of the distance a line may be drawn simpler by
SIMPLER = 1 / 50
#: a plane is good to that
FLAT = 0.002
EARTH = 6_371_000.0
#: terms that a place is covered with: what lies along the edge is looked at one by one, and where that is much, they are finer
CELLS, FINER = 300, 1500

#: cells inside, and cells along the edge
Cells = tuple[list[str], list[str]]


def within(node: Near, geometries: Iterable["Geometry"]) -> Within:
    """What `node` means, given what it is near to."""
    geometries = list(geometries)
    inside, edge = covered(geometries, node.metres, CELLS)
    return Within(inside, edge, tuple(json.dumps(one) for one in geometries), node.metres, span=node.span)


def finer(node: Within) -> Within:
    """The same in smaller cells."""
    inside, edge = covered([json.loads(one) for one in node.places], node.metres, FINER)
    return replace(node, cells=inside, edge=edge)


def covered(geometries: Sequence["Geometry"], metres: float, most: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The cells of what is so near to any of the geometries, and those along its edge."""
    covers = [cover(one, metres, most) for one in geometries]
    inside = {cell for cells, _ in covers for cell in cells}
    edge = {cell for _, cells in covers for cell in cells} - inside
    return tuple(sorted(inside)), tuple(sorted(edge))


def cover(geometry: "Geometry", metres: float, most: int = FINER) -> Cells:
    """The cells (see `search.area.covering`) of what is at most so far from a geometry, and those along its edge."""
    # with numpy, and shapely below, half of a search's start-up, and few ask for places
    from media_archive.geo.distances import degree
    from media_archive.geo.shapes import box
    from media_archive.search.area import covering

    if geometry["type"] == "Point":
        longitude, latitude = geometry["coordinates"][:2]
        return around((latitude, longitude), metres, most)
    _, south, _, north = box(geometry)
    across, along = degree((south + north) / 2)
    return covering.covering(*_widened(geometry, metres, (max(across, 1.0), along)), most)


def around(point: tuple[float, float], metres: float, most: int = FINER) -> Cells:
    """The cells of the circle around a point (latitude, longitude), and those along its edge."""
    from media_archive.geo.distances import degree
    from media_archive.search.area import covering

    across, along = degree(point[0])
    # degrees of longitude grow shorter on the way to the pole
    unsure = min(0.5, FLAT + metres / EARTH * max(1.0, abs(math.tan(math.radians(point[0])))))
    circle = covering.circle(*point, metres, (max(across, 1.0), along), unsure)
    return covering.covering(*circle, most)


def _widened(
    geometry: "Geometry", metres: float, degree: tuple[float, float]
) -> "tuple[covering.Box, covering.Relation]":
    """The box around a geometry that was made wider, and the relation to it."""
    import shapely

    plane = shapely.transform(shapely.geometry.shape(geometry), lambda at: at * degree)
    simple = shapely.simplify(plane, metres * SIMPLER)
    reach = metres * (1 + SIMPLER + FLAT) * FLATTER, metres * (1 - SIMPLER - FLAT)
    drawn = shapely.buffer([simple, simple], reach, quad_segs=ROUND)
    area, sure = shapely.transform(drawn, lambda at: at / degree)
    shapely.prepare([area, sure])

    def relate(boxes: "covering.Boxes") -> "tuple[covering.Mask, covering.Mask]":
        south, west, north, east = boxes.T
        drawn = shapely.box(west, south, east, north)
        meet = shapely.intersects(area, drawn)
        held = meet.copy()
        held[meet] = shapely.covers(sure, drawn[meet])
        return meet, held

    west, south, east, north = area.bounds
    return (south, west, north, east), relate
