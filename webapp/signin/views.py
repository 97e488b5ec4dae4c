"""Signing in and out."""

from http import HTTPStatus

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from media_archive.access import service
from media_archive.access.models import User
from media_archive.errors import Refused
from webapp.door import archive, transaction
from webapp.languages import say
from webapp.signin import sessions
from webapp.signin.targets import safe_target

signin = Blueprint("signin", __name__)


@signin.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response:
    """The form, and what it sends."""
    target = safe_target(request.values.get("next"))
    if request.method == "GET":
        return redirect(target) if g.user else make_response(_form(target))
    with transaction() as session:
        # committed either way: failed attempts count
        person = service.check_password(session, request.form.get("login", ""), request.form.get("password", ""))
    if person is None:
        return make_response(_form(target, say(service.wrong().message)), HTTPStatus.UNPROCESSABLE_ENTITY)
    return _let_in(person, target)


def _form(target: str, problem: str = "") -> str:
    return render_template("sign_in.html", next=target, login=request.form.get("login", ""), problem=problem)


def _let_in(person: User, target: str) -> Response:
    settings = archive().settings
    with transaction() as session:
        known = session.get_one(User, person.id)
        key = service.sign_in(session, known, settings.session_hours, request.user_agent.string or "")
    response = redirect(target, HTTPStatus.SEE_OTHER)
    sessions.give(response, key, settings)
    return response


@signin.get("/enter/<key>")
def enter(key: str) -> Response:
    """A one-time link. A preview of the link (HEAD) does not use it up."""
    if request.method == "HEAD":
        return make_response("")
    try:
        with transaction() as session:
            person = service.redeem(session, key)
    except Refused as refused:
        return make_response(_form("/", say(refused.message)), HTTPStatus.GONE)
    return _let_in(person, safe_target(request.args.get("next")))


@signin.post("/sign-out")
def sign_out() -> Response:
    """Ends this browser's session."""
    with transaction() as session:
        service.sign_out(session, request.cookies.get(sessions.COOKIE, ""))
    response = redirect(url_for("signin.sign_in"), HTTPStatus.SEE_OTHER)
    response.delete_cookie(sessions.COOKIE)
    return response
