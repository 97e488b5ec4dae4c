"""Signing in and out: name and password or a one-time link, then the code of the second factor where there is one."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, g, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from media_archive.access import factors, service
from media_archive.access.models import User
from media_archive.archive import secret_key
from media_archive.db import now
from media_archive.errors import Refused
from webapp import visitors
from webapp.door import archive, transaction
from webapp.languages import say
from webapp.signin import outside, sessions
from webapp.signin.targets import safe_target
from webapp.translated import gettext

signin = Blueprint("signin", __name__)
#: in the signed cookie of forms: who showed a password, and may now show a code
HALF = "half"
HALF_LASTS = timedelta(minutes=5)


@signin.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response:
    """The form, and what it sends."""
    target = safe_target(request.values.get("next"))
    if request.method == "GET":
        return redirect(target) if g.user else make_response(_form(target))
    with transaction() as session_:
        # committed either way: failed attempts count
        person = service.check_password(session_, request.form.get("login", ""), request.form.get("password", ""))
    if person is None:
        return make_response(_form(target, say(service.wrong().message)), HTTPStatus.UNPROCESSABLE_ENTITY)
    return _go_on(person, target, "password")


def _form(target: str, problem: str = "") -> str:
    return render_template(
        "sign_in.html",
        next=target,
        login=request.form.get("login", ""),
        problem=problem,
        outside=outside.name(archive().settings),
    )


def _go_on(person: User, target: str, by: str) -> Response:
    """Lets the person in, or asks for the code of their second factor first."""
    with transaction() as session_:
        wanted = factors.is_on(session_, person)
    if not wanted:
        return _let_in(person, target, by)
    session[HALF] = {"user": str(person.id), "at": now().timestamp(), "next": target, "by": by}
    return redirect(url_for("signin.code"), HTTPStatus.SEE_OTHER)


def _let_in(person: User, target: str, by: str) -> Response:
    settings = archive().settings
    session.pop(HALF, None)
    with transaction() as session_:
        known = session_.get_one(User, person.id)
        agent, address = request.user_agent.string or "", visitors.address()
        key = service.sign_in(session_, known, settings.session_hours, agent, address, by)
    response = redirect(target, HTTPStatus.SEE_OTHER)
    sessions.give(response, key, settings)
    return response


@signin.route("/sign-in/code", methods=["GET", "POST"])
def code() -> Response:
    """Asks for the code of the second factor, and takes it."""
    half = _half()
    if half is None:
        return redirect(url_for("signin.sign_in"), HTTPStatus.SEE_OTHER)
    if request.method == "GET":
        return make_response(render_template("sign_in_code.html", problem=""))
    with transaction() as session_:
        # committed either way: failed attempts count
        person = session_.get_one(User, UUID(half["user"]), with_for_update=True)
        right = person.active and not service.is_locked(person)
        right = right and factors.check(
            session_, person, request.form.get("code", "")[:64], secret_key(archive().settings)
        )
        if not right and not service.is_locked(person):
            service.note_failure(session_, person)
    if right:
        return _let_in(person, safe_target(half["next"]), f"{half['by']}, code")
    problem = gettext(
        "The code is not right, was used already, or the account is locked for a while. Try the next one."
    )
    page = render_template("sign_in_code.html", problem=problem)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)


def _half() -> dict[str, Any] | None:
    found = session.get(HALF)
    fresh = isinstance(found, dict) and now().timestamp() - found["at"] < HALF_LASTS.total_seconds()
    return found if fresh else None


@signin.get("/enter/<key>")
def enter(key: str) -> Response:
    """A one-time link. A preview of the link (HEAD) does not use it up."""
    if request.method == "HEAD":
        return make_response("")
    try:
        with transaction() as session_:
            person = service.redeem(session_, key)
    except Refused as refused:
        return make_response(_form("/", say(refused.message)), HTTPStatus.GONE)
    return _go_on(person, safe_target(request.args.get("next")), "link")


@signin.get("/sign-in/outside")
def leave() -> Response:
    """Leads to the sign-in service."""
    return outside.leave(safe_target(request.args.get("next")))


@signin.get("/sign-in/arrived")
def arrive() -> Response:
    """Takes what the sign-in service says of who comes back from it."""
    try:
        person, target = outside.arrive()
    except Refused as refused:
        return make_response(_form("/", say(refused.message)), HTTPStatus.FORBIDDEN)
    return _let_in(person, safe_target(target), "sign-in service")


@signin.post("/sign-out")
def sign_out() -> Response:
    """Ends this browser's session."""
    with transaction() as session_:
        service.sign_out(session_, request.cookies.get(sessions.COOKIE, ""))
    response = redirect(url_for("signin.sign_in"), HTTPStatus.SEE_OTHER)
    response.delete_cookie(sessions.COOKIE)
    return response
