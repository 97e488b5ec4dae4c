"""The job that imports a table which somebody brought in a browser; it lies in a store as a passing object until then."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.subjects.exchange.importing import IMPORT, MORE, Report, bring_in
from media_archive.catalogue.subjects.exchange.mapping import Mapping
from media_archive.context import Context
from media_archive.db import after_commit, new_id, now
from media_archive.events import service as events
from media_archive.events.models import Event
from media_archive.geo.files.reading import read
from media_archive.geo.files.table import Table
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.storage import passing
from media_archive.words import Message

KIND = "import-subjects"
#: what the history tells of tables that are brought
TABLE, BROUGHT, FORGOTTEN = "table", "upload", "deletion"
#: how long a table waits for somebody to go on with it
KEPT = timedelta(days=2)
#: tables removed in one go
MOST = 1000


def leave(context: Context, file: Path, name: str, who: str) -> tuple[UUID, str]:
    """Leaves a table where every worker finds it: its number, and the digest to fetch it with."""
    number = new_id()
    with context.transaction() as session:
        # told first, so that nothing lies in a store that nobody knows of
        events.record(session, who, BROUGHT, TABLE, number, file=name)
    _, sha256 = passing.put(context.stores, number, file)
    return number, sha256


def forget(context: Context) -> int:
    """Removes tables that somebody brought and never imported; returns how many."""
    gone = select(Event.object_id).where(Event.object_kind == TABLE, Event.what == FORGOTTEN)
    brought = select(Event.object_id).where(Event.object_kind == TABLE, Event.what == BROUGHT)
    wanted = select(Job.target).where(Job.kind == KIND, Job.ended_at.is_(None), Job.target.is_not(None))
    with context.reading() as session:
        old = brought.where(Event.at < now() - KEPT, Event.object_id.not_in(gone), Event.object_id.not_in(wanted))
        numbers = [one for one in session.scalars(old.limit(MOST)) if one]
    for number in numbers:
        _remove(context, number)
    return len(numbers)


def _remove(context: Context, number: UUID) -> None:
    passing.remove(context.stores, passing.place(context.stores), number)
    with context.transaction() as session:
        events.record(session, "system", FORGOTTEN, TABLE, number)


def fetched(context: Context, number: UUID, sha256: str, ending: str) -> Table:
    """The table that was left; NotFound where it is there no longer."""
    context.settings.scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=context.settings.scratch, prefix="table-") as folder:
        file = Path(folder) / f"table{ending}"
        passing.fetch(context.stores, passing.place(context.stores), number, sha256, file)
        return read(file)


def ask(session: Session, number: UUID, sha256: str, name: str, mapping: Mapping, archive_code: str, who: str) -> UUID:
    """Asks for the import of the table that was left."""
    args: dict[str, Any] = {"sha256": sha256, "name": name, "archive": archive_code}
    args["mapping"] = mapping.model_dump(mode="json")
    return jobs.request(session, KIND, number, args=args, who=who, first=True)


class ImportWork:
    """Imports one table."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`. Done twice, the second finds everything the same."""
        number, args = _number(job), job.args
        if report_of(self._context, number) is None:
            self._bring_in(job, number, args)

        def conclude(session: Session) -> None:
            """The report stands in the history already."""

        return conclude

    def _bring_in(self, job: Job, number: UUID, args: dict[str, Any]) -> None:
        table = fetched(self._context, number, args["sha256"], Path(args["name"]).suffix)
        mapping = Mapping.model_validate(args["mapping"])
        bring_in(self._context, args["archive"], table, mapping, job.asked_by, args["name"], number=number)
        _remove(self._context, number)

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """The table goes; the job's page tells the reason."""
        number = _number(job)
        after_commit(session, lambda: _remove(self._context, number))
        reason = {"file": job.args["name"], "reason": problem.to_json()}
        events.record(session, job.asked_by, IMPORT, "import", job.target, outcome="failure", **reason)


def report_of(context: Context, number: UUID) -> Event | None:
    """The event that tells what became of an import; None while it has not ended."""
    return next((one for one in _told(context, number) if one.what == IMPORT), None)


def refused(context: Context, number: UUID) -> Report | None:
    """The report with all the refused rows that the history keeps; None where there is none."""
    told = _told(context, number)
    ended = next((one for one in told if one.what == IMPORT and one.outcome == "success"), None)
    return Report.from_details(ended.detail, (one.detail for one in told if one.what == MORE)) if ended else None


def _told(context: Context, number: UUID) -> list[Event]:
    with context.reading() as session:
        return events.of(session, "import", number)


def _number(job: Job) -> UUID:
    if job.target is None:
        raise ValueError("an import without a number")
    return job.target
