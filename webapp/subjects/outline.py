"""A subject's outline as an SVG of our own: no tiles, no service outside."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Point = tuple[float, float]
WIDTH, HEIGHT, MARGIN = 320.0, 240.0, 24.0
#: metres of one degree of latitude
DEGREE = 111_320.0
#: nothing is drawn closer than this many metres across, so that a point has surroundings
NARROWEST = 60.0
MOST_POINTS = 20_000
ROUND_LENGTHS = (1, 2, 5)


@dataclass(frozen=True)
class Outline:
    """Paths of areas and lines, spots, and a scale bar: (pixels, words)."""

    areas: list[str]
    lines: list[str]
    spots: list[Point]
    scale: tuple[float, str]


def draw(geometry: Mapping[str, Any] | None) -> Outline | None:
    """The outline of a GeoJSON geometry, north up, true to scale at its middle; None if there is nothing to draw."""
    try:
        parts = list(_parts(geometry or {}))
    except (TypeError, ValueError, IndexError, KeyError):
        return None  # a geometry that was entered wrongly must not take the page with it
    points = [point for _, ring in parts for point in ring]
    if not points or len(points) > MOST_POINTS:
        return None
    place, metres = _projection(points)
    areas = [_path(map(place, ring), closed=True) for kind, ring in parts if kind == "area"]
    lines = [_path(map(place, ring), closed=False) for kind, ring in parts if kind == "line"]
    spots = [place(point) for kind, ring in parts if kind == "spot" for point in ring]
    return Outline(areas, lines, spots, _scale(metres))


def _parts(geometry: Mapping[str, Any]) -> Iterator[tuple[str, list[Point]]]:
    """Rings, lines and points of a geometry, whatever its type (RFC 7946)."""
    kind, found = geometry.get("type"), geometry.get("coordinates") or []
    if kind == "GeometryCollection":
        for part in geometry.get("geometries") or []:
            yield from _parts(part)
    elif kind == "Feature":
        yield from _parts(geometry.get("geometry") or {})
    else:
        yield from _drawn(str(kind), found)


def _drawn(kind: str, found: Sequence[Any]) -> Iterator[tuple[str, list[Point]]]:
    if kind == "Point":
        yield "spot", _points([found])
    elif kind == "MultiPoint":
        yield "spot", _points(found)
    elif kind == "LineString":
        yield "line", _points(found)
    elif kind == "MultiLineString":
        yield from (("line", _points(line)) for line in found)
    elif kind == "Polygon":
        yield from (("area", _points(ring)) for ring in found)
    elif kind == "MultiPolygon":
        yield from (("area", _points(ring)) for polygon in found for ring in polygon)


def _points(found: Iterable[Sequence[Any]]) -> list[Point]:
    points = [(float(point[0]), float(point[1])) for point in found]
    return [point for point in points if math.isfinite(point[0]) and math.isfinite(point[1])]


def _projection(points: Sequence[Point]) -> tuple[Any, float]:
    """A function from degrees to pixels, and how many metres a pixel is."""
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    middle = (west + east) / 2, (south + north) / 2
    shrink = max(0.01, math.cos(math.radians(middle[1])))
    wide = max((east - west) * DEGREE * shrink, NARROWEST)
    high = max((north - south) * DEGREE, NARROWEST)
    metres = max(wide / (WIDTH - 2 * MARGIN), high / (HEIGHT - 2 * MARGIN))

    def place(point: Point) -> Point:
        x = WIDTH / 2 + (point[0] - middle[0]) * DEGREE * shrink / metres
        y = HEIGHT / 2 - (point[1] - middle[1]) * DEGREE / metres
        return round(x, 1), round(y, 1)

    return place, metres


def _path(points: Iterable[Point], *, closed: bool) -> str:
    drawn = "L".join(f"{x:g},{y:g}" for x, y in points)
    return f"M{drawn}{'Z' if closed else ''}"


def _scale(metres: float) -> tuple[float, str]:
    """The longest round length that fits into a quarter of the width."""
    room = metres * WIDTH / 4
    power = 10 ** math.floor(math.log10(room))
    length = max(step * power for step in ROUND_LENGTHS if step * power <= room)
    words = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    return round(length / metres, 1), words
