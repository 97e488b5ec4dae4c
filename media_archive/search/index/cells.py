"""Where on the earth: places as numbers of cells, so that parts of the map are few terms, and clusters one division.

A cell of level n is one of 4^n squares of the world in degrees, halved n times each way; its number interleaves the bits of its
column and row (Morton order), so the number of the larger cell around it is its own without the last two bits.
"""

from collections.abc import Iterable, Iterator

#: of the finest cells: 2 x 52 bits stay exact in a float; about 0.6 metres
FINEST = 26
#: kept as terms: the sides of cells in degrees of longitude are 360 / 2^level, from 5.6 down to 0.0007 (60 m)
LEVELS = (6, 9, 11, 13, 15, 17, 19)
#: terms that one box may be covered with
MOST = 220


def cell(latitude: float, longitude: float, level: int = FINEST) -> int:
    """The number of the cell that a point lies in."""
    column, row = _at(longitude + 180, 360, level), _at(latitude + 90, 180, level)
    return _spread(column) << 1 | _spread(row)


def _at(degrees: float, whole: float, level: int) -> int:
    return max(0, min((1 << level) - 1, int(degrees / whole * (1 << level))))


def _spread(number: int) -> int:
    """The bits of a number with a zero before each."""
    number = (number | number << 16) & 0x0000FFFF0000FFFF
    number = (number | number << 8) & 0x00FF00FF00FF00FF
    number = (number | number << 4) & 0x0F0F0F0F0F0F0F0F
    number = (number | number << 2) & 0x3333333333333333
    return (number | number << 1) & 0x5555555555555555


def terms(latitude: float, longitude: float) -> list[str]:
    """The cells around a point at every level that is kept."""
    finest = cell(latitude, longitude)
    return [f"{level}:{finest >> 2 * (FINEST - level):x}" for level in LEVELS]


def bounds(number: int, level: int) -> tuple[float, float, float, float]:
    """South, west, north and east of a cell, in degrees."""
    column, row = _gather(number >> 1), _gather(number)
    width, height = 360 / (1 << level), 180 / (1 << level)
    south, west = row * height - 90, column * width - 180
    return south, west, south + height, west + width


def _gather(number: int) -> int:
    number &= 0x5555555555555555
    number = (number | number >> 1) & 0x3333333333333333
    number = (number | number >> 2) & 0x0F0F0F0F0F0F0F0F
    number = (number | number >> 4) & 0x00FF00FF00FF00FF
    number = (number | number >> 8) & 0x0000FFFF0000FFFF
    return (number | number >> 16) & 0xFFFFFFFF


def covering(boxes: Iterable[tuple[float, float, float, float]]) -> tuple[list[str], bool]:
    """The fewest cells, as terms, that cover boxes (south, west, north, east); and whether they go beyond them.

    Large cells inside, small ones along the edges, as small as the number of terms allows.
    """
    found: set[str] = set()
    beyond = False
    for box in boxes:
        cells, over = _cover(box)
        found |= {f"{level}:{number:x}" for level, number in cells}
        beyond = beyond or over
    return sorted(found), beyond


def _cover(box: tuple[float, float, float, float]) -> tuple[list[tuple[int, int]], bool]:
    inside: list[tuple[int, int]] = []
    edge = list(_of_level(box, LEVELS[0]))
    level = LEVELS[0]
    for finer in LEVELS[1:]:
        kept: list[int] = []
        split: list[int] = []
        for number in edge:
            (kept if _within(bounds(number, level), box) else split).append(number)
        # only those along the edge of the box are looked into
        parts = [part for number in split for part in _parts(number, level, finer, box)]
        if len(inside) + len(kept) + len(parts) > MOST:
            break
        inside += [(level, number) for number in kept]
        edge, level = parts, finer
    over = any(not _within(bounds(number, level), box) for number in edge)
    return inside + [(level, number) for number in edge], over


def _of_level(box: tuple[float, float, float, float], level: int) -> Iterator[int]:
    south, west, north, east = box
    for column in range(_at(west + 180, 360, level), _at(east + 180, 360, level) + 1):
        for row in range(_at(south + 90, 180, level), _at(north + 90, 180, level) + 1):
            yield _spread(column) << 1 | _spread(row)


def _parts(number: int, level: int, finer: int, box: tuple[float, float, float, float]) -> Iterator[int]:
    """The cells of `finer` inside a cell that meet the box."""
    inner = bounds(number, level)
    south, west = max(box[0], inner[0]), max(box[1], inner[1])
    north, east = min(box[2], inner[2]), min(box[3], inner[3])
    for part in _of_level((south, west, north, east), finer):
        if part >> 2 * (finer - level) == number:
            yield part


def _within(inner: tuple[float, float, float, float], outer: tuple[float, float, float, float]) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]
