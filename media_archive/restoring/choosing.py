"""What a request is about: one asset, several, a shoot or a collection."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from media_archive.catalogue.collections.models import Collection, CollectionItem
from media_archive.catalogue.models import Asset, Shoot
from media_archive.catalogue.queries import title_of
from media_archive.catalogue.shown import shown, shows
from media_archive.errors import NotFound


@dataclass(frozen=True)
class Chosen:
    """Assets, as a query for their ids, and how people call them."""

    archive_id: UUID
    title: str
    ids: Select[UUID]


def assets(session: Session, ids: Sequence[UUID]) -> Chosen:
    """Assets by their ids; NotFound if there are none of them."""
    query = select(Asset.id).where(Asset.id.in_(ids), shown())
    wanted = select(Asset).where(Asset.id.in_(ids), shown())
    first = session.scalars(wanted.order_by(Asset.shown_at, Asset.id).limit(1)).first()
    if first is None:
        raise NotFound("There is no such asset. It may have been typed wrongly, or is gone.")
    more = len(set(ids)) - 1
    title = f"{title_of(first)} + {more}" if more else title_of(first)
    return Chosen(first.archive_id, title[:1024], query)


def shoot(session: Session, shoot_id: UUID) -> Chosen:
    """All of a shoot."""
    found = session.get(Shoot, shoot_id)
    if found is None:
        raise NotFound("There is no such shoot. It may have been typed wrongly, or is gone.")
    return Chosen(found.archive_id, found.name, select(Asset.id).where(Asset.shoot_id == shoot_id, shown()))


def collection(session: Session, collection_id: UUID) -> Chosen:
    """All of a collection."""
    found = session.get(Collection, collection_id)
    if found is None:
        raise NotFound("There is no such collection. It may have been typed wrongly, or is gone.")
    inside = select(CollectionItem.asset_id).where(CollectionItem.collection_id == collection_id)
    return Chosen(found.archive_id, found.name, inside.where(shows(CollectionItem.asset_id)))
