"""Nobody passes without a sign-in, except to sign in and to ask after our health."""

from datetime import timedelta
from http import HTTPStatus

from flask import Flask, Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from media_archive.access import service
from media_archive.access.models import SignIn, User
from media_archive.db import now
from webapp import refusals
from webapp.door import archive, reading, transaction
from webapp.signin import bearer, sessions
from webapp.translated import gettext

HEALTH = frozenset({"health.alive", "health.ready", "health.metrics"})
#: endpoints open to everyone; everything that is not named here needs a user
#: those of pictures ask for themselves: what is published or signed is open
PICTURES = frozenset({"iiif.base", "iiif.info", "iiif.image"})
OPEN = HEALTH | PICTURES | {"signin.sign_in", "signin.enter", "pages.preferences"}
#: a session in use is prolonged this often at most, so that reading pages seldom writes
GRACE = timedelta(minutes=10)


def install(app: Flask) -> None:
    """Asks everyone for a sign-in, before anything else is done."""
    app.before_request(_ask)
    app.after_request(_renew)
    app.jinja_env.globals["may"] = may


def may(action: str) -> bool:
    """Whether the person at the door may do `action`; for templates."""
    return g.get("user") is not None and service.may(g.user, action)


def _ask() -> AnyResponse | None:
    g.user = g.token = None
    if (given := bearer.given()) is not None:
        return bearer.enter(given)
    key = request.cookies.get(sessions.COOKIE)
    if key and request.endpoint not in HEALTH:
        g.user = _user_of(key)
    # that there is no such page (no endpoint) is no secret
    if g.user is not None or request.endpoint is None or request.endpoint in OPEN:
        return None
    return _turn_away()


def _user_of(key: str) -> User | None:
    with reading() as session:
        found = service.signed_in(session, key)
        person = found.user if found else None
    if found is not None and _is_due(found):
        with transaction() as session:
            service.prolong(session, found, archive().settings.session_hours)
        g.renewed = key
    return person


def _is_due(found: SignIn) -> bool:
    return now() + timedelta(hours=archive().settings.session_hours) - found.expires_at > GRACE


def _renew(response: Response) -> Response:
    key = g.pop("renewed", None)
    if key is not None and request.endpoint != "signin.sign_out":
        sessions.give(response, key, archive().settings)
    return response


def _turn_away() -> AnyResponse:
    """A person at a page is led to the sign-in and back; a program or a picture is told."""
    is_page = request.method in {"GET", "HEAD"} and request.blueprint not in {"media", "api"}
    if is_page and not refusals.wants_json() and request.accept_mimetypes.best != "text/event-stream":
        there = request.full_path.rstrip("?")
        return redirect(url_for("signin.sign_in", next=None if there == "/" else there), HTTPStatus.SEE_OTHER)
    answer = refusals.answer(
        HTTPStatus.UNAUTHORIZED,
        gettext("Please sign in"),
        gettext("This needs a sign-in, and there is none or it has ended."),
    )
    return bearer.challenge(answer) if request.blueprint in bearer.BLUEPRINTS else answer
