"""The archive itself: its institutions, who is at the door, what lies where."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.access import service as access
from media_archive.catalogue.models import Archive
from media_archive.placement.overview import to_json
from webapp.api.routes import Routes
from webapp.api.shapes import Told
from webapp.door import archive, user
from webapp.storage import kept
from webapp.translated import lazy_gettext

routes = Routes("archive")


class ArchiveTold(Told):
    """An institution."""

    id: UUID
    code: str
    name: str
    created_at: datetime


class Archives(Told):
    """All institutions."""

    items: list[ArchiveTold]


class Me(Told):
    """Who the request comes from, and what they may do."""

    login: str
    name: str
    role: str
    archive: UUID
    #: None for a browser's session
    token: str | None
    scope: str
    may: list[str]


class StorageTold(Told):
    """Sums of what lies where; null while they are being made for the first time."""

    profile: str
    currency: str
    stores: dict[str, str | None]
    figures: dict[str, Any] | None


@routes.get("/archives", lazy_gettext("The institutions"), Archives)
def archives(session: Session) -> Archives:
    every = session.scalars(select(Archive).order_by(Archive.code))
    return Archives(items=[ArchiveTold.model_validate(one) for one in every])


@routes.get("/me", lazy_gettext("Who the request comes from, and what they may do"), Me)
def me(_session: Session) -> Me:
    person, token = user(), g.get("token")
    return Me(
        login=person.login,
        name=person.name,
        role=str(person.role),
        archive=person.archive_id,
        token=token.name if token else None,
        scope=token.scope if token else "write",
        may=[action for action in access.MAY if access.may(person, action)],
    )


@routes.get("/storage", lazy_gettext("What lies where, and what it costs"), StorageTold, action="see storage")
def storage(_session: Session) -> StorageTold:
    stores, made = archive().stores, kept.seen(archive())
    return StorageTold(
        profile=archive().settings.storage_profile,
        currency=stores.profile.currency,
        stores=stores.check(),
        figures=to_json(made) if made else None,
    )
