"""What every view needs: the archive behind the door, the person at it, and ids that are ids."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast
from uuid import UUID

from flask import current_app, g
from sqlalchemy.orm import Session
from werkzeug.routing import BaseConverter, ValidationError

from media_archive.access.models import User
from media_archive.catalogue.shown import RESTRICTED, VIEWER, Viewer
from media_archive.context import Context
from media_archive.errors import NotFound

EXTENSION = "archive"


class StrictUUID(BaseConverter):
    """An id in a path. Anything else is no page of ours: 404."""

    regex = "[0-9a-fA-F-]{32,36}"

    def to_python(self, value: str) -> UUID:
        try:
            return UUID(value)
        except ValueError:
            raise ValidationError from None

    def to_url(self, value: object) -> str:
        return str(value)


def archive() -> Context:
    """The archive this application opens the door to."""
    return cast(Context, current_app.extensions[EXTENSION])


def user() -> User:
    """The person who is signed in; the guard lets nobody else in."""
    return cast(User, g.user)


@contextmanager
def entering() -> Iterator[Session]:
    """A view of the catalogue in which is looked who somebody is: what it holds is shown to nobody."""
    with archive().reading() as session:
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """One consistent view of the catalogue; what is searched in it is searched for the person at the door."""
    with archive().reading() as session:
        session.info[VIEWER] = _viewer()
        yield session
    _note(session)


@contextmanager
def transaction() -> Iterator[Session]:
    """One transaction of the catalogue."""
    with archive().transaction() as session:
        session.info[VIEWER] = _viewer()
        yield session
    _note(session)


def _viewer() -> Viewer | None:
    """For whom is searched; whoever has not signed in is shown no lists."""
    viewer: Viewer | None = g.get("viewer")
    return viewer


def _note(session: Session) -> None:
    """What not everybody may see and was looked at: that is on record before it is sent (see `audit`)."""
    seen = session.info.get(RESTRICTED)
    if seen and g.get("user") is not None:
        g.restricted = g.get("restricted", frozenset()) | seen


def optional_id(text: str | None) -> UUID | None:
    """The id in a query string; NotFound if it is none."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("{what} is not an id. Start again from the list.", what=text[:80]) from None
