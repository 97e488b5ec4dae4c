"""Making collections, and putting assets into them in an order."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session

from media_archive.catalogue.collections import ordering, service, sharing
from media_archive.catalogue.collections.models import Collection
from media_archive.catalogue.models import Archive
from webapp.api.parsing import Seen
from webapp.api.resources import collections
from webapp.api.resources.collections import CollectionTold, told
from webapp.api.routes import Answer, Routes
from webapp.api.shapes import Body, Name, Text
from webapp.door import user
from webapp.translated import lazy_gettext

routes = Routes("collections")
Login = Annotated[Text, Field(min_length=1, max_length=128)]
Saved = Annotated[
    dict[Annotated[str, Field(max_length=64)], Annotated[Text, Field(max_length=500)]], Field(max_length=20)
]


class Sharing(Body):
    """Logins of who may see it, and of who may also change it."""

    see: list[Login] = Field([], max_length=200)
    change: list[Login] = Field([], max_length=200)


class CollectionChange(Body):
    """What is to be said of a collection; what is not named stays."""

    name: Name | None = None
    note: Annotated[Text, Field(max_length=service.LONGEST_NOTE)] | None = None
    parent: UUID | None = Field(None, description="The collection that it lies in.")
    query: Saved | None = Field(None, description='What a saved query asks for, as a list does: {"q": "…"}.')
    visibility: Literal["archive", "private"] | None = None
    shared_with: Sharing | None = None

    def changes(self, session: Session) -> dict[str, Any]:
        """The same for `collections.service.change`."""
        found = {name: getattr(self, name) for name in self.model_fields_set}
        for name in ("name", "visibility"):
            if found.get(name) is None:
                found.pop(name, None)
        if "note" in found:
            found["note"] = self.note or ""
        if "shared_with" in found:
            found["shared_with"] = (self.shared_with or Sharing()).model_dump()
        if self.parent is not None:
            found["parent"] = collections.seen(session, self.parent)
        return found


class CollectionAsked(CollectionChange):
    """A collection that is to be made."""

    name: Name


class ItemsChange(Body):
    """Assets that come to the end, and that leave; what is in it already stays where it is."""

    add: list[UUID] = Field([], max_length=1000)
    remove: list[UUID] = Field([], max_length=1000)


class ItemChange(Body):
    """Where an asset lies in the collection, and what is noted of it there."""

    after: UUID | Literal["beginning"] | None = Field(None, description="The asset that it comes behind.")
    note: Annotated[Text, Field(max_length=service.LONGEST_NOTE)] | None = None


@routes.post(
    "/collections",
    lazy_gettext("Make a collection, or save a query as one"),
    CollectionTold,
    body=CollectionAsked,
    status=HTTPStatus.CREATED,
    action="arrange",
    others=(HTTPStatus.NOT_FOUND,),
)
def make_collection(session: Session, body: CollectionAsked) -> Answer:
    archive, who = session.get_one(Archive, user().archive_id), user().login
    changes = body.changes(session)
    shared = changes.pop("shared_with", None)
    made = service.create(session, archive, changes.pop("name"), who, **changes)
    if shared:
        service.change(session, made, {"shared_with": shared}, who)
    answer = told(made)
    return Answer(answer, location=answer.self)


@routes.patch(
    "/collections/{collection_id}",
    lazy_gettext("Change a collection"),
    CollectionTold,
    body=CollectionChange,
    action="arrange",
)
def change_collection(session: Session, collection_id: UUID, seen: Seen, body: CollectionChange) -> CollectionTold:
    changes = body.changes(session)
    wanted = "edit" if changes.keys() <= {"name", "note"} else sharing.OWN
    return _changed(
        session, collection_id, lambda one: service.change(session, one, changes, user().login), seen, wanted
    )


@routes.delete(
    "/collections/{collection_id}",
    lazy_gettext("Remove a collection, not its assets"),
    action="arrange",
    versioned=True,
)
def remove_collection(session: Session, collection_id: UUID, seen: Seen) -> None:
    one = _mine(session, collection_id, sharing.OWN)
    seen.check(one.version)
    service.remove(session, one, user().login)


@routes.post(
    "/collections/{collection_id}/items",
    lazy_gettext("Put assets into a collection, or take them out"),
    CollectionTold,
    body=ItemsChange,
    action="arrange",
)
def change_items(session: Session, collection_id: UUID, body: ItemsChange) -> CollectionTold:
    def change(one: Collection) -> None:
        if body.remove:
            service.take_out(session, one, body.remove, user().login)
        if body.add:
            service.add(session, one, body.add, user().login)

    return _changed(session, collection_id, change, wanted="edit" if body.remove else "add")


@routes.patch(
    "/collections/{collection_id}/items/{asset_id}",
    lazy_gettext("Move an asset within a collection, or note something of it"),
    CollectionTold,
    body=ItemChange,
    action="arrange",
    versioned=False,
)
def change_item(session: Session, collection_id: UUID, asset_id: UUID, body: ItemChange) -> CollectionTold:
    def change(one: Collection) -> None:
        if body.after is not None:
            after = None if isinstance(body.after, str) else body.after
            ordering.move(session, one, asset_id, after, user().login)
        if body.note is not None:
            service.annotate(session, one, asset_id, body.note, user().login)

    return _changed(session, collection_id, change)


def _mine(session: Session, collection_id: UUID, wanted: str = "edit") -> Collection:
    """The collection, held until the transaction ends; Forbidden where the person may not do that much with it."""
    one = collections.seen(session, collection_id)
    session.refresh(one, with_for_update=True)
    sharing.require_reach(session, one, user().login, collections.is_administrator(), wanted)
    return one


def _changed(
    session: Session,
    collection_id: UUID,
    change: Callable[[Collection], object],
    seen: Seen | None = None,
    wanted: str = "edit",
) -> CollectionTold:
    one = _mine(session, collection_id, wanted)
    if seen is not None:
        seen.check(one.version)
    change(one)
    session.flush()
    return told(one)
