"""What a person likes: a collection of their own, made with the first (收藏)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.collections import service
from media_archive.catalogue.collections.models import Collection, CollectionItem, Purpose
from media_archive.catalogue.models import Archive


def of(session: Session, archive_id: UUID, login: str) -> Collection | None:
    """The favourites of a person; None where they have none yet."""
    mine = select(Collection).where(
        Collection.archive_id == archive_id,
        Collection.purpose == Purpose.FAVOURITES,
        Collection.created_by == login,
    )
    return session.scalars(mine.order_by(Collection.id).limit(1)).first()


def mark(session: Session, archive: Archive, login: str, ids: Sequence[UUID], *, liked: bool, name: str) -> int:
    """Puts assets among a person's favourites, or takes them out; returns how many changed. `name` is that of a new collection."""
    mine = of(session, archive.id, login)
    if mine is None:
        if not liked:
            return 0
        mine = service.create(session, archive, name, login, visibility="private")
        mine.purpose = Purpose.FAVOURITES
    return service.add(session, mine, ids, login) if liked else service.take_out(session, mine, ids, login)


def among(session: Session, archive_id: UUID, login: str, ids: Sequence[UUID]) -> set[UUID]:
    """Which of some assets are among a person's favourites."""
    mine = of(session, archive_id, login)
    if mine is None or not ids:
        return set()
    there = service.positions(mine, CollectionItem.asset_id).where(CollectionItem.asset_id.in_(ids))
    return set(session.scalars(there))
