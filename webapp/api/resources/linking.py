"""What assets show: links to subjects, made and taken back."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from flask import url_for
from pydantic import Field
from sqlalchemy.orm import Session

from media_archive.catalogue import shown
from media_archive.catalogue.subjects import linking
from media_archive.catalogue.subjects.models import Link
from media_archive.errors import NotFound
from webapp.api.routes import Answer, Routes
from webapp.api.shapes import Body, Text, Told
from webapp.door import user
from webapp.translated import lazy_gettext

routes = Routes("links")
#: "12.5" or "1001/30"
Seconds = Annotated[str, Field(pattern=r"^[0-9]{1,9}(\.[0-9]{1,9}|/[1-9][0-9]{0,8})?$")]


class LinkTold(Told):
    """What an asset, or a stretch of it, is to a subject."""

    id: UUID
    asset: UUID
    subject: UUID
    kind: str
    name: str
    role: str
    stage: str | None
    starts: str | None = Field(description="Exact seconds, as a fraction; null for the whole.")
    ends: str | None
    said_by: str
    confirmed_by: str | None
    confidence: float
    created_at: datetime


class Links(Told):
    """The links of an asset, the oldest first."""

    items: list[LinkTold]


class Stretch(Body):
    """A part of a film or recording, in seconds."""

    starts: Seconds
    ends: Seconds


class LinkAsked(Body):
    """A link that is to be made."""

    subject: UUID
    role: Literal["shows", "taken_from", "about"] = "shows"
    stage: Annotated[Text, Field(max_length=32)] | None = None
    stretch: Stretch | None = None


def _told(one: Link) -> LinkTold:
    same = ("id", "role", "stage", "starts", "ends", "said_by", "confirmed_by", "confidence", "created_at")
    return LinkTold(
        **{name: getattr(one, name) for name in same},
        asset=one.asset_id,
        subject=one.subject_id,
        kind=str(one.subject.kind),
        name=one.subject.name,
    )


@routes.get("/assets/{asset_id}/links", lazy_gettext("What an asset is linked to"), Links)
def asset_links(session: Session, asset_id: UUID) -> Links:
    shown.asset(session, asset_id)
    return Links(items=[_told(one) for one in linking.of(session, asset_id)])


@routes.post(
    "/assets/{asset_id}/links",
    lazy_gettext("Link an asset, or a stretch of it, to a subject"),
    LinkTold,
    body=LinkAsked,
    status=HTTPStatus.CREATED,
    action="describe",
)
def link_asset(session: Session, asset_id: UUID, body: LinkAsked) -> Answer:
    stretch = (body.stretch.starts, body.stretch.ends) if body.stretch else None
    made = linking.link(
        session, asset_id, body.subject, user().login, role=body.role, stage=body.stage, stretch=stretch
    )
    session.flush()
    return Answer(_told(made), location=url_for("api.asset_links", asset_id=asset_id))


@routes.delete("/assets/{asset_id}/links/{link_id}", lazy_gettext("Take a link back"), action="describe")
def unlink_asset(session: Session, asset_id: UUID, link_id: UUID) -> None:
    there = session.get(Link, link_id)
    if there is None or there.asset_id != asset_id:
        raise NotFound("There is no such link any more. Reload the page.")
    linking.unlink(session, link_id, user().login)
