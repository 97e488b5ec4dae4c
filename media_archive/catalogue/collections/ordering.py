"""The order of a collection: an asset goes behind another, or past its neighbour."""

from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Session

from media_archive.catalogue.collections.models import Collection, CollectionItem
from media_archive.catalogue.collections.service import GAP, item_of, locked, moved, positions
from media_archive.catalogue.shown import shows
from media_archive.events import service as events


def move(
    session: Session, collection: Collection, asset_id: UUID, after: UUID | None, who: str, *, seen: int | None = None
) -> None:
    """Moves an asset behind `after`, or to the beginning: between its new neighbours, so that one row is written."""
    locked(session, collection, seen)
    if asset_id == after:
        return
    item = item_of(session, collection, asset_id)
    low = item_of(session, collection, after).position if after else 0
    high = _following(session, collection, low, asset_id)
    if high is not None and high - low < 2:
        _spread(session, collection)
        low = item_of(session, collection, after).position if after else 0
        high = _following(session, collection, low, asset_id)
    item.position = low + GAP if high is None else (low + high) // 2
    moved(collection)
    told = {"asset": str(asset_id), "after": str(after) if after else None}
    events.record(session, who, "modification", "collection", collection.id, moved=told)
    session.flush()
    session.expire(collection, ["items"])


def step(session: Session, collection: Collection, asset_id: UUID, who: str, *, up: bool) -> None:
    """Moves an asset past its neighbour before or behind it; at the end of the collection it stays."""
    locked(session, collection)
    place = item_of(session, collection, asset_id).position
    there = positions(collection, CollectionItem.asset_id).where(shows(CollectionItem.asset_id))
    if up:
        before = there.where(CollectionItem.position < place).order_by(CollectionItem.position.desc())
        two = list(session.scalars(before.limit(2)))
        if two:
            move(session, collection, asset_id, two[1] if len(two) > 1 else None, who)
        return
    next_one = session.scalar(there.where(CollectionItem.position > place).order_by(CollectionItem.position).limit(1))
    if next_one:
        move(session, collection, asset_id, next_one, who)


def last_before(session: Session, collection: Collection, position: int) -> UUID | None:
    """The asset that stands at a position, or is the last before it; None at the beginning."""
    there = positions(collection, CollectionItem.asset_id).where(CollectionItem.position <= position)
    found: UUID | None = session.scalar(there.order_by(CollectionItem.position.desc()).limit(1))
    return found


def _following(session: Session, collection: Collection, low: int, but: UUID) -> int | None:
    behind = positions(collection, func.min(CollectionItem.position))
    found: int | None = session.scalar(behind.where(CollectionItem.position > low, CollectionItem.asset_id != but))
    return found


def _spread(session: Session, collection: Collection) -> None:
    """Numbers all anew with gaps between."""
    session.flush()
    ordered = positions(collection, CollectionItem.asset_id).order_by(CollectionItem.position, CollectionItem.asset_id)
    for place, one in enumerate(list(session.scalars(ordered)), 1):
        item = session.get_one(CollectionItem, (collection.id, one))
        item.position = place * GAP
    session.flush()
