"""Charts as SVG, made here: each says in words what it shows, and stands beside a table with the same numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

#: of the drawing; the page scales it
WIDTH, HEIGHT, MARGIN = 640, 180, 24
#: months that a chart of growth shows at most; the table has all
MOST_COLUMNS = 60


@dataclass(frozen=True)
class Bar:
    """A horizontal bar: how wide of 100."""

    label: str
    width: float


def bars(rows: Sequence[tuple[str, float]]) -> list[Bar]:
    """One bar a row, the longest 100 wide; what is there at all is at least a hair wide."""
    most = max((value for _, value in rows), default=0)
    return [Bar(label, max(0.5, round(100 * value / most, 2)) if value and most else 0) for label, value in rows]


@dataclass(frozen=True)
class Column:
    """A column of a chart, in its units."""

    label: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Columns:
    """A chart over time: columns, a line of the total above them, and the labels below."""

    columns: list[Column]
    #: points of the line, as SVG writes them
    line: str
    labels: list[Column]
    width: int = WIDTH
    height: int = HEIGHT


def columns(rows: Sequence[tuple[str, int, int]]) -> Columns:
    """`rows`: month, what came in, total. The columns and the line have a scale each, for the total hides the months."""
    shown = rows[-MOST_COLUMNS:]
    ground = HEIGHT - MARGIN
    step = WIDTH / max(len(shown), 1)
    most, top = max((one[1] for one in shown), default=0) or 1, max((one[2] for one in shown), default=0) or 1
    made = [
        Column(
            month,
            round(place * step + step * 0.15, 2),
            round(ground - ground * 0.6 * size / most, 2),
            round(step * 0.7, 2),
            round(ground * 0.6 * size / most, 2),
        )
        for place, (month, size, _) in enumerate(shown)
    ]
    line = " ".join(
        f"{round(place * step + step / 2, 2)},{round(ground - ground * 0.92 * total / top, 2)}"
        for place, (_, _, total) in enumerate(shown)
    )
    every = max(1, len(made) // 6)
    return Columns(made, line, made[::every])
