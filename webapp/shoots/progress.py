"""How far a shoot is: what was found, what became of it, what is still being made."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import ArchiveError
from media_archive.ingest.models import Intake, Outcome, Receipt
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job, State

#: an open stream occupies a thread of the server, so there are few; who gets none asks again
STREAMS = BoundedSemaphore(4)
EVERY_SECONDS = 1.0
STREAM_SECONDS = 55.0
RETRY_MS = 3000
#: the rate is that of the last minute
WINDOW = timedelta(minutes=1)


def of(session: Session, shoot_id: UUID) -> dict[str, Any]:
    """The numbers of a shoot's runs together. `total`, `total_bytes`, `rate`, `left` are what the page's bar reads."""
    runs = session.scalars(select(Intake).where(Intake.shoot_id == shoot_id)).all()
    ids = [run.id for run in runs]
    told = _outcomes(session, ids)
    work = jobs.counts(session, shoot_id)
    found, found_bytes = sum(run.found for run in runs), sum(run.found_bytes for run in runs)
    settled = sum(count for outcome, (count, _) in told.items() if outcome != Outcome.SKIPPED)
    settled_bytes = sum(size for _, size in told.values())
    rate = _rate(session, ids)
    waiting = _is_waiting(session, shoot_id)
    ended = not waiting and all(run.ended_at for run in runs) and not (work["wanted"] or work["running"])
    left = (found_bytes - settled_bytes) / rate if rate and found_bytes > settled_bytes else None
    return {
        "found": found,
        "done": settled,
        "added": told.get(Outcome.ADDED, (0, 0))[0],
        "duplicates": told.get(Outcome.DUPLICATE, (0, 0))[0],
        "refused": told.get(Outcome.REFUSED, (0, 0))[0],
        "skipped": told.get(Outcome.SKIPPED, (0, 0))[0],
        "bytes": settled_bytes,
        "found_bytes": found_bytes,
        "jobs": work,
        "jobs_left": work["wanted"] + work["running"],
        "jobs_done": work["done"],
        "jobs_dead": work["dead"],
        "ended": ended,
        "rate_bytes": rate,
        "seconds_left": left,
        "total": found,
        "total_bytes": found_bytes,
        "rate": rate,
        "left": left,
    }


def _outcomes(session: Session, runs: list[UUID]) -> dict[str, tuple[int, int]]:
    counted = select(Receipt.outcome, func.count(), func.sum(Receipt.size)).where(Receipt.intake_id.in_(runs))
    return {
        str(outcome): (count, int(size or 0))
        for outcome, count, size in session.execute(counted.group_by(Receipt.outcome))
    }


def _rate(session: Session, runs: list[UUID]) -> float | None:
    """Bytes a second over the last minute; None where nothing came in."""
    since = now() - WINDOW
    recent = select(func.sum(Receipt.size), func.min(Receipt.at)).where(Receipt.intake_id.in_(runs), Receipt.at > since)
    size, first = session.execute(recent).one()
    if not size or first is None:
        return None
    seconds = max(1.0, (now() - first).total_seconds())
    return float(size) / seconds


def _is_waiting(session: Session, shoot_id: UUID) -> bool:
    """Whether a run was asked for that has not begun."""
    waiting = (
        select(func.count())
        .select_from(Job)
        .where(Job.shoot_id == shoot_id, Job.kind == "ingest", Job.state.in_((State.WANTED, State.RUNNING)))
    )
    return bool(session.scalar(waiting))


def stream(archive: Context, shoot_id: UUID) -> Iterator[str]:
    """Events for a browser until the work has ended or a minute is over; the browser then asks again by itself."""
    yield f"retry: {RETRY_MS}\n\n"
    has_place = STREAMS.acquire(blocking=False)
    try:
        until = time.monotonic() + (STREAM_SECONDS if has_place else 0)
        while True:
            facts = _facts(archive, shoot_id)
            if facts is None:
                return
            yield f"data: {json.dumps(facts)}\n\n"
            if facts["ended"] or time.monotonic() >= until:
                return
            time.sleep(EVERY_SECONDS)
    finally:
        if has_place:
            STREAMS.release()


def _facts(archive: Context, shoot_id: UUID) -> dict[str, Any] | None:
    try:
        with archive.reading() as session:
            return of(session, shoot_id)
    except ArchiveError:
        return None  # the browser asks again
