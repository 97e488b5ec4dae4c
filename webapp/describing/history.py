"""The history of a description as a page shows it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from media_archive.access import service as access
from media_archive.access.models import User
from media_archive.catalogue import describing
from media_archive.catalogue.describing import Scheme
from media_archive.catalogue.models import Asset, Shoot
from media_archive.errors import NotFound
from media_archive.events.models import Event
from webapp.describing import fields

MOST = 100


@dataclass(frozen=True)
class Line:
    """One change of one field."""

    event_id: UUID
    at: datetime
    who: str
    name: str
    label: str
    before: str
    after: str
    can_undo: bool


def lines(session: Session, asset: Asset, scheme: Scheme, user: User) -> list[Line]:
    """The latest changes, the latest first."""
    return [_line(one, scheme, user) for one in describing.history(session, asset, scheme)[:MOST]]


def lines_of_shoot(session: Session, shoot: Shoot, scheme: Scheme, user: User) -> list[Line]:
    """The same, of what a shoot says for its assets."""
    return [_line(one, scheme, user) for one in describing.history_of_shoot(session, shoot, scheme)[:MOST]]


def own_change(session: Session, event_id: UUID, of: UUID) -> None:
    """NotFound unless the change is one of that asset or shoot: the address says whose it is, and who may."""
    event = session.get(Event, event_id)
    if event is None or event.object_id != of:
        raise NotFound("There is no such change. Reload the page.")


def _line(one: describing.Change, scheme: Scheme, user: User) -> Line:
    field = scheme.fields.get(one.field)
    if field is None:
        return Line(one.event_id, one.at, one.who, one.field, one.field, str(one.before), str(one.after), False)
    return Line(
        one.event_id,
        one.at,
        one.who,
        one.field,
        fields.label(field),
        fields.words(scheme, field, one.before),
        fields.words(scheme, field, one.after),
        one.stands and access.may(user, field.may),
    )
