"""Putting assets into the trash, agreeing to it, and bringing them back.

What was never accessioned goes into the trash at once. What was accessioned stays where it is until a second person
agrees. What forbids a deletion (holds, retention) is looked at with every step, and again when the grace has ended.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from media_archive.catalogue import service as catalogue
from media_archive.catalogue.collections.models import Clip, Collection, CollectionItem, Purpose
from media_archive.catalogue.models import Asset
from media_archive.catalogue.queries import title_of
from media_archive.db import now
from media_archive.disposal import holds, retention
from media_archive.disposal.models import OPEN, Disposal, DisposalState
from media_archive.disposal.people import Person, another, identified
from media_archive.errors import Conflict, NotFound
from media_archive.events import service as events
from media_archive.words import Message


def propose(
    session: Session, asset: Asset, who: Person, reason: str, days: int, *, from_collections: bool = False
) -> Disposal:
    """Puts the asset into the trash for `days`; what is accessioned waits for a second person first.

    Conflict where a hold, its retention or a wish that is open forbids it, and where it is in collections, unless
    `from_collections` says that it is to leave them with its deletion.
    """
    reason = holds.reasoned(reason)
    holds.locked(session, asset)
    if there := open_wish(session, asset.id):
        raise Conflict("{who} has asked for its deletion already: see the trash.", who=there.asked_by)
    _refuse(obstacle(asset))
    collections = in_collections(session, asset.id)
    if collections and not from_collections:
        raise Conflict(
            "It is in collections ({names}). Take it out of them, or say that it is to leave them too.",
            names=", ".join(collections),
        )
    if asset.accession_code:
        identified(who)
    wish = Disposal(
        archive_id=asset.archive_id,
        asset_id=asset.id,
        title=title_of(asset)[:1024],
        accession_code=asset.accession_code,
        state=DisposalState.PROPOSED,
        reason=reason,
        asked_by=who.login,
        told={"collections": collections},
    )
    session.add(wish)
    session.flush()
    if asset.accession_code:
        _tell(session, wish, who, "proposed", reason=reason)
    else:
        _trash(session, asset, wish, who, days)
    return wish


def approve(session: Session, wish: Disposal, who: Person, days: int) -> None:
    """Agrees to what another person asked for: the asset goes into the trash for `days`."""
    asset = _asset(session, wish)
    _expect(wish, DisposalState.PROPOSED)
    another(who, wish.asked_by, wish.asked_at)
    _refuse(obstacle(asset))
    wish.approved_by, wish.approved_at = who.login, now()
    _trash(session, asset, wish, who, days)


def withdraw(session: Session, wish: Disposal, who: Person) -> None:
    """Refuses a deletion that waits for a second person, or takes it back."""
    _asset(session, wish)
    _expect(wish, DisposalState.PROPOSED)
    _end(session, wish, who, "refused")


def restore(session: Session, wish: Disposal, who: Person) -> None:
    """Brings an asset back from the trash, with everything that it was and everywhere it was."""
    asset = _asset(session, wish)
    _expect(wish, DisposalState.TRASHED)
    asset.trashed_at = None
    catalogue.touch(session, asset.id)
    holds.tell_anew(session, asset)
    _end(session, wish, who, "restored")


def obstacle(asset: Asset) -> Message | None:
    """Why nobody may delete it; None where nothing forbids it."""
    return holds.obstacle(asset) or retention.obstacle(asset)


def open_wish(session: Session, asset_id: UUID) -> Disposal | None:
    """The deletion of an asset that is under way; None where none is."""
    wanted = select(Disposal).where(Disposal.asset_id == asset_id, Disposal.state.in_(OPEN))
    return session.scalars(wanted.order_by(Disposal.id.desc()).limit(1)).first()


def wish_called(session: Session, called: UUID) -> Disposal:
    """The deletion with that number, or the open one of the asset with that number; NotFound where there is none."""
    wish = session.get(Disposal, called) or open_wish(session, called)
    if wish is None:
        raise NotFound("There is no such deletion. `media-archive trash list` shows them.")
    return wish


def in_collections(session: Session, asset_id: UUID) -> list[str]:
    """Names of the collections that an asset is in, and of the bins that hold parts of it; what people like counts for nothing."""
    lying = select(CollectionItem.collection_id).where(CollectionItem.asset_id == asset_id)
    cut = select(Clip.collection_id).where(Clip.asset_id == asset_id)
    wanted = select(Collection.name).where(or_(Collection.id.in_(lying), Collection.id.in_(cut)))
    return list(session.scalars(wanted.where(Collection.purpose != Purpose.FAVOURITES).order_by(Collection.name)))


def page(
    session: Session, states: Sequence[DisposalState], before: UUID | None = None, limit: int = 50
) -> tuple[list[Disposal], UUID | None]:
    """Deletions in one of `states`, the latest first, and where the next page begins."""
    wanted = select(Disposal).where(Disposal.state.in_(states)).order_by(Disposal.id.desc()).limit(limit + 1)
    found = session.scalars(wanted.where(Disposal.id < before) if before else wanted).all()
    return list(found[:limit]), found[limit - 1].id if len(found) > limit else None


def _asset(session: Session, wish: Disposal) -> Asset:
    """The asset, with the wish and the asset read anew and held until the transaction ends."""
    asset = session.get(Asset, wish.asset_id)
    if asset is None:
        raise Conflict("It is deleted already.")
    holds.locked(session, asset)
    session.refresh(wish, with_for_update=True)
    return asset


def _expect(wish: Disposal, state: DisposalState) -> None:
    if wish.state == state:
        return
    if wish.state == DisposalState.PURGING:
        raise Conflict("Its bytes are being removed already: there is no way back.")
    raise Conflict("Somebody decided about this meanwhile. Reload the list.")


def _refuse(problem: Message | None) -> None:
    if problem:
        raise Conflict(problem.template, **problem.facts)


def _trash(session: Session, asset: Asset, wish: Disposal, who: Person, days: int) -> None:
    moment = now()
    asset.trashed_at = moment
    wish.state, wish.due_at = DisposalState.TRASHED, moment + timedelta(days=days)
    catalogue.touch(session, asset.id)
    holds.tell_anew(session, asset)
    _tell(session, wish, who, "trashed", reason=wish.reason, until=wish.due_at.isoformat())


def _end(session: Session, wish: Disposal, who: Person, outcome: str) -> None:
    wish.state, wish.ended_by, wish.ended_at = DisposalState.WITHDRAWN, who.login, now()
    _tell(session, wish, who, outcome)


def _tell(session: Session, wish: Disposal, who: Person, step: str, **told: Any) -> None:
    events.record(session, who.login, "disposal", "asset", wish.asset_id, disposal=str(wish.id), step=step, **told)
