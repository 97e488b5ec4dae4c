"""Deleting for good, when the grace has ended: everything is looked at again, then bytes go, then rows.

Killed anywhere, it goes on where it was: while a copy is left the rows stay, and the state `purging` says that there
is no way back. Objects are removed by one function of the whole program, which is given here.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset, Shoot
from media_archive.context import Context
from media_archive.db import now
from media_archive.disposal import holds, service
from media_archive.disposal.forgetting import forget
from media_archive.disposal.models import Disposal, DisposalState
from media_archive.errors import ArchiveError, Conflict
from media_archive.events import service as events
from media_archive.jobs.models import Job, State
from media_archive.logs import Log
from media_archive.storage.models import Copy, DeletedFile, File, Role
from media_archive.words import Message

WHO = "system"
#: rounds of removing copies: a job may have made another one meanwhile
MOST_ROUNDS = 5
log = Log()


#: why an asset must stay, or None; asked in the transaction that decides about one of its copies
Allowed = Callable[[Session, Asset], Message | None]


class Released(Protocol):
    """What became of a copy."""

    @property
    def gone(self) -> bool:
        """Whether its row is gone, and its object where nothing else rests on it."""

    @property
    def reason(self) -> Message | None:
        """Why it stays."""


class Release(Protocol):
    """What removes a copy (see `placement.releasing`): the one place where objects of files are deleted."""

    def __call__(self, context: Context, copy_id: UUID, who: str, allowed: Allowed | None = None) -> Released:
        """Removes the object, unless other rows rest on it, and then the row, if `allowed` finds nothing against it.

        Safe to repeat. Raises Unavailable if the store does not answer.
        """


def due(session: Session, moment: datetime) -> list[UUID]:
    """Deletions whose grace has ended, and those that were begun, the oldest first."""
    over = (Disposal.state == DisposalState.TRASHED) & (Disposal.due_at <= moment)
    wanted = select(Disposal.id).where(or_(over, Disposal.state == DisposalState.PURGING))
    return list(session.scalars(wanted.order_by(Disposal.due_at, Disposal.id)))


def purge_due(context: Context, release: Release, who: str = WHO) -> tuple[int, int]:
    """Deletes what is due; returns how many were deleted, and how many could not be: each says why."""
    with context.reading() as session:
        waiting = due(session, now())
    done = [purge(context, one, release, who) for one in waiting]
    return done.count(True), done.count(False)


def purge(context: Context, disposal_id: UUID, release: Release, who: str = WHO) -> bool:
    """Deletes one asset for good; False where something forbids it now, or a store does not let go, with the reason."""
    if not _begin(context, disposal_id, who):
        return False
    try:
        for _ in range(MOST_ROUNDS):
            left = _copies(context, disposal_id)
            for copy_id in left:
                _let_go(release(context, copy_id, who, _still))
            if not left:
                break
        with context.transaction() as session:
            _finish(session, disposal_id, who)
    except ArchiveError as exc:
        log.warning("disposal.waits", disposal=str(disposal_id), reason=str(exc))
        with context.transaction() as session:
            session.get_one(Disposal, disposal_id).problem = exc.message.to_json()
        return False
    return True


def _still(session: Session, asset: Asset) -> Message | None:
    """Why the copies of an asset must stay at this moment; None while it is being deleted."""
    wish = service.open_wish(session, asset.id)
    if wish is None or wish.state != DisposalState.PURGING:
        return Message("It is not being deleted.")
    return holds.obstacle(asset)


def _let_go(released: Released) -> None:
    if not released.gone:
        reason = released.reason or Message("A copy of it could not be removed.")
        raise Conflict(reason.template, **reason.facts)


def _begin(context: Context, disposal_id: UUID, who: str) -> bool:
    """Looks at everything again, and marks that there is no way back; False where something forbids it."""
    with context.transaction() as session:
        wish = session.get(Disposal, disposal_id, with_for_update=True)
        if wish is None or wish.state not in (DisposalState.TRASHED, DisposalState.PURGING):
            return False
        if wish.state == DisposalState.PURGING:
            return True
        asset = session.get(Asset, wish.asset_id)
        if problem := _obstacle(session, wish, asset):
            _wait(session, wish, problem, who)
            return False
        wish.state, wish.problem = DisposalState.PURGING, None
        return True


def _obstacle(session: Session, wish: Disposal, asset: Asset | None) -> Message | None:
    """Why it may not be deleted now; None where nothing forbids it."""
    if asset is None:
        return Message("The asset is not in the catalogue any more.")
    holds.locked(session, asset)
    if asset.trashed_at is None or wish.due_at is None or wish.due_at > now():
        return Message("Its time in the trash is not over.")
    if problem := service.obstacle(asset):
        return problem
    if asset.accession_code and not _by_two(wish):
        return Message("It is accessioned now, and no second person has agreed. Bring it back and ask again.")
    if new := sorted(set(service.in_collections(session, asset.id)) - set(wish.told.get("collections", ()))):
        return Message("It came into collections since ({names}). Take it out of them.", {"names": ", ".join(new)})
    return _under_way(session, asset)


def _under_way(session: Session, asset: Asset) -> Message | None:
    running = select(Job.id).where(Job.target == asset.id, Job.state == State.RUNNING)
    if session.scalar(running.limit(1)):
        return Message("Work on it is under way. It is tried again.")
    return None


def _by_two(wish: Disposal) -> bool:
    return bool(wish.approved_by and wish.approved_by != wish.asked_by)


def _wait(session: Session, wish: Disposal, problem: Message, who: str) -> None:
    """Says once why it waits."""
    if wish.problem != problem.to_json():
        wish.problem = problem.to_json()
        told: dict[str, Any] = {"disposal": str(wish.id), "reason": problem.to_json()}
        events.record(session, who, "deletion", "asset", wish.asset_id, outcome="failure", **told)


def _copies(context: Context, disposal_id: UUID) -> list[UUID]:
    """Renditions first, originals last."""
    with context.reading() as session:
        asset_id = session.get_one(Disposal, disposal_id).asset_id
        wanted = select(Copy.id, File.role).join(File, File.id == Copy.file_id).where(File.asset_id == asset_id)
        rows = session.execute(wanted.order_by(Copy.id)).all()
    return [row.id for row in sorted(rows, key=lambda row: row.role == Role.ORIGINAL)]


def _finish(session: Session, disposal_id: UUID, who: str) -> None:
    """The tombstone, which stays for ever, and then the rows."""
    wish = session.get_one(Disposal, disposal_id, with_for_update=True)
    if wish.state != DisposalState.PURGING:
        return  # somebody else was faster
    asset = session.get(Asset, wish.asset_id)
    if asset is not None:
        events.record(session, who, "deletion", "asset", asset.id, **_tombstone(session, wish, asset))
        forget(session, asset.id)
    wish.state, wish.ended_by, wish.ended_at, wish.problem = DisposalState.DELETED, who, now(), None


def _tombstone(session: Session, wish: Disposal, asset: Asset) -> dict[str, Any]:
    """What it was, who wanted it gone and who agreed, and why; its digests are remembered for those who bring it again."""
    files = session.scalars(
        select(File).where(File.asset_id == asset.id, File.role != Role.RENDITION).order_by(File.created_at, File.id)
    ).all()
    moment = now()
    for file in files:
        session.add(
            DeletedFile(
                archive_id=file.archive_id,
                sha256=file.sha256,
                asset_id=asset.id,
                disposal_id=wish.id,
                role=file.role,
                name=file.name,
                size=file.size,
                deleted_at=moment,
            )
        )
    return {
        "tombstone": True,
        "disposal": str(wish.id),
        "title": wish.title,
        "kind": str(asset.kind),
        "accession_code": asset.accession_code,
        "retention": asset.retention,
        "taken": asset.taken_text,
        "shoot": session.get_one(Shoot, asset.shoot_id).name,
        "collections": service.in_collections(session, asset.id),
        "files": [{"name": one.name, "role": str(one.role), "size": one.size, "sha256": one.sha256} for one in files],
        "asked_by": wish.asked_by,
        "asked_at": wish.asked_at.isoformat(),
        "approved_by": wish.approved_by,
        "reason": wish.reason,
    }
