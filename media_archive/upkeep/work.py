"""The jobs that make further copies and read copies back."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from media_archive.catalogue.models import Asset
from media_archive.context import Context
from media_archive.db import now
from media_archive.events import service as events
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.placement.conditions import rule_of
from media_archive.storage.fixity import verify
from media_archive.storage.models import Copy, File
from media_archive.storage.service import Deposited
from media_archive.upkeep import mending
from media_archive.words import Message


@dataclass(frozen=True)
class _Placed:
    file_id: UUID
    at: Deposited


class PlaceWork:
    """Copies the files of an asset to every store where the profile wants them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        with self._context.reading() as session:
            rule = rule_of(self._context.stores.profile, now())
            found = select(File, rule).join(Asset, Asset.id == File.asset_id).where(File.asset_id == job.target)
            files = session.execute(found.options(selectinload(File.copies))).all()
        placed = [
            _Placed(file.id, self._context.stores.replicate(file, store))
            for file, place in files
            for store in self._wanted(file, place)
        ]

        def conclude(session: Session) -> None:
            for one in placed:
                _add_copy(session, one)
            if placed:
                stores = sorted({one.at.store for one in placed})
                events.record(session, "system", "replication", "asset", job.target, stores=stores, files=len(placed))

        return conclude

    def _wanted(self, file: File, place: int) -> list[str]:
        profile = self._context.stores.profile
        there = {copy.store for copy in file.copies if copy.verified_at}
        return [tier.store for tier in profile.tiers_of(profile.rules[place]) if tier.store not in there]

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """The asset has fewer copies than wanted; its history says so."""
        events.record(
            session, "system", "replication", "asset", job.target, outcome="failure", reason=problem.to_json()
        )


def _add_copy(session: Session, one: _Placed) -> None:
    same = select(Copy).where(Copy.file_id == one.file_id, Copy.store == one.at.store, Copy.key == one.at.key)
    copy = session.scalars(same).one_or_none()
    if copy is None:
        copy = Copy(file_id=one.file_id, store=one.at.store, key=one.at.key)
        session.add(copy)
    copy.storage_class, copy.key_id = one.at.storage_class, one.at.key_id
    copy.verified_at, copy.problem = one.at.verified_at, None


class VerifyWork:
    """Reads back every copy."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        report = verify(self._context.engine, self._context.stores, who=job.asked_by)

        def conclude(session: Session) -> None:
            mending.ask(session, report.bad, job.asked_by)

        return conclude

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """Copies that were not reached keep their last state."""
        events.record(session, job.asked_by, "fixity check", "store", None, outcome="failure", reason=problem.to_json())
