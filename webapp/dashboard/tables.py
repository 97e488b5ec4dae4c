"""The tables of the dashboard: names, numbers, and for each the address of the list that shows just those things."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for

from media_archive.holdings.figures import Figures, Sum, sums
from media_archive.holdings.queries import Gap
from webapp.dashboard.months import before
from webapp.shown import word
from webapp.tasks import words as states
from webapp.translated import gettext

#: projects by themselves
PROJECTS = 20


@dataclass(frozen=True)
class Row:
    """A line: what it is called, where it leads (None where no list can say it), its numbers."""

    label: str
    href: str | None
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """A table: `columns` are (label, sort), where a sort is text, number or size; the first is that of the labels."""

    name: str
    title: str
    columns: tuple[tuple[str, str], ...]
    rows: Sequence[Row]
    note: str = ""
    #: which of the numbers a chart shows; None where it has none
    drawn: int | None = 0


def listed(**args: object) -> str:
    """The list that an address of the search shows."""
    given: dict[str, Any] = {name: str(value) for name, value in args.items()}
    return url_for("assets.grid", **given)


def holdings(figures: Figures, archives: Mapping[str, str], projects: Mapping[UUID, str]) -> list[Table]:
    """What there is, by all that it can be told by."""
    held = figures.held
    return [
        _of("archive", gettext("By archive"), _largest(sums(held, "archive")), lambda key: archives.get(key, key)),
        _of("kind", gettext("By kind"), _largest(sums(held, "kind")), word, lambda key: listed(kind=key)),
        _of("state", gettext("By state"), _ordered(sums(held, "state"), states.STATES), states.state,
            lambda key: listed(state=key)),
        _of("year", gettext("By year taken"), _years(sums(held, "year")),
            lambda key: str(key) if key is not None else gettext("not known"),
            lambda key: listed(year=key) if key is not None else listed(q="-year:*")),
        _projects(figures, projects),
    ]  # fmt: skip


def _projects(figures: Figures, names: Mapping[UUID, str]) -> Table:
    shown = {UUID(key): one for key, one in sums(figures.pictured, "subject").items()}
    largest = sorted(((key, one) for key, one in shown.items() if key in names), key=lambda one: -one[1].assets)
    return _of("project", gettext("By project"), largest[:PROJECTS], lambda key: names[key],
               lambda key: listed(project=key), gettext("The largest ones; what shows two counts for both."))  # fmt: skip


Key = Callable[[Any], str]


def _of(
    name: str, title: str, rows: Iterable[tuple[Any, Sum]], label: Key, href: Key | None = None, note: str = ""
) -> Table:
    columns = ((gettext("Name"), "text"), (gettext("Assets"), "number"), (gettext("Size"), "size"))
    made = [Row(label(key), href(key) if href else None, (one.assets, one.bytes)) for key, one in rows]
    return Table(name, title, columns, made, note)


def _largest(found: Mapping[Any, Sum]) -> list[tuple[Any, Sum]]:
    return sorted(found.items(), key=lambda one: -one[1].assets)


def _ordered(found: Mapping[Any, Sum], order: Iterable[str]) -> list[tuple[Any, Sum]]:
    return [(key, found[key]) for key in order if key in found]


def _years(found: Mapping[Any, Sum]) -> list[tuple[Any, Sum]]:
    return sorted(found.items(), key=lambda one: (one[0] is None, -(one[0] or 0)))


def growth(figures: Figures, last: str, months: int) -> Table:
    """What came in, month by month to the last one, with what there was in all by then."""
    came = sums(figures.months, "month")
    shown = before(last, months)
    earlier = [one for month, one in came.items() if month < shown[0]]
    assets, size = sum(one.assets for one in earlier), sum(one.bytes for one in earlier)
    rows = []
    for month in shown:
        one = came.get(month, Sum(0, 0))
        assets, size = assets + one.assets, size + one.bytes
        rows.append(
            Row(month, listed(q=f"added:{month}") if one.assets else None, (one.assets, one.bytes, assets, size))
        )
    columns = (
        (gettext("Month"), "text"), (gettext("Assets came in"), "number"), (gettext("Came in"), "size"),
        (gettext("Assets in all"), "number"), (gettext("In all"), "size"),
    )  # fmt: skip
    return Table("growth", gettext("Growth"), columns, rows, drawn=None)


def usage(figures: Figures, archives: Mapping[str, str], last: str, months: int) -> list[Table]:
    """What people opened and downloaded, by month and by archive."""
    shown = set(before(last, months))
    by_month: Counter[tuple[str, str]] = Counter()
    by_archive: Counter[tuple[str, str]] = Counter()
    for one in figures.used:
        if one.month in shown:
            by_month[one.month, one.what] += one.times
            by_archive[one.archive, one.what] += one.times
    note = gettext("Opened: each asset in the month when it was last opened. Downloads: originals, each time.")
    return [
        _used("usage", gettext("Use by month"), before(last, months)[::-1], by_month, str, note),
        _used("usage-archive", gettext("Use by archive"), sorted({key for key, _ in by_archive}), by_archive,
              lambda key: archives.get(key, key)),
    ]  # fmt: skip


def _used(
    name: str, title: str, keys: Sequence[str], times: Mapping[tuple[str, str], int], label: Key, note: str = ""
) -> Table:
    rows = [Row(label(key), None, (times.get((key, "opened"), 0), times.get((key, "downloaded"), 0))) for key in keys]
    columns = ((gettext("Name"), "text"), (gettext("Opened"), "number"), (gettext("Downloads"), "number"))
    return Table(name, title, columns, rows, note)


def gap(name: str, title: str, found: Gap) -> Table:
    """Subjects that lack something."""
    rows = [
        Row(name_, url_for("subjects.page", subject_id=number), (code, str(year) if year else gettext("never")))
        for number, code, name_, year in found.subjects
    ]
    columns = ((word(found.kind), "text"), (gettext("Code"), "text"), (gettext("Latest picture"), "text"))
    told = gettext("%(n)s of %(total)s", n=f"{found.lacking:,}", total=f"{found.total:,}")
    return Table(name, title, columns, rows, told, drawn=None)


def missing(totals: Mapping[str, int]) -> Table:
    """Assets that lack what makes them findable: by the query that finds them."""
    words = {
        "-has:gps": gettext("without a place on the map"),
        "-year:*": gettext("without a date of capture"),
        "-has:caption": gettext("without a description"),
        "-has:subject": gettext("tied to nothing in the city"),
    }
    rows = [Row(words[query], listed(q=query), (number,)) for query, number in totals.items()]
    columns = ((gettext("Assets"), "text"), (gettext("How many"), "number"))
    return Table("missing", gettext("Assets that lack something"), columns, rows)
