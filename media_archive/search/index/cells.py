"""Where on the earth: places as numbers of cells, so that parts of the map are few terms, and clusters one division.

A cell of level n is one of 4^n squares of the world in degrees, halved n times each way; its number interleaves the bits of its
column and row (Morton order), so the number of the larger cell around it is its own without the last two bits.
"""

#: of the finest cells: 2 x 52 bits stay exact in a float; about 0.6 metres
FINEST = 26
#: kept as terms: the sides of cells in degrees of longitude are 360 / 2^level, from 11 down to 0.0007 (60 m)
LEVELS = (5, 9, 11, 13, 15, 17, 19)


def cell(latitude: float, longitude: float, level: int = FINEST) -> int:
    """The number of the cell that a point lies in."""
    return number(*at(latitude, longitude, level))


def at(latitude: float, longitude: float, level: int) -> tuple[int, int]:
    """The column and the row of the cell of that level that a point lies in."""
    side = 1 << level
    column, row = int((longitude + 180) / 360 * side), int((latitude + 90) / 180 * side)
    if 0 <= column < side and 0 <= row < side:
        return column, row
    return max(0, min(side - 1, column)), max(0, min(side - 1, row))


def number(column: int, row: int) -> int:
    """The number of the cell in that column and row, from the south-west of the world."""
    wide, tall = SPREAD[column >> 13] << 26 | SPREAD[column & 8191], SPREAD[row >> 13] << 26 | SPREAD[row & 8191]
    return wide << 1 | tall


def _spread(number: int) -> int:
    """The bits of a number with a zero before each."""
    return sum((number >> bit & 1) << 2 * bit for bit in range(13))


#: of half a column's bits
SPREAD = tuple(_spread(number) for number in range(8192))


def terms(finest: int) -> str:
    """The cells around a point, given by the finest one, at every level that is kept; with spaces between."""
    # two levels are one more digit, and an odd one ends with a digit
    digits = f"{finest >> 2:013x}"
    return " ".join([digits[:3], digits[:5], digits[:6], digits[:7], digits[:8], digits[:9], digits[:10]])


def digits(level: int) -> int:
    """How many digits a cell of one of the levels is kept with."""
    return (level + 1) // 2
