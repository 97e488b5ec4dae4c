"""The job that imports a table which somebody brought in a browser; it lies in a store as a passing object until then."""

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from media_archive.catalogue.subjects.exchange.importing import bring_in
from media_archive.catalogue.subjects.exchange.mapping import Mapping
from media_archive.context import Context
from media_archive.db import after_commit, new_id
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


def leave(context: Context, file: Path) -> tuple[UUID, str]:
    """Leaves a table where every worker finds it: its number, and the digest to fetch it with."""
    number = new_id()
    _, sha256 = passing.put(context.stores, number, file)
    return number, sha256


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
        self._remove(number)

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """The table goes; the job's page tells the reason."""
        number = _number(job)
        after_commit(session, lambda: self._remove(number))
        reason = {"file": job.args["name"], "reason": problem.to_json()}
        events.record(session, job.asked_by, "import", "import", job.target, outcome="failure", **reason)

    def _remove(self, number: UUID) -> None:
        passing.remove(self._context.stores, passing.place(self._context.stores), number)


def report_of(context: Context, number: UUID) -> Event | None:
    """The event that tells what became of an import; None while it has not ended."""
    with context.reading() as session:
        return next(iter(events.of(session, "import", number)), None)


def _number(job: Job) -> UUID:
    if job.target is None:
        raise ValueError("an import without a number")
    return job.target
