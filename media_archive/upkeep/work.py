"""The jobs that make further copies and read copies back."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from media_archive.catalogue.models import Asset
from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import ArchiveError, NotFound, Unavailable
from media_archive.events import service as events
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.placement import moves
from media_archive.placement.conditions import rule_of
from media_archive.storage.fixity import verify
from media_archive.storage.models import Copy, File, Phase
from media_archive.upkeep import mending
from media_archive.words import Message


class PlaceWork:
    """Copies the files of an asset to every tier where the profile wants them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`. A tier that makes trouble holds up no other."""
        trouble: ArchiveError | None = None
        for file_id, tier in self._wanted(job.target):
            try:
                moves.copy_to(self._context, file_id, tier, job.asked_by)
            except ArchiveError as exc:
                trouble = trouble if isinstance(trouble, Unavailable) else exc
        if trouble:
            raise trouble
        return _nothing

    def _wanted(self, asset_id: UUID | None) -> list[tuple[UUID, str]]:
        """Files, and the tiers that want a copy of them that is not there, or not known to be good."""
        profile = self._context.stores.profile
        rule = rule_of(profile, now())
        with self._context.reading() as session:
            found = select(File, rule).join(Asset, Asset.id == File.asset_id).where(File.asset_id == asset_id)
            files = session.execute(found.options(selectinload(File.copies))).all()
        return [
            (file.id, tier)
            for file, place in files
            for tier in profile.rules[place].copies
            if not any(self._serves(copy, tier) for copy in file.copies)
        ]

    def _serves(self, copy: Copy, tier: str) -> bool:
        """Whether the copy is a verified one of that tier, its object where it should be: others may have removed it."""
        profile = self._context.stores.profile
        if profile.tier_at(copy.store, copy.storage_class) != tier or copy.condemned_at is not None:
            return False
        return copy.phase == Phase.HERE and copy.verified_at is not None and self._is_there(copy)

    def _is_there(self, copy: Copy) -> bool:
        try:
            self._context.stores.store(copy.store).stat(copy.key)
        except NotFound:
            with self._context.transaction() as session:
                session.execute(update(Copy).where(Copy.id == copy.id).values(verified_at=None))
            return False
        except Unavailable:
            return True  # what cannot be looked at is believed
        return True

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """The asset has fewer copies than wanted; its history says so."""
        events.record(
            session, "system", "replication", "asset", job.target, outcome="failure", reason=problem.to_json()
        )


def _nothing(session: Session) -> None:
    """All was written on the way."""


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
