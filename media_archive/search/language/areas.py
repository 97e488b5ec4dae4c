"""Places: what `near:` means, and the boxes that cover it."""

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from media_archive.errors import Invalid
from media_archive.search.language.tree import Box, Near

if TYPE_CHECKING:
    from media_archive.geo.shapes import Geometry

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


#: strips of latitude that an area is covered with
STRIPS = 32
#: points of a quarter of a circle
ROUND = 8


def cover(geometry: "Geometry", metres: float) -> tuple[Box, ...]:
    """Boxes that cover what is at most so far from a geometry; their corners go a little beyond it."""
    # these, with numpy, are half of a search's start-up, and few ask for places
    import shapely

    from media_archive.geo.distances import degree
    from media_archive.geo.shapes import box

    _, south, _, north = box(geometry)
    across, along = degree((south + north) / 2)
    across = max(across, 1.0)
    plane = shapely.transform(shapely.geometry.shape(geometry), lambda at: at * (across, along))
    wide = shapely.buffer(shapely.simplify(plane, metres / 20), metres, quad_segs=ROUND)
    left, bottom, right, top = wide.bounds
    edges = [bottom + (top - bottom) * step / STRIPS for step in range(STRIPS + 1)]
    strips = [shapely.box(left, low, right, high) for low, high in pairwise(edges)]
    boxes = []
    for strip in shapely.intersection(wide, strips):
        for part in shapely.get_parts(strip):
            x1, y1, x2, y2 = part.bounds
            boxes.append(Box(y1 / along, x1 / across, y2 / along, x2 / across))
    return tuple(boxes)


def around(point: tuple[float, float], metres: float) -> tuple[Box, ...]:
    """Boxes that cover the circle around a point (latitude, longitude)."""
    return cover({"type": "Point", "coordinates": [point[1], point[0]]}, metres)
