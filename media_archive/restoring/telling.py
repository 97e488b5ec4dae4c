"""What follows when originals are readable, or no longer: requesters are told, work that waited goes on, time runs out."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, cast, exists, select, update
from sqlalchemy.orm import Session

from media_archive.events import service as events
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job, State
from media_archive.restoring.models import RestoreItem, RestoreRequest, RestoreState
from media_archive.restoring.standings import LIVE
from media_archive.storage.models import Copy, Parcel
from media_archive.storage.standing import waits_for
from media_archive.words import Message

OVER = (RestoreState.ENDED, RestoreState.FAILED)


def ready(session: Session, requests: Collection[UUID], moment: datetime) -> None:
    """Those of `requests` of which nothing is awaited any more are to be told of; those of which nothing came are over."""
    waits = exists().where(RestoreItem.request_id == RestoreRequest.id, RestoreItem.state.in_(LIVE))
    whole = select(RestoreRequest).where(RestoreRequest.id.in_(requests), RestoreRequest.told_at.is_(None), ~waits)
    for request in session.scalars(whole):
        request.told_at = moment
    session.flush()
    _close(session, requests, moment)


def wake(session: Session, files: Sequence[UUID]) -> None:
    """Work that ended because one of `files` was offline is wanted again."""
    wanted = {str(file_id) for file_id in files}
    if not wanted:
        return
    dead = select(Job).where(Job.state == State.DEAD, cast(Job.problem, Text).contains("lies offline"))
    waited = [job for job in session.scalars(dead) if _waited(job, wanted)]
    if waited:
        jobs.retry(session, [job.id for job in waited])
        targets = [job.target for job in waited if job.target]
        session.execute(update(Parcel).where(Parcel.id.in_(targets), Parcel.made_at.is_(None)).values(problem=None))


def _waited(job: Job, files: Collection[str]) -> bool:
    problem = Message.from_json(job.problem or {"template": ""})
    return any(waits_for(problem, file_id) for file_id in files)


def end(session: Session, moment: datetime) -> None:
    """Ends what ran out at `moment`: the stores take back their temporary copies by themselves."""
    over = select(RestoreItem).where(RestoreItem.state == RestoreState.READY, RestoreItem.ends_at <= moment)
    requests = set()
    for item in session.scalars(over):
        item.state = RestoreState.ENDED
        requests.add(item.request_id)
    session.execute(update(Copy).where(Copy.readable_until <= moment).values(readable_until=None))
    session.flush()
    _close(session, requests, moment)


def give_back(session: Session, request: RestoreRequest, who: str, moment: datetime) -> None:
    """Ends a request before its time: what was not asked for yet is not, and nothing keeps the rest readable longer."""
    mine = update(RestoreItem).where(RestoreItem.request_id == request.id, RestoreItem.state.not_in(OVER))
    session.execute(mine.values(state=RestoreState.ENDED, ends_at=moment))
    request.ended_at, request.told_at = moment, request.told_at or moment
    request.seen_at = request.seen_at or moment
    events.record(session, who, "restore end", "restore", request.id, title=request.title)


def _close(session: Session, requests: Collection[UUID], moment: datetime) -> None:
    """Closes those of `requests` of which every file is over."""
    left = exists().where(RestoreItem.request_id == RestoreRequest.id, RestoreItem.state.not_in(OVER))
    over = update(RestoreRequest).where(RestoreRequest.id.in_(requests), RestoreRequest.ended_at.is_(None), ~left)
    session.execute(over.values(ended_at=moment))
