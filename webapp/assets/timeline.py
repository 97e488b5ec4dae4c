"""The months of what was found as bars over a line of time; each bar leads to its stretch of time.

The stretch stands in the query itself (`taken:1987-05..1988-02`), where everybody can read and change it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from media_archive.errors import Invalid
from media_archive.search.language.periods import days
from media_archive.search.service import Facet

#: the drawing, in its own units
WIDTH, HEIGHT = 720, 44
MOST_BARS = 72
#: months that one bar may stand for
SPANS = (1, 3, 12, 60, 120, 600)
#: a stretch of time in a query, as the bars write it
_TAKEN = re.compile(r"(?:^|\s)taken:\S*(?=\s|$)")


@dataclass(frozen=True)
class Bar:
    """One bar: where it stands, the stretch of time it stands for (1987-05..1987-07), and how many are in it."""

    x: float
    y: float
    width: float
    height: float
    stretch: str
    label: str
    count: int


@dataclass(frozen=True)
class Timeline:
    """All bars, and the first and the last month."""

    bars: list[Bar]
    first: str
    last: str


def draw(months: Sequence[Facet]) -> Timeline | None:
    """The bars of months ("1987-05") with counts; None where there are less than two."""
    counts = {int(one.value[:4]) * 12 + int(one.value[5:7]) - 1: one.count for one in months}
    if len(counts) < 2:
        return None
    first, last = min(counts), max(counts)
    span = next((one for one in SPANS if (last - first) // one < MOST_BARS), SPANS[-1])
    start = first - first % span
    number = (last - start) // span + 1
    sums: dict[int, int] = {}
    for month, count in counts.items():
        sums[(month - start) // span] = sums.get((month - start) // span, 0) + count
    step, most = WIDTH / number, max(sums.values())
    bars = [_bar(at, start + at * span, span, count, count / most, step) for at, count in sorted(sums.items())]
    return Timeline(bars, _month(first), _month(last))


def _bar(at: int, month: int, span: int, count: int, share: float, step: float) -> Bar:
    height = max(3.0, share * HEIGHT)
    begins, ends = _month(month), _month(month + span - 1)
    stretch = begins if span == 1 else f"{begins}..{ends}"
    label = begins[:4] if span == 12 else begins if span == 1 else f"{begins[:4]}–{ends[:4]}" if span > 12 else stretch
    return Bar(
        round(at * step, 2),
        round(HEIGHT - height, 2),
        round(max(1.0, step - 1), 2),
        round(height, 2),
        stretch,
        label,
        count,
    )


def _month(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"


def within(query: str, stretch: str) -> str:
    """The query narrowed to a stretch of time in place of the one that it has; "" for none."""
    rest = " ".join(_TAKEN.sub(" ", query).split())
    return f"{rest} taken:{stretch}".strip() if stretch else rest


def chosen(query: str) -> str:
    """The stretch of time in a query, "" where there is none."""
    found = _TAKEN.search(query)
    return found[0].strip().removeprefix("taken:") if found else ""


def typed(since: str, until: str) -> str:
    """A stretch from what somebody typed into two boxes; Invalid where that is no time."""
    ends = [_end(since, last=False), _end(until, last=True)]
    return f"{ends[0]}..{ends[1]}" if any(ends) else ""


def _end(text: str, *, last: bool) -> str:
    text = text.strip()
    found: tuple[date, date] | None = days(text) if text else None
    if text and not found:
        raise Invalid("{text} is no time. Write a year, a month or a day: 1987, 1987-05, 1987-05-12.", text=text[:40])
    return found[last].isoformat() if found else ""
