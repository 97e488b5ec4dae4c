"""The dashboard: what the archives hold, how it grows, how it is used, and what nobody has taken a picture of."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Archive
from media_archive.catalogue.seeing.viewer import Viewer
from media_archive.catalogue.subjects.kinds import rules
from media_archive.catalogue.subjects.models import SubjectKind
from media_archive.db import now
from media_archive.errors import NotFound
from media_archive.geo.files.writing import csv_bytes
from media_archive.holdings import queries, service
from media_archive.holdings.figures import Figures
from media_archive.search import service as search
from webapp.dashboard import months, tables, words
from webapp.dashboard.tables import Table
from webapp.door import archive, reading
from webapp.languages import chosen
from webapp.storage import charts
from webapp.translated import gettext

dashboard = Blueprint("dashboard", __name__)
#: months that growth and use go back
MONTHS = 24
#: of streets and landmarks: taken longer ago than so many years counts as not taken
YEARS_AGO = 5
COMPLETION = "completion"
LACKING = ("-has:gps", "-year:*", "-has:caption", "-has:subject")
#: kinds of subjects that a picture can be missing of
SHOWN_KINDS = (SubjectKind.PROJECT, SubjectKind.LANDMARK, SubjectKind.STREET, SubjectKind.PIPELINE)


@dashboard.get("/dashboard")
def page() -> str | Response:
    """All tables with their charts; one of them for spreadsheets with `format=csv&table=…`."""
    stage, since = _stage(), _since()
    found = service.seen(archive())
    if found is None:
        return render_template("dashboard.html", seen=None)
    seen = found.of(_viewer())
    csv = request.args.get("format") == "csv"
    with reading() as session:
        parts = _Parts(session, seen, stage, since, queries.MOST_ROWS if csv else queries.MOST)
        if csv:
            return _csv(parts)
        made: dict[str, Any] = {name: make(parts) for name, make in PARTS.items()}
        missing = parts.missing()
    return render_template(
        "dashboard.html", seen=seen, **made, missing=missing, total=_total(seen), stages=rules().stages, stage=stage,
        since=since, bars=_bars, growing=charts.columns([(row.label, row.values[1], row.values[3]) for row in made["growth"][0].rows]),
        words=words, language_of=chosen(),
    )  # fmt: skip


class _Parts:
    """The tables for one who looks."""

    def __init__(self, session: Session, seen: Figures, stage: str, since: int, most: int) -> None:
        self._session, self._seen, self._stage, self._since, self._most = session, seen, stage, since, most
        self._archives = {one.id.hex: one.name for one in session.scalars(select(Archive))}
        self._last = months.of(now())

    def holdings(self) -> list[Table]:
        projects = queries.called(self._session, SubjectKind.PROJECT)
        return tables.holdings(self._seen, self._archives, projects)

    def growth(self) -> list[Table]:
        return [tables.growth(self._seen, self._last, MONTHS)]

    def usage(self) -> list[Table]:
        return tables.usage(self._seen, self._archives, self._last, MONTHS)

    def gaps(self) -> list[Table]:
        session, seen, most = self._session, self._seen, self._most
        unstaged = queries.unstaged(session, seen, self._stage, most)
        found = [tables.gap("unstaged", gettext("Projects without pictures of the stage"), unstaged)]
        for kind, title in ((SubjectKind.STREET, gettext("Streets without a picture since %(year)s")),
                            (SubjectKind.LANDMARK, gettext("Landmarks without a picture since %(year)s"))):  # fmt: skip
            since = queries.unseen_since(session, seen, kind, self._since, most)
            found.append(tables.gap(f"{kind.value}-since", title % {"year": self._since}, since))
        return found

    def nothing(self) -> list[Table]:
        titles = {
            SubjectKind.PROJECT: gettext("Projects that nothing shows"),
            SubjectKind.LANDMARK: gettext("Landmarks that nothing shows"),
            SubjectKind.STREET: gettext("Streets that nothing shows"),
            SubjectKind.PIPELINE: gettext("Pipelines that nothing shows"),
        }
        every = {kind: queries.unpictured(self._session, self._seen, kind, self._most) for kind in SHOWN_KINDS}
        return [tables.gap(f"{kind.value}-none", titles[kind], one) for kind, one in every.items()]

    def missing(self) -> Table:
        totals = {query: search.find(self._session, query, limit=1, facets=False).total for query in LACKING}
        return tables.missing(totals)


PARTS: dict[str, Callable[[_Parts], list[Table]]] = {
    "holdings": _Parts.holdings,
    "growth": _Parts.growth,
    "usage": _Parts.usage,
    "gaps": _Parts.gaps,
    "nothing": _Parts.nothing,
}


def _csv(parts: _Parts) -> Response:
    """One table; numbers as they are, so that a spreadsheet can add them up."""
    wanted = request.args.get("table", "")
    every = [*(table for make in PARTS.values() for table in make(parts)), parts.missing()]
    table = next((one for one in every if one.name == wanted), None)
    if table is None:
        raise NotFound("There is no table {name} on the dashboard. Start again from the page.", name=wanted[:40])
    rows = [[row.label, *map(str, row.values)] for row in table.rows]
    answer = Response(csv_bytes([label for label, _ in table.columns], rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{table.name}.csv"'
    return answer


def _viewer() -> Viewer:
    viewer: Viewer | None = g.get("viewer")
    return viewer or Viewer()


def _total(seen: Figures) -> tuple[int, int]:
    return sum(one.assets for one in seen.held), sum(one.bytes for one in seen.held)


def _bars(table: Table) -> list[charts.Bar]:
    return charts.bars([(row.label, row.values[table.drawn or 0]) for row in table.rows])


def _stage() -> str:
    given = request.args.get("stage") or COMPLETION
    if given not in {one.code for one in rules().stages}:
        raise NotFound("There is no stage {stage} of projects. Choose one of the list.", stage=given[:40])
    return given


def _since() -> int:
    given = request.args.get("since") or str(_this_year() - YEARS_AGO)
    if not (given.isascii() and given.isdigit() and 1800 <= int(given[:5]) <= 9999):
        raise NotFound("{year} is no year. Give one such as 2015.", year=given[:20])
    return int(given)


def _this_year() -> int:
    moment: datetime = now() + months.EAST
    return moment.year
