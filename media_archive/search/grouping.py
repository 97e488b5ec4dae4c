"""Results put together by what they have in common: the day or month they were taken, their shoot, a project, a street.

By day and month the list keeps the order of time, and a group is a stretch of it. By the others it is one list behind
the other, each in the order that was asked for; what shows two streets stands under both, what shows none at the end.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from media_archive.errors import Invalid
from media_archive.search import counting, service
from media_archive.search.asking import Filters, ask
from media_archive.search.fields import Order
from media_archive.search.service import Shape

TIMES = ("day", "month")
THINGS = ("shoot", "project", "street")
#: groups of one list
MOST_GROUPS = 10_000
#: the key of what has no value, and of what nobody knows the time of
NONE = "-"
_EPOCH = date(1970, 1, 1)


class Run(NamedTuple):
    """A stretch of a page: its group's key, what to call it ("" where it has no value), and where in the page it begins."""

    key: str
    label: str
    start: int


@dataclass(frozen=True)
class Page:
    """Some results with their groups, and the cursor of the next ones."""

    rows: list[Shape]
    runs: list[Run]
    next: str | None


@dataclass(frozen=True)
class Wish:
    """What is looked for, by what it is put together, and its order."""

    query: str
    filters: Filters
    by: str
    order: Order | str = ""
    turned: bool = False


def page(session: Session, wish: Wish, cursor: str | None = None, limit: int = service.MOST_SHAPES) -> Page:
    """The next results behind `cursor`."""
    if wish.by in TIMES:
        return _by_time(session, wish, cursor, limit)
    return _by_thing(session, wish, cursor, limit)


def _by_time(session: Session, wish: Wish, cursor: str | None, limit: int) -> Page:
    rows, following = service.shapes(
        session, wish.query, wish.filters, cursor=cursor, limit=limit, order=Order.DATE,
        turned=wish.turned and wish.order == Order.DATE, dated=True,
    )  # fmt: skip
    return Page(rows, _runs([period(row.taken, wish.by) for row in rows]), following)


def period(taken: tuple[int, int] | None, by: str) -> str:
    """The day or month of what was taken between two days, or as much as is known of it; "" for nothing."""
    if taken is None:
        return ""
    first, last = (_EPOCH + timedelta(days=one) for one in taken)
    if by == "day" and first == last:
        return first.isoformat()
    if (first.year, first.month) == (last.year, last.month):
        whole = first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]
        return f"{first.year:04}-{first.month:02}" if by == "month" or whole else first.isoformat()
    return f"{first.year:04}"


def _runs(labels: Sequence[str]) -> list[Run]:
    runs: list[Run] = []
    for at, label in enumerate(labels):
        if not runs or runs[-1].label != label:
            runs.append(Run(label or NONE, label, at))
    return runs


def _by_thing(session: Session, wish: Wish, cursor: str | None, limit: int) -> Page:
    groups = _groups(session, wish)
    at, inner = _read(cursor, [key for key, _ in groups])
    rows: list[Shape] = []
    runs: list[Run] = []
    while at < len(groups) and len(rows) < limit:
        key, label = groups[at]
        found, following = _inside(session, wish, key, inner, limit - len(rows))
        if found:
            runs.append(Run(key, label, len(rows)))
        rows += found
        at, inner = (at, following) if following else (at + 1, None)
    return Page(rows, runs, f"{groups[at][0]}~{inner or ''}" if at < len(groups) else None)


def _groups(session: Session, wish: Wish) -> list[tuple[str, str]]:
    """Keys and names: shoots with the latest first, subjects by their names; then what has none."""
    asked = ask(session, wish.query, wish.filters, None, wish.order)
    counts = counting.count(asked.snapshot, asked.query, [wish.by], MOST_GROUPS)
    named = counting.label(session, asked.snapshot.generation, counts)[wish.by]
    found = [(one.value, one.label) for one in named]
    if wish.by == "shoot":
        return sorted(found, reverse=True)
    return [*sorted(found, key=lambda one: one[1]), (NONE, "")]


def _inside(session: Session, wish: Wish, key: str, cursor: str | None, limit: int) -> tuple[list[Shape], str | None]:
    query, filters = wish.query, wish.filters
    if key == NONE:
        query = f"({query}) -{wish.by}:*" if query.strip() else f"-{wish.by}:*"
    elif wish.by == "shoot":
        filters = replace(filters, shoot=UUID(key))
    else:
        filters = replace(filters, subjects=tuple(dict.fromkeys((*filters.subjects, UUID(key)))))
    return service.shapes(session, query, filters, cursor=cursor, limit=limit, order=wish.order, turned=wish.turned)


def _read(cursor: str | None, keys: Sequence[str]) -> tuple[int, str | None]:
    if not cursor:
        return 0, None
    key, _, inner = cursor.partition("~")
    if key not in keys:
        raise Invalid(
            "The page marker {cursor} is not one of ours. Start again from the first page.", cursor=cursor[:80]
        )
    return keys.index(key), inner or None
