"""Originals in cold storage: what bringing them back takes, asking for it, and how far it is."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from flask import url_for
from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from media_archive.access import service as access
from media_archive.errors import Forbidden
from media_archive.restoring import choosing, queries, service
from media_archive.restoring.asking import LONGEST_PURPOSE, MOST_DAYS
from media_archive.restoring.choosing import Chosen
from media_archive.restoring.models import RestoreRequest
from webapp.api import paging
from webapp.api.resources import collections
from webapp.api.routes import Answer, Routes
from webapp.api.shapes import Body, Ids, Page, Paged, Told, Whole
from webapp.door import archive, user
from webapp.translated import gettext, lazy_gettext

routes = Routes("restores")


class RestoreTold(Told):
    """A request and how far its files are."""

    id: UUID
    title: str
    purpose: str
    asked_by: str
    created_at: datetime
    days: int
    state: str
    files: int
    bytes: int
    price: float
    states: dict[str, int]
    ready_about: datetime | None
    readable_until: datetime | None
    ended_at: datetime | None
    self: str


class RestorePage(Page[RestoreTold]):
    """A page of requests, the latest first."""


class RestoresWanted(Paged):
    """Which requests."""

    all: bool = Field(False, description="Those of everybody, for who may see the stores; else one's own.")


class WhatToRestore(Body):
    """What is to be brought back: exactly one of these."""

    assets: Ids | None = None
    shoot: UUID | None = None
    collection: UUID | None = None

    @model_validator(mode="after")
    def _one(self) -> "WhatToRestore":
        if sum(value is not None for value in (self.assets, self.shoot, self.collection)) != 1:
            raise ValueError(gettext("Name assets, a shoot or a collection: one of them."))
        return self

    def chosen(self, session: Session) -> Chosen:
        """The assets; NotFound where there are none."""
        if self.assets is not None:
            return choosing.assets(session, self.assets)
        if self.shoot is not None:
            return choosing.shoot(session, self.shoot)
        assert self.collection
        return choosing.collection(session, collections.seen(session, self.collection).id)


class RestoreAsked(WhatToRestore):
    """A request: what, for what, and for how long it is to stay readable."""

    purpose: Annotated[str, Field(min_length=1, max_length=LONGEST_PURPOSE, pattern=r"^[^\x00]*$")]
    days: Annotated[Whole, Field(ge=1, le=MOST_DAYS)] | None = None


class EstimateTold(Told):
    """What it would take."""

    title: str
    files: int
    bytes: int
    price: float
    currency: str
    hours: float
    online: int
    under_way: int
    ready: int
    tiers: list[dict[str, Any]]


@routes.get(
    "/restores", lazy_gettext("Requests, the latest first"), RestorePage, query=RestoresWanted, action="restore"
)
def restores(session: Session, query: RestoresWanted) -> RestorePage:
    if query.all:
        access.require(user(), "see storage")
    who = None if query.all else user().login
    found, following = queries.page(session, who=who, before=paging.behind(query), limit=query.limit)
    return RestorePage(items=[_told(one) for one in found], next=str(following) if following else None)


def _told(one: queries.Summary) -> RestoreTold:
    return RestoreTold(**one.to_json(), self=url_for("api.restore", request_id=one.request.id))


@routes.post(
    "/restores:estimate",
    lazy_gettext("What bringing originals back would take; nothing is asked for"),
    EstimateTold,
    body=WhatToRestore,
    action="restore",
    others=(HTTPStatus.NOT_FOUND,),
)
def estimate_restore(session: Session, body: WhatToRestore) -> EstimateTold:
    chosen = body.chosen(session)
    return EstimateTold(title=chosen.title, **service.estimate(session, archive(), chosen).to_json())


@routes.post(
    "/restores",
    lazy_gettext("Ask for originals from cold storage"),
    RestoreTold,
    body=RestoreAsked,
    status=HTTPStatus.ACCEPTED,
    action="restore",
    others=(HTTPStatus.NOT_FOUND,),
)
def ask_restore(session: Session, body: RestoreAsked) -> Answer:
    asked = service.ask(session, archive(), body.chosen(session), user().login, body.purpose, body.days)
    told = _of(session, asked)
    return Answer(told, location=told.self)


@routes.get("/restores/{request_id}", lazy_gettext("How far one request is"), RestoreTold)
def restore(session: Session, request_id: UUID) -> RestoreTold:
    return _of(session, _mine(session, request_id))


@routes.post("/restores/{request_id}/end", lazy_gettext("Give back what is not needed any more"), RestoreTold)
def end_restore(session: Session, request_id: UUID) -> RestoreTold:
    asked = _mine(session, request_id)
    service.end(session, asked, user().login)
    session.flush()
    return _of(session, asked)


def _of(session: Session, asked: RestoreRequest) -> RestoreTold:
    session.flush()
    (summary,) = queries.summaries(session, [asked])
    return _told(summary)


def _mine(session: Session, request_id: UUID) -> RestoreRequest:
    asked = service.request_called(session, request_id)
    if asked.asked_by != user().login and not access.may(user(), "see storage"):
        raise Forbidden("Somebody else asked for this. Ask for your own.")
    return asked
