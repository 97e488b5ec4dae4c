"""What happens by itself: the night's plan, copies whose grace is over, plans that rested long enough."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from media_archive.context import Context
from media_archive.db import alone, now
from media_archive.errors import ArchiveError, Unavailable
from media_archive.events import service as events
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job
from media_archive.logs import Log
from media_archive.placement import applying
from media_archive.placement.models import Plan, PlanState, Step, StepState
from media_archive.placement.moving import days
from media_archive.placement.moving.standing import due
from media_archive.placement.releasing import release
from media_archive.storage.models import Copy
from media_archive.words import Message

log = Log()

#: who makes and applies the night's plan
NIGHT = "nightly"
NIGHT_KIND, RELEASE_KIND = "place-nightly", "release-due"
#: there is one of each at a time: their target is the same for ever
ONLY = UUID(int=0)
NIGHT_LOCK = 0x6D61_6E69  # "mani": key of PostgreSQL's advisory lock
BETWEEN_RELEASES = timedelta(hours=1)
BATCH = 500
SUPERSEDED = Message("The next night's plan takes its place.")


def tick(context: Context) -> None:
    """Asks for what is due now; called about once a minute, by any number of schedulers."""
    with context.transaction() as session:
        alone(session, NIGHT_LOCK)
        applying.resume(session)
        nightly = context.stores.profile.nightly
        if nightly and not _asked_since(session, NIGHT_KIND, days.last(nightly.at, context.settings)):
            jobs.request(session, NIGHT_KIND, ONLY, who=NIGHT)
        if not _asked_since(session, RELEASE_KIND, now() - BETWEEN_RELEASES) and _any_due(session, context):
            jobs.request(session, RELEASE_KIND, ONLY, who="system")


def _asked_since(session: Session, kind: str, moment: datetime) -> bool:
    """Whether such work was asked for since then; what bears a date from the future was asked by a wrong clock."""
    asked = select(Job.id).where(Job.target == ONLY, Job.kind == kind)
    asked = asked.where(Job.created_at >= moment, Job.created_at <= now())
    return session.scalars(asked.limit(1)).first() is not None


def _any_due(session: Session, context: Context) -> bool:
    wanted = select(Copy.id).where(due(context.stores.profile, now())).limit(1)
    return session.scalars(wanted).first() is not None


def release_due(context: Context, who: str) -> int:
    """Releases every copy whose grace is over and which nothing keeps; returns how many are gone.

    A store that does not answer, or a copy that makes trouble, holds up no other.
    """
    gone = 0
    away: set[str] = set()
    for copy_id, store in _due(context):
        if store in away:
            continue
        try:
            gone += release(context, copy_id, who).gone
        except Unavailable as exc:
            away.add(store)
            log.warning("release.waits", store=store, reason=str(exc))
        except ArchiveError as exc:
            log.warning("release.refused", copy=str(copy_id), reason=str(exc))
    return gone


def _due(context: Context) -> Iterator[tuple[UUID, str]]:
    """In batches, in the order of ids: what stays behind is passed by."""
    after = UUID(int=0)
    while True:
        wanted = select(Copy.id, Copy.store).where(Copy.id > after, due(context.stores.profile, now()))
        with context.reading() as session:
            batch = session.execute(wanted.order_by(Copy.id).limit(BATCH)).all()
        if not batch:
            return
        yield from ((copy_id, store) for copy_id, store in batch)
        after = batch[-1][0]


def supersede(context: Context) -> bool:
    """Makes way for a new plan; False while one that a person asked for is being applied.

    What the last night's plan left undone is in the new one, if it is still right.
    """
    with context.transaction() as session:
        plan = applying.current(session)
        if plan is None:
            return True
        if plan.applied_by != NIGHT:
            log.info("night.waits", plan=str(plan.id))
            return False
        _drop_rest(session, plan)
    return True


def _drop_rest(session: Session, plan: Plan) -> None:
    """Drops what is left of a plan and ends it."""
    left = (Step.plan_id == plan.id, Step.state == StepState.PLANNED)
    values = {"state": StepState.DROPPED, "problem": SUPERSEDED.to_json(), "ended_at": now()}
    count = session.scalar(select(func.count()).where(*left))
    session.execute(update(Step).where(*left).values(values))
    applying.close(session, plan, PlanState.DONE, NIGHT)
    events.record(session, NIGHT, "placement", "plan", plan.id, outcome="warning", superseded=count)
