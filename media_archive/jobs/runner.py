"""Doing jobs: claim, work outside any transaction, conclude and end the job in one transaction."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from math import inf
from time import monotonic
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from media_archive.errors import ArchiveError, Crashed, Refused, Unavailable, Unreadable
from media_archive.jobs import service
from media_archive.jobs.models import Job
from media_archive.logs import Log
from media_archive.words import Message

log = Log()

#: what a piece of work leaves to be written, in the transaction that ends its job
Conclusion = Callable[[Session], None]
Transaction = Callable[[], AbstractContextManager[Session]]
HEARTBEAT_SECONDS = service.LEASE.total_seconds() / 4


class Work(Protocol):
    """How one kind of job is done."""

    def do(self, job: Job) -> Conclusion:
        """Does the work; moves bytes and runs programs, but writes nothing to the catalogue itself."""

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """Records in the catalogue that the job is dead, so that nobody waits for it."""


@dataclass
class Runner:
    """Does the jobs of one process, one after the other."""

    transaction: Transaction
    works: Mapping[str, Work]
    most_attempts: int
    stop: threading.Event = field(default_factory=threading.Event)

    def drain(self, queue: str, *, seconds: float | None = None, shoot_id: UUID | None = None) -> bool:
        """Does what is wanted in `queue` until nothing is, `stop` is set or `seconds` are over.

        Returns whether something may be left.
        """
        until = monotonic() + (inf if seconds is None else seconds)
        while not self.stop.is_set():
            with self.transaction() as session:
                jobs = service.claim(session, queue, shoot_id)
            if not jobs:
                return False
            with self._keeping([job.id for job in jobs]):
                for job in jobs:
                    self._attempt(job)
            if monotonic() > until:
                break
        return True

    def _attempt(self, job: Job) -> None:
        if self.stop.is_set():
            self._end(job, service.hand_back)
            return
        try:
            conclusion = self.works[job.kind].do(job)
            with self.transaction() as session:
                held = service.holds(session, job.id)
                if held is None:
                    log.warning("job.lost", job=str(job.id), kind=job.kind)
                    return
                conclusion(session)
                service.finish(held)
        except Exception as exc:
            self._failed(job, exc)

    def _failed(self, job: Job, exc: Exception) -> None:
        problem, final = explain(exc)
        log.warning(
            "job.failed",
            job=str(job.id),
            kind=job.kind,
            problem=str(problem),
            exc_info=not isinstance(exc, ArchiveError),
        )
        with self.transaction() as session:
            held = service.holds(session, job.id)
            if held and service.fail(held, problem, job.attempts if final else self.most_attempts):
                self.works[held.kind].give_up(session, held, problem)

    def _end(self, job: Job, how: Callable[[Job], None]) -> None:
        with self.transaction() as session:
            if held := service.holds(session, job.id):
                how(held)

    @contextmanager
    def _keeping(self, ids: Sequence[UUID]) -> Iterator[None]:
        """Prolongs the leases on `ids` for as long as the block runs."""
        done = threading.Event()

        def beat() -> None:
            while not done.wait(HEARTBEAT_SECONDS):
                try:
                    with self.transaction() as session:
                        service.keep(session, ids)
                except ArchiveError as exc:
                    log.warning("job.heartbeat", problem=str(exc))

        heart = threading.Thread(target=beat, name="heartbeat", daemon=True)
        heart.start()
        try:
            yield
        finally:
            done.set()
            heart.join()

    def sweep(self) -> None:
        """Frees and wakes, and gives up what died."""
        with self.transaction() as session:
            for job in service.sweep(session, self.most_attempts):
                self.works[job.kind].give_up(session, job, Message.from_json(job.problem or {"template": ""}))


def explain(exc: Exception) -> tuple[Message, bool]:
    """The reason to show for a failure, and whether trying again is useless."""
    if isinstance(exc, Crashed | Unavailable):
        return exc.message, False
    if isinstance(exc, ArchiveError):
        return exc.message, isinstance(exc, Refused | Unreadable)
    return Message(
        "Unexpected: {reason}. The log has the details.", {"reason": f"{type(exc).__name__}: {exc}"[:500]}
    ), False
