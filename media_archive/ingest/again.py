"""Probing the catalogue again when readers or rules have come to find more: in the background, a batch after the other.

Each batch is one job that asks for the next, so that a stop costs no more than a batch; it runs among the upkeep, and
never holds up the probes of what just came in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.context import Context
from media_archive.errors import ArchiveError
from media_archive.events import service as events
from media_archive.ingest.probing import OneFile, Prober
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job, State
from media_archive.jobs.runner import Conclusion
from media_archive.logs import Log
from media_archive.metadata.service import VERSION
from media_archive.words import Message

log = Log()

KIND = "probe-again"
#: assets of one job, and seconds after which it leaves the rest to the next
BATCH = 32
SECONDS = 30.0


@dataclass(frozen=True)
class Asked:
    """What is to be probed again; `under_way` if that had been asked for before and is not finished."""

    assets: int
    version: int
    job: UUID | None
    under_way: bool = False

    def to_json(self) -> dict[str, Any]:
        """For `probe --again --json`."""
        return {
            "assets": self.assets,
            "version": self.version,
            "job": str(self.job) if self.job else None,
            "under_way": self.under_way,
        }


def ask(session: Session, *, shoot_id: UUID | None = None, everything: bool = False, who: str = "system") -> Asked:
    """Asks for a probe of what an older version read, or of `everything`; of one shoot where that is given."""
    count = session.scalar(select(func.count()).select_from(Asset).where(*_wanted(shoot_id, everything))) or 0
    running = session.scalars(
        select(Job).where(Job.kind == KIND, Job.shoot_id == shoot_id, Job.state.in_((State.WANTED, State.RUNNING)))
    ).first()
    if running is not None:
        return Asked(count, VERSION, running.id, under_way=True)
    if not count:
        return Asked(0, VERSION, None)
    args = {"everything": everything, "after": None, "done": 0, "left": 0, "total": count}
    return Asked(count, VERSION, jobs.request(session, KIND, shoot_id=shoot_id, args=args, who=who))


def _wanted(shoot_id: UUID | None, everything: bool) -> list[ColumnElement[bool]]:
    older = true() if everything else or_(Asset.probed_version.is_(None), Asset.probed_version < VERSION)
    return [older, *([Asset.shoot_id == shoot_id] if shoot_id else [])]


@dataclass(frozen=True)
class _Read:
    """One asset; `files` is None where they could not be reached."""

    asset_id: UUID
    files: Sequence[OneFile] | None


class AgainWork:
    """Probes a batch of assets, and asks for the next."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._prober = Prober(context)

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        ids = self._next(job)
        until, read = monotonic() + SECONDS, []
        for asset_id in ids:
            read.append(_Read(asset_id, self._files(asset_id)))
            if monotonic() > until:
                break

        def conclude(session: Session) -> None:
            for one in read:
                if one.files is not None:
                    self._prober.refresh(session, one.asset_id, one.files)
            _go_on(session, job, read)

        return conclude

    def _next(self, job: Job) -> Sequence[UUID]:
        query = select(Asset.id).where(*_wanted(job.shoot_id, job.args["everything"]))
        if job.args["after"]:
            query = query.where(Asset.id > UUID(job.args["after"]))
        with self._context.reading() as session:
            return session.scalars(query.order_by(Asset.id).limit(BATCH)).all()

    def _files(self, asset_id: UUID) -> Sequence[OneFile] | None:
        try:
            return self._prober.read(asset_id)
        except ArchiveError as exc:
            log.warning("probe.again", asset=str(asset_id), problem=str(exc))
            return None

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """What is left keeps its older record; asking again goes on with it."""
        events.record(
            session,
            job.asked_by,
            "metadata extraction",
            "catalogue",
            None,
            outcome="failure",
            reason=problem.to_json(),
            done=job.args["done"],
            total=job.args["total"],
        )


def _go_on(session: Session, job: Job, read: Sequence[_Read]) -> None:
    """The next batch; where there is nothing more, what became of all."""
    args = dict(job.args)
    args["done"] += sum(one.files is not None for one in read)
    args["left"] += sum(one.files is None for one in read)
    if not read:
        told = {name: args[name] for name in ("done", "left", "everything")}
        outcome = "warning" if args["left"] else "success"
        events.record(
            session, job.asked_by, "metadata extraction", "catalogue", None, outcome=outcome, version=VERSION, **told
        )
        return
    args["after"] = str(read[-1].asset_id)
    following = jobs.request(session, KIND, shoot_id=job.shoot_id, args=args, who=job.asked_by)
    session.get_one(Job, following).progress = min((args["done"] + args["left"]) / args["total"], 1.0)
