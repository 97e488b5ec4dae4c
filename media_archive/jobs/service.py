"""Asking for work, holding it by a lease, ending it, and sweeping up what was lost.

The Job row is the truth; a message only wakes a worker of a queue, which then claims what is wanted there until
nothing is. So a lost message is a delay until the next sweep, a message too many finds nothing to do, and a worker
that dies leaves a lease behind that runs out, or that the sweep of the same machine breaks at once.
"""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from media_archive.db import after_commit, new_id, now
from media_archive.errors import NotFound
from media_archive.jobs import holder
from media_archive.jobs.kinds import BATCH, BEHIND, QUEUE_OF
from media_archive.jobs.models import Job, State
from media_archive.words import Message

LEASE = timedelta(seconds=60)
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=10)
#: no two clocks that work differ by so much
WRONG = timedelta(hours=1)
#: jobs are taken in the order of the moment from which they may run
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
OUTLET = "jobs.outlet"


class Outlet(Protocol):
    """Where workers are woken."""

    def wake(self, queue: str) -> None:
        """Sees to it that a worker of `queue` looks for work after this call.

        Raises nothing: what is wanted is already committed, and the sweep wakes again.
        """


def request(
    session: Session,
    kind: str,
    target: UUID | None = None,
    *,
    shoot_id: UUID | None = None,
    args: dict[str, Any] | None = None,
    who: str = "system",
    first: bool = False,
) -> UUID:
    """Asks for work in `session`'s transaction; the message goes out after its commit.

    With `first` it comes before all that waits already: for what somebody sits waiting for.

    While the same kind of work on the same target is unfinished, that job is returned instead. Work that a shoot does
    not wait for (see `kinds.BEHIND`) is none of the shoot's.
    """
    while True:
        asked = _ask(session, kind, target, shoot_id, args, who, first)
        if asked:
            _wake_later(session, QUEUE_OF[kind])
            return asked
        there = session.scalar(select(Job.id).where(Job.ticket == f"{kind}:{target}"))
        if there:  # else it ended between the two looks
            return there


def _ask(
    session: Session,
    kind: str,
    target: UUID | None,
    shoot_id: UUID | None,
    args: dict[str, Any] | None,
    who: str,
    first: bool,
) -> UUID | None:
    """The id of a new job; None where its ticket is taken."""
    job_id = new_id()
    row = {
        "id": job_id,
        "kind": kind,
        "queue": QUEUE_OF[kind],
        "target": target,
        "shoot_id": None if QUEUE_OF[kind] in BEHIND else shoot_id,
        "args": args or {},
        "ticket": f"{kind}:{target or job_id}",
        "asked_by": who,
        **({"run_after": LONG_AGO} if first else {}),
    }
    insert = insert_postgresql if session.get_bind().dialect.name == "postgresql" else insert_sqlite
    asked = insert(Job).values(row).on_conflict_do_nothing().returning(Job.id)
    return session.execute(asked).scalar_one_or_none()


def _wake_later(session: Session, queue: str) -> None:
    outlet: Outlet | None = session.info.get(OUTLET)
    if outlet is None:
        return  # the sweep will wake them
    waiting: set[str] = session.info.setdefault("jobs.waiting", set())

    def wake() -> None:
        for name in sorted(waiting):
            outlet.wake(name)

    if not waiting:
        after_commit(session, wake)
    waiting.add(queue)


def claim(session: Session, queue: str, shoot_id: UUID | None = None) -> list[Job]:
    """Takes the next wanted jobs of `queue` for this process, for the length of a lease; none if there are none.

    Fresh jobs are taken by the batch, one that failed before alone: if it takes the worker down with it, nothing
    else is lost.
    """
    moment = now()
    wanted = select(Job).where(Job.queue == queue, Job.state == State.WANTED, Job.run_after <= moment)
    if shoot_id:
        wanted = wanted.where(Job.shoot_id == shoot_id)
    next_ones = wanted.order_by(Job.run_after, Job.id).with_for_update(skip_locked=True)
    jobs = list(session.scalars(next_ones.limit(BATCH[queue])))
    fresh = list(takewhile(lambda job: job.attempts == 0, jobs))
    taken = fresh or jobs[:1]
    for job in taken:
        job.state, job.attempts = State.RUNNING, job.attempts + 1
        job.held_by, job.held_until = holder.me(), moment + LEASE
    return taken


def keep(session: Session, ids: Sequence[UUID], progress: float | None = None) -> None:
    """Prolongs the leases that this process holds on `ids`."""
    held = update(Job).where(Job.id.in_(ids), Job.held_by == holder.me(), Job.state == State.RUNNING)
    values: dict[str, Any] = {"held_until": now() + LEASE}
    if progress is not None:
        values["progress"] = progress
    session.execute(held.values(values))


