"""Making anew what changed recipes left outdated: in the background, a batch after the other, behind what just came in."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset, Watermark
from media_archive.config import Settings
from media_archive.context import Context
from media_archive.db import now
from media_archive.events import service as events
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job, State
from media_archive.jobs.runner import Conclusion
from media_archive.renditions import asking
from media_archive.renditions.planning import hold_all
from media_archive.renditions.recipes import books
from media_archive.words import Message

KIND = "remake"
#: assets that one job looks through, and jobs that may wait for a worker before it asks for more
BATCH, WAITING = 200, 32
PAUSE = timedelta(seconds=5)


@dataclass(frozen=True)
class Asked:
    """The job that looks through the catalogue; `under_way` if it had been asked for before."""

    job: UUID
    under_way: bool


def edition(session: Session, settings: Settings) -> str:
    """A mark of the recipes as they are: it differs when a version or a watermark does, or when one is chosen."""
    versions = {one.kind: {recipe.name: recipe.version for recipe in one.recipe} for one in books()}
    marks = session.execute(select(Watermark.archive_id, Watermark.changed_at).order_by(Watermark.archive_id))
    marked = [[str(archive), changed.isoformat()] for archive, changed in marks]
    told = json.dumps([versions, sorted(settings.chosen_recipes), *([marked] if marked else [])], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def notice(session: Session, settings: Settings) -> Asked | None:
    """Asks for a look through the catalogue unless these recipes have been noticed; None if they have."""
    mark = edition(session, settings)
    latest = session.scalars(select(Job).where(Job.kind == KIND).order_by(Job.created_at.desc()).limit(1)).first()
    if latest is not None and latest.args.get("edition") == mark:
        return None
    return look_through(session, settings)


def look_through(session: Session, settings: Settings, who: str = "system") -> Asked:
    """Asks for everything that is missing or outdated in the whole catalogue."""
    open_ones = (State.WANTED, State.RUNNING)
    running = session.scalars(select(Job).where(Job.kind == KIND, Job.state.in_(open_ones))).first()
    if running is not None and running.args.get("edition") == edition(session, settings):
        return Asked(running.id, under_way=True)
    args = {"edition": edition(session, settings), "after": None, "seen": 0, "asked": 0}
    return Asked(jobs.request(session, KIND, args=args, who=who), under_way=False)


class RemakeWork:
    """Looks through a batch of assets, asks for what is open of them, and for the next batch."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        settings = self._context.settings

        def conclude(session: Session) -> None:
            if job.args["edition"] != edition(session, settings):
                _anew(session, settings)
                return
            if _waiting(session) >= WAITING:
                _again(session, job, job.args, pause=PAUSE)
                return
            _look(session, job, settings.chosen_recipes)

        return conclude

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """What is left stays as it was; `media-archive renditions make` goes on with it."""
        events.record(
            session,
            job.asked_by,
            "creation",
            "catalogue",
            None,
            outcome="failure",
            reason=problem.to_json(),
            **job.args,
        )


def _anew(session: Session, settings: Settings) -> None:
    """The recipes changed again: from the beginning, but not at once, for two programs may disagree on them for a while."""
    asked = notice(session, settings)
    if asked is not None and not asked.under_way:
        session.get_one(Job, asked.job).run_after = now() + PAUSE


def _waiting(session: Session) -> int:
    """Renderings that nobody has begun."""
    query = select(func.count()).select_from(Job).where(Job.state == State.WANTED, Job.kind.like("render-%"))
    return session.scalar(query) or 0


def _look(session: Session, job: Job, chosen: Sequence[str]) -> None:
    # what was never rendered waits for its own job
    query = select(Asset.id).where(Asset.rendered_at.is_not(None)).order_by(Asset.id).limit(BATCH)
    if job.args["after"]:
        query = query.where(Asset.id > UUID(job.args["after"]))
    args: dict[str, Any] = dict(job.args)
    for holding in hold_all(session, session.scalars(query).all()):
        args["asked"] += bool(asking.follow(session, holding, chosen))
        args["seen"], args["after"] = args["seen"] + 1, str(holding.asset.id)
        if args["asked"] - job.args["asked"] >= WAITING:
            break
    if args["after"] == job.args["after"]:
        told = {name: args[name] for name in ("edition", "seen", "asked")}
        events.record(session, job.asked_by, "creation", "catalogue", None, **told)
        return
    _again(session, job, args)


def _again(session: Session, job: Job, args: dict[str, Any], pause: timedelta | None = None) -> None:
    following = session.get_one(Job, jobs.request(session, KIND, args=args, who=job.asked_by))
    if pause:
        following.run_after = now() + pause
