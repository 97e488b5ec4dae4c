"""What keeps assets, and their deletion: holds, retention, the trash."""

from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal
from uuid import UUID

from flask import url_for
from pydantic import Field
from sqlalchemy.orm import Session

from media_archive.access import service as access
from media_archive.catalogue import shown
from media_archive.catalogue.models import Asset
from media_archive.disposal import holds, retention, service
from media_archive.disposal.models import OPEN, Disposal, DisposalState
from media_archive.disposal.people import Person
from media_archive.disposal.telling import told
from media_archive.errors import NotFound
from webapp.api import paging
from webapp.api.resources.assets import AssetTold, asset_told
from webapp.api.routes import Answer, Routes
from webapp.api.shapes import Body, Page, Paged, Reason, Text, Told
from webapp.door import archive, user
from webapp.translated import lazy_gettext

routes = Routes("keeping")


class DisposalTold(Told):
    """A deletion: who wants it and why, and how far it is."""

    id: UUID
    asset: UUID
    title: str
    accession_code: str | None
    state: DisposalState
    reason: str
    asked_by: str
    asked_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    due_at: datetime | None = Field(description="When it is deleted for good.")
    ended_by: str | None
    ended_at: datetime | None
    problem: dict[str, Any] | None
    self: str


class TrashPage(Page[DisposalTold]):
    """A page of deletions, the latest first."""


class TrashWanted(Paged):
    """Which deletions."""

    ended: bool = Field(False, description="Those that ended, instead of those under way.")


class DisposalAsked(Body):
    """An asset that is to be deleted, and why."""

    asset: UUID
    reason: Reason
    from_collections: bool = Field(False, description="It leaves the collections that it is in.")


class Decision(Body):
    """What is decided of a deletion."""

    decision: Literal["approve", "restore"]


class HoldAsked(Body):
    """What is done with a legal hold. It takes two people to lift one."""

    do: Literal["set", "lift", "keep"]
    reason: Text = Field("", max_length=2000)


class RetentionAsked(Body):
    """The retention class; an empty code takes it away."""

    code: Text = Field(max_length=32)


def _me() -> Person:
    return Person(user().login, user().created_at)


def _told(one: Disposal) -> DisposalTold:
    return DisposalTold(**told(one), self=url_for("api.disposal", disposal_id=one.id))


@routes.get("/trash", lazy_gettext("Deletions, the latest first"), TrashPage, query=TrashWanted, action="see the trash")
def trash(session: Session, query: TrashWanted) -> TrashPage:
    states = (DisposalState.DELETED, DisposalState.WITHDRAWN) if query.ended else OPEN
    found, following = service.page(session, states, paging.behind(query), query.limit)
    return TrashPage(items=[_told(one) for one in found], next=str(following) if following else None)


@routes.get("/trash/{disposal_id}", lazy_gettext("One deletion"), DisposalTold, action="see the trash")
def disposal(session: Session, disposal_id: UUID) -> DisposalTold:
    return _told(_wish(session, disposal_id))


@routes.post(
    "/trash",
    lazy_gettext("Put an asset into the trash, or ask a second person for it"),
    DisposalTold,
    body=DisposalAsked,
    status=HTTPStatus.CREATED,
    action="put into the trash",
    others=(HTTPStatus.NOT_FOUND,),
)
def put_into_trash(session: Session, body: DisposalAsked) -> Answer:
    asset, days = shown.asset(session, body.asset), archive().settings.trash_days
    wish = service.propose(session, asset, _me(), body.reason, days, from_collections=body.from_collections)
    session.flush()
    made = _told(wish)
    return Answer(made, location=made.self)


@routes.post(
    "/trash/{disposal_id}/decision",
    lazy_gettext("Agree to a deletion, or bring the asset back"),
    DisposalTold,
    body=Decision,
    action="see the trash",
)
def decide_disposal(session: Session, disposal_id: UUID, body: Decision) -> DisposalTold:
    wish = _wish(session, disposal_id)
    if body.decision == "approve":
        access.require(user(), "approve deletions")
        service.approve(session, wish, _me(), archive().settings.trash_days)
    elif wish.state == DisposalState.PROPOSED:
        service.withdraw(session, wish, _me())
    else:
        service.restore(session, wish, _me())
    return _told(wish)


def _wish(session: Session, disposal_id: UUID) -> Disposal:
    found = session.get(Disposal, disposal_id)
    if found is None:
        raise NotFound("There is no such deletion. `media-archive trash list` shows them.")
    return found


@routes.post(
    "/assets/{asset_id}/hold",
    lazy_gettext("Set a legal hold, have it lifted, or keep it"),
    AssetTold,
    body=HoldAsked,
    action="set holds",
)
def hold(session: Session, asset_id: UUID, body: HoldAsked) -> AssetTold:
    asset = session.get(Asset, asset_id)
    if asset is None:
        raise NotFound("There is no such asset. It may have been typed wrongly, or is gone.")
    if body.do == "set":
        holds.set_hold(session, asset, _me(), body.reason)
    elif body.do == "lift":
        holds.lift(session, asset, _me(), body.reason)
    else:
        holds.keep(session, asset, _me())
    return asset_told(session, asset)


@routes.put(
    "/assets/{asset_id}/retention",
    lazy_gettext("Give an asset its retention class"),
    AssetTold,
    body=RetentionAsked,
    action="set retention",
)
def retain(session: Session, asset_id: UUID, body: RetentionAsked) -> AssetTold:
    asset = shown.asset(session, asset_id)
    retention.give(session, asset, body.code, user().login)
    return asset_told(session, asset)