def holds(session: Session, job_id: UUID) -> Job | None:
    """The job if this process still holds it, locked until the transaction ends."""
    mine = select(Job).where(Job.id == job_id, Job.state == State.RUNNING, Job.held_by == holder.me())
    return session.scalars(mine.with_for_update()).one_or_none()


def is_mine(session: Session, job_id: UUID) -> bool:
    """Whether this process still holds the job, without locking it."""
    mine = select(Job.id).where(Job.id == job_id, Job.state == State.RUNNING, Job.held_by == holder.me())
    return session.scalar(mine) is not None


def finish(job: Job) -> None:
    """The work is done."""
    job.state, job.ended_at, job.progress = State.DONE, now(), 1.0
    job.ticket = job.held_by = job.held_until = job.problem = None


def fail(job: Job, problem: Message, most_attempts: int) -> bool:
    """The attempt failed: wanted again after a pause, or dead after `most_attempts`. Returns whether it is dead."""
    job.problem = problem.to_json()
    job.held_by = job.held_until = None
    if job.attempts >= most_attempts:
        job.state, job.ended_at, job.ticket = State.DEAD, now(), None
        return True
    job.state = State.WANTED
    job.run_after = now() + pause(job.attempts)
    return False


def pause(attempts: int) -> timedelta:
    """How long to wait after the n-th failure: doubling, bounded, with up to half of it at random."""
    longest: timedelta = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, hides nothing


def hand_back(job: Job) -> None:
    """The worker was told to stop before it began: as if the job had never been claimed."""
    job.state, job.attempts = State.WANTED, job.attempts - 1
    job.held_by = job.held_until = None


def retry(session: Session, ids: Sequence[UUID] | None = None) -> int:
    """Wants dead jobs again: those of `ids`, or all; returns how many."""
    dead = select(Job).where(Job.state == State.DEAD)
    if ids is not None:
        dead = dead.where(Job.id.in_(ids))
    jobs = session.scalars(dead).all()
    if ids and not jobs:
        raise NotFound("There is no dead job {id}. `media-archive jobs --state dead` lists them.", id=str(ids[0]))
    count = 0
    for job in jobs:
        ticket = f"{job.kind}:{job.target or job.id}"
        if session.scalar(select(func.count()).select_from(Job).where(Job.ticket == ticket)):
            continue  # the same work was asked for again since
        job.state, job.ticket, job.attempts = State.WANTED, ticket, 0
        job.ended_at = None
        job.run_after = now()
        _wake_later(session, job.queue)
        session.flush()
        count += 1
    return count


def sweep(session: Session, most_attempts: int) -> list[Job]:
    """Frees jobs whose holder is gone and wakes the queues that have work due; returns the jobs that died of it."""
    dead = [job for job in _abandoned(session) if fail(job, _DIED, most_attempts)]
    # a pause that is longer than any: the clock was put back since
    late = update(Job).where(Job.state == State.WANTED, Job.run_after > now() + LONGEST_PAUSE)
    session.execute(late.values(run_after=now()))
    due = select(Job.queue).where(Job.state == State.WANTED, Job.run_after <= now()).distinct()
    for queue in session.scalars(due):
        _wake_later(session, queue)
    return dead


_DIED = Message("The worker died while doing it. If that happens again, the file is at fault: see its page.")


def _abandoned(session: Session) -> list[Job]:
    running = session.scalars(select(Job).where(Job.state == State.RUNNING)).all()
    moment = now()
    return [job for job in running if _is_over(job, moment) or holder.is_gone(job.held_by or "")]


def _is_over(job: Job, moment: datetime) -> bool:
    if job.held_until is None or job.held_until < moment:
        return True
    return is_beyond(job.held_until) and not holder.is_here(job.held_by or "")


def is_beyond(held_until: datetime) -> bool:
    """Whether a lease is longer than any: written by a clock that was wrong, it tells nothing of another machine."""
    return held_until > now() + WRONG


def counts(session: Session, shoot_id: UUID | None = None) -> dict[str, int]:
    """How many jobs stand in each state."""
    query = select(Job.state, func.count()).group_by(Job.state)
    if shoot_id:
        query = query.where(Job.shoot_id == shoot_id)
    return {state.value: 0 for state in State} | {str(state): count for state, count in session.execute(query)}


def somebody_works(session: Session) -> bool:
    """Whether a living worker holds a job, of whatever shoot."""
    held = select(Job.id).where(Job.state == State.RUNNING, Job.held_until > now())
    return session.scalars(held.limit(1)).first() is not None
