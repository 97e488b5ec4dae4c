"""What was done to things of the archive."""

from typing import Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue import shown
from media_archive.catalogue.collections.models import Collection
from media_archive.catalogue.models import Asset
from media_archive.events.models import Event
from media_archive.storage.models import File
from webapp.api import paging
from webapp.api.resources import collections
from webapp.api.routes import Routes
from webapp.api.shapes import Happened, Page, Paged
from webapp.translated import lazy_gettext

routes = Routes("archive")
ObjectKind = Literal["asset", "shoot", "subject", "collection", "file"]


class About(Paged):
    """Which thing."""

    kind: ObjectKind = Field(description="What it is.")
    id: UUID


class History(Page[Happened]):
    """A page of what was done, oldest first."""


@routes.get("/events", lazy_gettext("What was done to a thing, oldest first"), History, query=About)
def events(session: Session, query: About) -> History:
    # what was deleted for good keeps its history
    # by the tables: whether there is one at all, whoever looks
    assets, collection_ids, files = Asset.__table__.c, Collection.__table__.c, File.__table__.c
    if query.kind == "asset" and session.scalar(select(assets.id).where(assets.id == query.id)):
        shown.asset(session, query.id, trashed=True)
    if query.kind == "collection" and session.scalar(select(collection_ids.id).where(collection_ids.id == query.id)):
        collections.seen(session, query.id)
    if query.kind == "file" and (its := session.scalar(select(files.asset_id).where(files.id == query.id))):
        shown.asset(session, its, trashed=True)
    return _history(session, query.kind, query.id, query)


@routes.get("/assets/{asset_id}/events", lazy_gettext("What was done to an asset, oldest first"), History, query=Paged)
def asset_events(session: Session, asset_id: UUID, query: Paged) -> History:
    shown.asset(session, asset_id)
    return _history(session, "asset", asset_id, query)


def _history(session: Session, kind: str, object_id: UUID, query: Paged) -> History:
    chosen = select(Event).where(Event.object_kind == kind, Event.object_id == object_id)
    items, following = paging.page(session, chosen, Event.id, query, oldest=True)
    return History(items=[Happened.model_validate(one) for one in items], next=following)
