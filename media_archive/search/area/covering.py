"""Parts of the map as the cells that cover them (see `index.cells`): few terms, whatever lies there."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from media_archive.search.index import cells

Boxes: TypeAlias = "npt.NDArray[np.float64]"
Mask: TypeAlias = "npt.NDArray[np.bool_]"
#: rows of column and row
Places: TypeAlias = "npt.NDArray[np.int64]"
Numbers: TypeAlias = "npt.NDArray[np.int64]"
#: of boxes, as rows of south, west, north and east: which of them meet an area, and which lie wholly in it
Relation: TypeAlias = Callable[[Boxes], tuple[Mask, Mask]]
Box: TypeAlias = tuple[float, float, float, float]

#: terms that one area may be covered with: a thousand cost a third of a millisecond
MOST = 1500
#: cells that are looked into at first
FEW = 64


def covering(box: Box, relate: Relation, most: int = MOST) -> tuple[list[str], list[str]]:
    """The fewest cells, as terms, that cover an area inside `box` (south, west, north, east): those in it, those along its edge.

    Large cells inside, small ones along the edges, as small as the number of terms allows.
    """
    level, inside = _first(box), list[str]()
    edge = _of_level(box, level)
    meet, held = relate(_bounds(edge, level))
    edge, held = edge[meet], held[meet]
    for finer in cells.LEVELS[cells.LEVELS.index(level) + 1 :]:
        # only what lies along the edge of the area is looked into
        parts = _parts(edge[~held], finer - level, finer, box)
        meet, parts_held = relate(_bounds(parts, finer))
        if len(inside) + held.sum() + meet.sum() > most:
            break
        inside += _terms(edge[held], level)
        edge, held, level = parts[meet], parts_held[meet], finer
    return sorted([*inside, *_terms(edge[held], level)]), sorted(_terms(edge[~held], level))


def within(box: Box) -> Relation:
    """The relation to a box itself."""
    south, west, north, east = box

    def relate(boxes: Boxes) -> tuple[Mask, Mask]:
        s, w, n, e = boxes.T
        meet = (s <= north) & (n >= south) & (w <= east) & (e >= west)
        return meet, (s >= south) & (n <= north) & (w >= west) & (e <= east)

    return relate


def circle(
    latitude: float, longitude: float, metres: float, degree: tuple[float, float], unsure: float = 0.0
) -> tuple[Box, Relation]:
    """The box around a circle, and the relation to it, on a plane; `degree` are metres of one, of longitude and of latitude.

    What may be off by `unsure`, a part of the radius, belongs to the edge.
    """
    across, along = degree
    least, most = metres * (1 - unsure), metres * (1 + unsure)

    def relate(boxes: Boxes) -> tuple[Mask, Mask]:
        west, east = (boxes[:, 1] - longitude) * across, (boxes[:, 3] - longitude) * across
        south, north = (boxes[:, 0] - latitude) * along, (boxes[:, 2] - latitude) * along
        nearest = np.hypot(np.maximum(np.maximum(west, -east), 0), np.maximum(np.maximum(south, -north), 0))
        farthest = np.hypot(np.maximum(-west, east), np.maximum(-south, north))
        return nearest <= most, farthest <= least

    high, wide = most / along, most / across
    return (latitude - high, longitude - wide, latitude + high, longitude + wide), relate


def _first(box: Box) -> int:
    """The finest level at which a box meets few cells: coarser ones would all lie along the edge."""
    for level in reversed(cells.LEVELS):
        first_column, first_row, last_column, last_row = _span(box, level)
        if (last_column - first_column + 1) * (last_row - first_row + 1) <= FEW:
            return level
    return cells.LEVELS[0]


def _span(box: Box, level: int) -> tuple[int, int, int, int]:
    """The first column and row that meet a box, and the last ones."""
    south, west, north, east = box
    return (*cells.at(south, west, level), *cells.at(north, east, level))


def _of_level(box: Box, level: int) -> Places:
    first_column, first_row, last_column, last_row = _span(box, level)
    columns, rows = np.arange(first_column, last_column + 1), np.arange(first_row, last_row + 1)
    return np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)


def _parts(places: Places, halvings: int, level: int, box: Box) -> Places:
    """The cells, so many levels finer, that these consist of and that meet the box."""
    side = 1 << halvings
    steps = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(1, -1, 2)
    parts = (places[:, None, :] * side + steps).reshape(-1, 2)
    first_column, first_row, last_column, last_row = _span(box, level)
    return parts[((parts >= (first_column, first_row)) & (parts <= (last_column, last_row))).all(axis=1)]


def _bounds(places: Places, level: int) -> Boxes:
    width, height = 360 / (1 << level), 180 / (1 << level)
    west, south = places[:, 0] * width - 180, places[:, 1] * height - 90
    return np.stack([south, west, south + height, west + width], axis=-1)


def _terms(places: Places, level: int) -> list[str]:
    digits = cells.digits(level)
    return [f"{number:0{digits}x}" for number in _numbers(places).tolist()]


_SPREAD = np.array(cells.SPREAD)


def _numbers(places: Places) -> Numbers:
    """`cells.number` of each."""
    spread = _SPREAD[places >> 13] << 26 | _SPREAD[places & 8191]
    found: Numbers = spread[:, 0] << 1 | spread[:, 1]
    return found
