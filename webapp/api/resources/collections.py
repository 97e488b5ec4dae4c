"""Collections: who may see them sees what lies in them, in its order."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from pydantic import Field
from sqlalchemy import func, literal, select, tuple_
from sqlalchemy.orm import Session

from media_archive.access import service as access
from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.collections import service, sharing
from media_archive.catalogue.collections.models import Collection, CollectionItem
from media_archive.catalogue.shown import shows
from webapp.api import paging
from webapp.api.resources.assets import CardTold, card_told
from webapp.api.routes import Routes
from webapp.api.shapes import Page, Paged, Told
from webapp.door import user
from webapp.restoring import shown as restoring
from webapp.translated import lazy_gettext

routes = Routes("collections")


class CollectionTold(Told):
    """A selection of assets."""

    id: UUID
    version: int
    name: str
    note: str
    parent: UUID | None
    query: dict[str, Any] | None = Field(description="What a saved query asks for; null where assets were put in.")
    visibility: str
    shared_with: dict[str, Any]
    created_by: str
    created_at: datetime
    changed_at: datetime
    self: str


class CollectionPage(Page[CollectionTold]):
    """A page of collections, the latest first."""


class ItemTold(Told):
    """An asset in a collection."""

    asset: CardTold
    position: int
    note: str


class ItemPage(Page[ItemTold]):
    """A page of what lies in a collection, in its order."""

    total: int


class CollectionsWanted(Paged):
    """Which collections."""

    q: str = Field("", max_length=200, description="A part of the name.")
    parent: UUID | None = None


@routes.get("/collections", lazy_gettext("Collections, the latest first"), CollectionPage, query=CollectionsWanted)
def collections(session: Session, query: CollectionsWanted) -> CollectionPage:
    chosen = select(Collection)
    if query.q:
        chosen = chosen.where(Collection.name.contains(query.q, autoescape=True))
    if query.parent:
        chosen = chosen.where(Collection.parent_id == query.parent)
    found, following = paging.page(session, chosen, Collection.id, query)
    return CollectionPage(items=[told(one) for one in found if may_see(session, one)], next=following)


def is_administrator() -> bool:
    """Whether the person at the door sees what is somebody's own."""
    return access.may(user(), "manage users")


def may_see(session: Session, one: Collection) -> bool:
    """Whether the person at the door may see it."""
    return bool(sharing.reach(session, one, user().login, is_administrator()))


def seen(session: Session, collection_id: UUID) -> Collection:
    """The collection; NotFound where there is none that the person at the door may see."""
    return service.one(session, collection_id, user().login, is_administrator())


def told(one: Collection) -> CollectionTold:
    """The collection as it stands."""
    same = ("id", "version", "name", "note", "query", "visibility", "created_by", "created_at", "changed_at")
    return CollectionTold(
        **{name: getattr(one, name) for name in same},
        shared_with=one.shared_with or {},
        parent=one.parent_id,
        self=url_for("api.collection", collection_id=one.id),
    )


@routes.get("/collections/{collection_id}", lazy_gettext("One collection"), CollectionTold)
def collection(session: Session, collection_id: UUID) -> CollectionTold:
    return told(seen(session, collection_id))


@routes.get(
    "/collections/{collection_id}/items", lazy_gettext("What lies in a collection, in its order"), ItemPage, query=Paged
)
def collection_items(session: Session, collection_id: UUID, query: Paged) -> ItemPage:
    seen(session, collection_id)
    inside = (CollectionItem.collection_id == collection_id) & shows(CollectionItem.asset_id)
    chosen = select(CollectionItem).where(inside)
    if last := paging.behind(query):
        here = select(CollectionItem.position).where(inside, CollectionItem.asset_id == last).scalar_subquery()
        chosen = chosen.where(
            tuple_(CollectionItem.position, CollectionItem.asset_id)
            > tuple_(here, literal(last, CollectionItem.asset_id.type))
        )
    ordered = chosen.order_by(CollectionItem.position, CollectionItem.asset_id).limit(query.limit + 1)
    rows = session.scalars(ordered).all()
    following = str(rows[query.limit - 1].asset_id) if len(rows) > query.limit else None
    total = session.scalar(select(func.count()).select_from(CollectionItem).where(inside)) or 0
    return ItemPage(items=_items(session, rows[: query.limit]), next=following, total=total)


def _items(session: Session, rows: Sequence[CollectionItem]) -> list[ItemTold]:
    ids = [one.asset_id for one in rows]
    cards, cold = {card.id: card for card in catalogue.cards(session, ids)}, restoring.standings(session, ids)
    return [
        ItemTold(asset=card_told(cards[one.asset_id], cold.get(one.asset_id)), position=one.position, note=one.note)
        for one in rows
        if one.asset_id in cards
    ]
