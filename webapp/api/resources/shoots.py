"""Shoots: what came in together, and how far it is."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue import describing
from media_archive.catalogue.models import Shoot
from media_archive.errors import NotFound
from webapp.api import paging
from webapp.api.parsing import Seen
from webapp.api.resources.editing import Described, ShootFields, scheme_for
from webapp.api.routes import Routes
from webapp.api.shapes import Page, Paged, Told
from webapp.door import archive, user
from webapp.shoots import progress
from webapp.translated import lazy_gettext

routes = Routes("shoots")


class ShootLine(Told):
    """A shoot of a list."""

    id: UUID
    version: int
    name: str
    caption: str
    photographer: str
    fields: dict[str, Any] = Field(description="What its assets inherit, by name of the field.")
    created_at: datetime
    created_by: str
    self: str


class ShootTold(ShootLine):
    """A shoot and how far it is."""

    progress: dict[str, Any]


class ShootPage(Page[ShootLine]):
    """A page of shoots, the latest first."""


class ShootsWanted(Paged):
    """Which shoots."""

    q: str = Field("", max_length=200, description="A part of the name.")


@routes.get("/shoots", lazy_gettext("Shoots, the latest first"), ShootPage, query=ShootsWanted)
def shoots(session: Session, query: ShootsWanted) -> ShootPage:
    chosen = select(Shoot)
    if query.q:
        chosen = chosen.where(Shoot.name.contains(query.q, autoescape=True))
    found, following = paging.page(session, chosen, Shoot.id, query)
    return ShootPage(items=[ShootLine(**_line(one)) for one in found], next=following)


def _line(one: Shoot) -> dict[str, Any]:
    names = ("id", "version", "name", "caption", "photographer", "fields", "created_at", "created_by")
    return {name: getattr(one, name) for name in names} | {"self": url_for("api.shoot", shoot_id=one.id)}


@routes.get("/shoots/{shoot_id}", lazy_gettext("One shoot and how far it is"), ShootTold)
def shoot(session: Session, shoot_id: UUID) -> ShootTold:
    return told(session, _shoot(session, shoot_id))


def _shoot(session: Session, shoot_id: UUID) -> Shoot:
    one = session.get(Shoot, shoot_id)
    if one is None:
        raise NotFound("There is no such shoot. It may have been typed wrongly, or is gone.")
    return one


@routes.patch(
    "/shoots/{shoot_id}",
    lazy_gettext("Change what a shoot says for its assets"),
    ShootTold,
    body=ShootFields,
    action="describe",
)
def change_shoot(session: Session, shoot_id: UUID, seen: Seen, body: Described) -> ShootTold:
    one = _shoot(session, shoot_id)
    session.refresh(one, with_for_update=True)
    seen.check(one.version)
    zone = archive().settings.time_zone
    describing.edit_shoot(session, one, body.changes(), user().login, zone, scheme=scheme_for(body))
    return told(session, one)


def told(session: Session, one: Shoot) -> ShootTold:
    """The shoot as it stands."""
    return ShootTold(**_line(one), progress=progress.of(session, one.id))
