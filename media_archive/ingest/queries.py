"""Reading shoots and their runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset, Shoot
from media_archive.catalogue.shown import shown
from media_archive.db import now
from media_archive.ingest.models import Intake, Outcome, Receipt
from media_archive.jobs import holder
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job, State


@dataclass(frozen=True)
class ShootRow:
    """A shoot in a list."""

    id: UUID
    name: str
    caption: str
    photographer: str
    created_at: datetime
    assets: int
    unfinished: int
    dead: int

    def to_json(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "name": self.name,
            "caption": self.caption,
            "photographer": self.photographer,
            "created_at": self.created_at.isoformat(),
            "assets": self.assets,
            "unfinished": self.unfinished,
            "dead": self.dead,
        }


def shoots(session: Session, limit: int = 500) -> list[ShootRow]:
    """Shoots, newest first."""
    assets = _counted(select(Asset.shoot_id, func.count().label("n")).where(shown()).group_by(Asset.shoot_id))
    open_jobs = _counted(_jobs_in(State.WANTED, State.RUNNING))
    dead_jobs = _counted(_jobs_in(State.DEAD))
    numbers = [func.coalesce(one.c.n, 0) for one in (assets, open_jobs, dead_jobs)]
    query = select(Shoot, *numbers)
    for one in (assets, open_jobs, dead_jobs):
        query = query.outerjoin(one, one.c.shoot_id == Shoot.id)
    return [
        ShootRow(shoot.id, shoot.name, shoot.caption, shoot.photographer, shoot.created_at, *counts)
        for shoot, *counts in session.execute(query.order_by(Shoot.created_at.desc(), Shoot.id.desc()).limit(limit))
    ]


def _jobs_in(*states: State) -> Any:
    return select(Job.shoot_id, func.count().label("n")).where(Job.state.in_(states)).group_by(Job.shoot_id)


def _counted(query: Any) -> Any:
    return query.subquery()


@dataclass(frozen=True)
class ShootProgress:
    """How far a shoot is: files of its runs, and the work asked for. Bytes, and seconds."""

    found: int
    found_bytes: int
    done: int
    added: int
    duplicates: int
    refused: int
    skipped: int
    bytes: int
    jobs: dict[str, int]
    ended: bool
    #: of the run that is going on, since its start; None when none is
    rate_bytes: float | None
    seconds_left: float | None
    #: a run stopped before its end, and nobody carries on
    interrupted: bool

    def to_json(self) -> dict[str, Any]:
        return dict(vars(self))


def progress(session: Session, shoot_id: UUID) -> ShootProgress:
    """How far the shoot is."""
    runs = session.scalars(select(Intake).where(Intake.shoot_id == shoot_id).order_by(Intake.started_at)).all()
    counted = _outcomes(session, [run.id for run in runs])
    added, size = counted.get(Outcome.ADDED, (0, 0))
    duplicates, duplicate_size = counted.get(Outcome.DUPLICATE, (0, 0))
    refused, refused_size = counted.get(Outcome.REFUSED, (0, 0))
    found, found_bytes = sum(run.found for run in runs), sum(run.found_bytes for run in runs)
    counts = jobs.counts(session, shoot_id)
    going = [run for run in runs if run.ended_at is None and _is_held(run)]
    read = size + duplicate_size + refused_size
    rate = _rate(session, going[-1]) if going else None
    waiting = counts["wanted"] + counts["running"]
    return ShootProgress(
        found=found,
        found_bytes=found_bytes,
        done=added + duplicates + refused,
        added=added,
        duplicates=duplicates,
        refused=refused,
        skipped=counted.get(Outcome.SKIPPED, (0, 0))[0],
        bytes=size,
        jobs=counts,
        ended=not going and not waiting,
        rate_bytes=rate,
        seconds_left=max(0, found_bytes - read) / rate if rate else None,
        interrupted=any(run.ended_at is None for run in runs) and not going and not waiting,
    )


def _outcomes(session: Session, run_ids: Sequence[UUID]) -> dict[str, tuple[int, int]]:
    rows = select(Receipt.outcome, func.count(), func.sum(Receipt.size)).where(Receipt.intake_id.in_(run_ids))
    return {
        str(outcome): (count, int(size)) for outcome, count, size in session.execute(rows.group_by(Receipt.outcome))
    }


def _is_held(run: Intake) -> bool:
    return bool(run.held_by and run.held_until and run.held_until > now() and not holder.is_gone(run.held_by))


def _rate(session: Session, run: Intake) -> float | None:
    """Bytes a second that got their outcome in the last minute of the run."""
    from datetime import timedelta

    since = max(run.started_at, now() - timedelta(seconds=60))
    size = session.scalar(select(func.sum(Receipt.size)).where(Receipt.intake_id == run.id, Receipt.at >= since))
    seconds = (now() - since).total_seconds()
    return float(size) / seconds if size and seconds > 0.5 else None
