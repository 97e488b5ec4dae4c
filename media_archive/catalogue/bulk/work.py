"""The job that does a bulk edit, or undoes one."""

import threading
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from media_archive.catalogue import describing
from media_archive.catalogue.bulk import service
from media_archive.context import Context
from media_archive.errors import Unavailable
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.words import Message

#: what a list asks for -> the ids that it finds, read in transactions of their own
Find = Callable[[Context, Mapping[str, Any]], Iterable[UUID]]


class BulkWork:
    """Writes down which assets it is about, then changes them a batch at a time. `find` asks the search."""

    def __init__(self, context: Context, find: Find, stop: threading.Event | None = None) -> None:
        self._context, self._find, self._stop = context, find, stop or threading.Event()

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`. Whoever takes it up again goes on with what still waits."""
        if job.target is None:
            return _nothing
        edit_id = job.target
        with self._context.reading() as session:
            state = service.one(session, edit_id).state
        if state == "asked":
            self._gather(edit_id)
        self._change(job, edit_id)
        return lambda session: service.end(session, service.one(session, edit_id))

    def _gather(self, edit_id: UUID) -> None:
        with self._context.transaction() as session:
            edit = service.one(session, edit_id)
            if edit.undoes:
                service.note_undone(session, edit)
                service.begin(session, edit)
                return
            chosen = edit.chosen
        given = [UUID(one) for one in chosen.get("ids", [])]
        found = iter(given if "ids" in chosen else self._find(self._context, chosen))
        while batch := list(islice(found, service.GATHER)):
            with self._context.transaction() as session:
                service.note(session, edit_id, service.existing(session, batch))
        with self._context.transaction() as session:
            service.begin(session, service.one(session, edit_id))

    def _change(self, job: Job, edit_id: UUID) -> None:
        scheme, zone = describing.declared(self._context.settings), self._context.settings.time_zone
        looked = 1
        while looked:
            if self._stop.is_set():
                raise Unavailable("The work was stopped in its midst, and goes on later.")
            with self._context.transaction() as session:
                edit = service.one(session, edit_id)
                looked = service.step(session, edit, scheme, zone)
                done = edit.changed + edit.unchanged + edit.refused
                jobs.keep(session, [job.id], done / edit.wanted if edit.wanted else None)

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """What was changed stays changed, and can be undone."""
        if job.target:
            service.end(session, service.one(session, job.target), "failed")


def _nothing(session: Session) -> None:
    """There was nothing to do."""
