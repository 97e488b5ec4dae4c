"""Programs at the door: tokens in the Authorization header, and what a browser's session has to send for a change."""

from http import HTTPStatus

from flask import Response, current_app, g, request
from sqlalchemy.orm import Session

from media_archive.access import tokens
from media_archive.access.models import Token
from webapp import refusals
from webapp.door import archive
from webapp.translated import gettext

REALM = 'Bearer realm="media-archive"'
#: whose answers a token opens: pages are for people
BLUEPRINTS = frozenset({"api", "media", "iiif", "tus", "uploads"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def given() -> str | None:
    """The key that the request carries; None where it carries none, or where none opens anything."""
    if request.blueprint not in BLUEPRINTS:
        return None
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else None


def find(session: Session, key: str) -> Token | None:
    """The token of the key that is in force."""
    return tokens.in_force(session, key)


def answer() -> Response | None:
    """The refusal where no token was found; its use is noted where one was."""
    if g.token is None:
        detail = gettext("The token is unknown, revoked or over. Make another on the page Access tokens.")
        return challenge(refusals.answer(HTTPStatus.UNAUTHORIZED, gettext("Please sign in"), detail), "invalid_token")
    tokens.note_use(archive(), g.token)
    return refuse_writing()


def refuse_writing() -> Response | None:
    """The refusal where a token that may only read would change something."""
    if g.token is None or g.token.scope == "write" or request.method in SAFE:
        return None
    detail = gettext("This token may only read. Make one that may write on the page Access tokens.")
    response = refusals.answer(HTTPStatus.FORBIDDEN, gettext("Not allowed"), detail)
    return challenge(response, "insufficient_scope")


def too_narrow() -> Response:
    """The refusal where a token leaves out what its person may."""
    detail = gettext("This token is limited to other actions. Make one for this on the page Access tokens.")
    response = refusals.answer(HTTPStatus.FORBIDDEN, gettext("Not allowed"), detail)
    return challenge(response, "insufficient_scope")


def challenge(response: Response, error: str = "") -> Response:
    """Says how to come in (RFC 6750)."""
    response.headers["WWW-Authenticate"] = f'{REALM}, error="{error}"' if error else REALM
    return response


def check_form_token() -> None:
    """A change that comes with a browser's cookie has to bring the token of our pages; CSRFError if it does not.

    A bearer token is sent by nobody but its program, so it needs none.
    """
    if g.get("token") is None and current_app.config.get("WTF_CSRF_ENABLED", True):
        current_app.extensions["csrf"].protect()
