"""Taking a table in: what it would change is told first; then only that is written, in small transactions."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from media_archive.catalogue.service import archive_by_code
from media_archive.catalogue.subjects import service
from media_archive.catalogue.subjects.exchange.comparing import COMING, Decision, Known, decide
from media_archive.catalogue.subjects.exchange.mapping import Mapping
from media_archive.catalogue.subjects.exchange.rows import Said, said
from media_archive.context import Context
from media_archive.db import new_id
from media_archive.errors import ArchiveError, Conflict
from media_archive.events import service as events
from media_archive.geo.files.table import Table
from media_archive.geo.files.writing import csv_bytes
from media_archive.words import Message, Words

#: rows written in one transaction
BATCH = 250
#: rows that a preview shows
SHOWN = 20
#: rounds in which rows wait for what they are part of
DEEPEST = 20
#: refused rows that one event of the history keeps, and those that all of an import keep
TOLD, MOST_TOLD = 2000, 50_000
#: what the events are called that tell of an import, and of the refused rows that the first has no room for
IMPORT, MORE = "import", "refused rows"


@dataclass
class Report:
    """What became of the rows, or would become of them."""

    columns: list[str]
    rows: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    #: the first of each sort: {"line", "what", "name", "code", "changes", "reason"}
    first: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[tuple[int, Message, list[str]]] = field(default_factory=list)

    def add(self, decision: Decision) -> None:
        """Counts one row."""
        row, what = decision.row, decision.what
        setattr(self, what, getattr(self, what) + 1)
        if what == "refused":
            self.refusals.append((row.line, row.problem or Message("Unknown"), row.cells))
        if sum(one["what"] == what for one in self.first) < SHOWN and what != "same":
            told = {"line": row.line, "what": what, "name": row.name, "code": row.code, "changes": decision.changes}
            self.first.append(told | {"reason": row.problem})

    def to_detail(self) -> dict[str, Any]:
        """For the history."""
        counts = {name: getattr(self, name) for name in ("rows", "new", "changed", "same", "refused")}
        return counts | {"columns": self.columns, "refusals": _told(self.refusals[:TOLD])}

    def more_details(self) -> Iterator[dict[str, Any]]:
        """The refused rows that `to_detail` leaves out, for further events."""
        for start in range(TOLD, min(len(self.refusals), MOST_TOLD), TOLD):
            yield {"refusals": _told(self.refusals[start : start + TOLD])}

    @classmethod
    def from_details(cls, detail: dict[str, Any], more: Iterable[dict[str, Any]] = ()) -> "Report":
        """The inverse of `to_detail`, and of `more_details`; the first rows are not kept."""
        counts = {name: detail[name] for name in ("rows", "new", "changed", "same", "refused")}
        rows = [row for one in (detail, *more) for row in one["refusals"]]
        refusals = [(line, Message.from_json(reason), cells) for line, reason, cells in rows]
        return cls(detail["columns"], **counts, refusals=refusals)

    def refused_rows(self, say: Callable[[Message], str]) -> bytes:
        """The refused rows as CSV, with where they stood and why; may be corrected and brought again."""
        heading = [*self.columns, "行号", "原因"]
        rows = [
            [*cells, str(line), say(reason)] for line, reason, cells in sorted(self.refusals, key=lambda one: one[0])
        ]
        return csv_bytes(heading, rows)

    def to_json(self, say: Callable[[Message], str] = str) -> dict[str, Any]:
        """For programs."""
        counts = {name: getattr(self, name) for name in ("rows", "new", "changed", "same", "refused")}
        first = [one | {"reason": say(one["reason"]) if one["reason"] else None} for one in self.first]
        refused = [{"line": line, "reason": say(reason)} for line, reason, _ in self.refusals]
        return counts | {"first": first, "refused_rows": refused}


def preview(archive: Context, code: str, table: Table, mapping: Mapping) -> Report:
    """What an import would do; nothing is written."""
    return _Import(archive, code, table, mapping, who=None).run()


def bring_in(
    archive: Context,
    code: str,
    table: Table,
    mapping: Mapping,
    who: str,
    name: str = "",
    *,
    number: UUID | None = None,
) -> Report:
    """Imports the table into the archive with that code: enters what is new, changes what differs, tells the rest.

    A row that is refused hinders no other. What was written stays where the import breaks off; doing it again goes on.
    The report is kept as an event of the object "import" with that `number`.
    """
    report = _Import(archive, code, table, mapping, who).run()
    with archive.transaction() as session:
        told = report.to_detail() | {"file": Path(name).name, "mapping": mapping.model_dump(mode="json")}
        event = events.record(session, who, IMPORT, "import", number or new_id(), **told)
        for more in report.more_details():
            events.record(session, who, MORE, "import", event.object_id, **more)
    return report


def _told(refusals: Iterable[tuple[int, Message, list[str]]]) -> list[list[Any]]:
    return [[line, reason.to_json(), cells] for line, reason, cells in refusals]


class _Import:
    def __init__(self, archive: Context, code: str, table: Table, mapping: Mapping, who: str | None) -> None:
        self.archive, self.who = archive, who
        with archive.reading() as session:
            self.archive_id = archive_by_code(session, code).id
        self.rows = said(table, mapping, archive.settings.local_grid)
        self.report = Report(table.columns, rows=len(self.rows))
        #: code or name of rows whose turn is still to come -> where they stand
        self.coming: dict[str, int] = {}
        #: codes and names that rows of this table bring
        self.brought: set[str] = set()

    def run(self) -> Report:
        """All rows, parents before what is part of them."""
        self._refuse_doubles()
        self.brought = {one for row in self.rows if row.problem is None for one in (row.code, row.name) if one}
        for level in self._levels():
            for start in range(0, len(level), BATCH):
                self._batch(level[start : start + BATCH])
        self.report.first.sort(key=lambda one: one["line"])
        return self.report

    def _refuse_doubles(self) -> None:
        """A second row about the same subject would overrule the first."""
        seen: dict[tuple[object, ...], int] = {}
        for row in self.rows:
            key = (row.kind, row.code) if row.code else (row.kind, row.name, row.parent)
            if row.problem is None and seen.setdefault(key, row.line) != row.line:
                row.problem = Message(
                    "Line {line} is about the same subject. Leave one of them out.", {"line": seen[key]}
                )

    def _levels(self) -> Iterator[list[Said]]:
        """Rows whose parent no row still brings, then those that waited for them, and so on."""
        waiting = self.rows
        for _ in range(DEEPEST):
            self.coming = {}
            for row in waiting:
                if row.problem is None:
                    self.coming |= dict.fromkeys(filter(None, (row.code, row.name)), row.line)
            ready = [row for row in waiting if self.coming.get(row.parent, row.line) == row.line or row.problem]
            if not ready:
                break
            done = set(map(id, ready))
            waiting = [row for row in waiting if id(row) not in done]
            yield ready
        for row in waiting:
            row.problem = Message("It is part of itself by way of other rows. Correct the column of the parent.")
        yield waiting

    def _batch(self, rows: Sequence[Said]) -> None:
        if self.who is None:
            with self.archive.reading() as session:
                decisions = self._decide(session, rows)
        else:
            decisions = self._write(rows)
        for decision in decisions:
            self.report.add(decision)

    def _decide(self, session: Session, rows: Sequence[Said]) -> list[Decision]:
        known = Known.of(session, self.archive_id, rows)
        return [decide(known, row, self._parent(known, row)) for row in rows]

    def _parent(self, known: Known, row: Said) -> UUID | str | None:
        """What the row is part of. Refuses the row where there is none."""
        if not row.parent or row.problem:
            return None
        same = known.above(row)
        if len(same) == 1:
            return same[0].id
        if same:
            facts: dict[str, Words] = {"count": len(same), "name": row.parent}
            row.problem = Message("{count} subjects are called {name}. Give the code.", facts)
            return None
        if self.who is None and row.parent in self.brought:
            return COMING
        row.problem = Message(
            "There is no {name} that it could be part of. Enter that first.", {"name": row.parent[:80]}
        )
        return None

    def _write(self, rows: Sequence[Said]) -> list[Decision]:
        try:
            with self.archive.transaction() as session:
                decisions = self._decide(session, rows)
                for decision in decisions:
                    self._write_one(session, decision)
        except IntegrityError as exc:
            raise Conflict("Somebody else entered the same subjects meanwhile. Import the table again.") from exc
        return decisions

    def _write_one(self, session: Session, decision: Decision) -> None:
        who = self.who or "system"
        try:
            with session.no_autoflush:
                if decision.what == "new" and decision.row.kind:
                    service.enter(session, self.archive_id, decision.row.kind, decision.given, who)
                elif decision.what == "changed" and decision.subject:
                    service.change(session, decision.subject.id, decision.given, who)
        except ArchiveError as exc:
            decision.what, decision.row.problem = "refused", exc.message
            if decision.subject is not None:
                session.expire(decision.subject)  # what was set of it before it was refused
