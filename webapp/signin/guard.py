"""Nobody passes without a sign-in and the right that the address asks for; the rules stand in `webapp.rules`."""

from datetime import timedelta
from http import HTTPStatus

from flask import Flask, Response, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from media_archive.access import service, zones
from media_archive.access.models import SignIn, Token, User
from media_archive.catalogue.seeing.viewer import Viewer
from media_archive.db import now
from media_archive.errors import Forbidden
from webapp import refusals, rules, visitors
from webapp.door import archive, entering, transaction
from webapp.signin import bearer, sessions
from webapp.translated import gettext

#: nobody's session is looked up for them: they answer even where the database does not
HEALTH = frozenset({"health.alive", "health.ready", "health.metrics"})
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
    g.user = g.token = g.viewer = None
    if request.endpoint is None:
        # that there is no such page is no secret
        _recognise(rules.SIGNED_IN)
        return None
    rule = rules.of(request.endpoint)
    if rule is None:
        raise Forbidden("Nobody has said who may call this address, so it is closed. Tell whoever runs the archive.")
    if request.endpoint in HEALTH:
        return None
    if (refusal := _recognise(rule)) is not None or rule.public:
        return refusal
    if g.user is None:
        return _turn_away()
    return _check(g.user, rule)


def _recognise(rule: rules.Rule) -> AnyResponse | None:
    """Who it is, and what they are shown; the refusal where a token opens nothing."""
    given, key = bearer.given(), request.cookies.get(sessions.COOKIE)
    if given is None and not key:
        return None
    found: SignIn | Token | None = None
    with entering() as session:
        if given is not None:
            found = bearer.find(session, given)
        elif key:
            found = service.signed_in(session, key)
        if found is not None:
            _let_in(session, found.user, found if isinstance(found, Token) else None, rule)
    if isinstance(found, SignIn):
        _prolong(found, str(key))
    return bearer.answer() if given is not None else None


def _let_in(session: Session, person: User, token: Token | None, rule: rules.Rule) -> None:
    zone = visitors.zone()
    if (leaves := zones.ACTIONS[zone]) is not None:
        person.limit_to(leaves)
    if token is not None and token.actions is not None:
        person.limit_to(frozenset(token.actions))
    g.user, g.token = person, token
    viewer: Viewer = zones.viewer(session, person, zone, rule.actions)
    g.viewer = viewer
    person.ask_about(frozenset(viewer.by_archive))


def _check(person: User, rule: rules.Rule) -> AnyResponse | None:
    """Forbidden where the rule does not let the person; a token may be too narrow besides."""
    if rule.actions and not any(service.may(person, action) for action in rule.actions):
        if g.token is not None and g.token.actions is not None:
            return bearer.too_narrow()
        service.require(person, rule.actions[0])
    return None


def _prolong(found: SignIn, key: str) -> None:
    if not _is_due(found):
        return
    with transaction() as session:
        service.prolong(session, found, archive().settings.session_hours)
    g.renewed = key


def _is_due(found: SignIn) -> bool:
    return now() + timedelta(hours=archive().settings.session_hours) - found.expires_at > GRACE


def _renew(response: Response) -> Response:
    key = g.pop("renewed", None)
    if key is not None and request.endpoint != "signin.sign_out":
        sessions.give(response, key, archive().settings)
    return response


def _turn_away() -> AnyResponse:
    """A person at a page is led to the sign-in and back; a program or a picture is told."""
    is_page = request.method in {"GET", "HEAD"} and request.blueprint not in {"media", "api", "tus"}
    if is_page and not refusals.wants_json() and request.accept_mimetypes.best != "text/event-stream":
        there = request.full_path.rstrip("?")
        return redirect(url_for("signin.sign_in", next=None if there == "/" else there), HTTPStatus.SEE_OTHER)
    answer = refusals.answer(
        HTTPStatus.UNAUTHORIZED,
        gettext("Please sign in"),
        gettext("This needs a sign-in, and there is none or it has ended."),
    )
    return bearer.challenge(answer) if request.blueprint in bearer.BLUEPRINTS else answer
