"""One's own account: password, second factor, sessions."""

from http import HTTPStatus
from uuid import UUID

import segno
from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from media_archive.access import factors, passwords, service
from media_archive.access.models import User
from media_archive.archive import secret_key
from media_archive.errors import Invalid, Refused
from webapp import visitors
from webapp.door import archive, reading, transaction, user
from webapp.languages import say
from webapp.signin import sessions
from webapp.translated import gettext

account = Blueprint("account", __name__)


def _key() -> str:
    return secret_key(archive().settings)


def _me(session: Session) -> User:
    return session.get_one(User, user().id)


@account.get("/account")
def page() -> str:
    """What one's account is, and what can be done with it."""
    return _page()


def _page(problem: str = "", codes: tuple[str, ...] = ()) -> str:
    mine = request.cookies.get(sessions.COOKIE, "")
    with reading() as session:
        person = _me(session)
        waiting = factors.waiting(session, person, _key())
        return render_template(
            "account.html",
            person=person,
            problem=problem,
            codes=codes,
            is_on=factors.is_on(session, person),
            left=factors.codes_left(session, person),
            waiting=waiting,
            picture=_picture(person, waiting) if waiting else "",
            sessions=[(one, service.is_of(one, mine)) for one in service.sessions(session, person)],
            shortest=passwords.SHORTEST,
        )


def _picture(person: User, secret: str) -> str:
    """The square code as the address of a picture."""
    made = segno.make(factors.address(person, secret, archive().settings.archive_name), error="m", micro=False)
    return str(made.svg_data_uri(scale=5, border=4, dark="#000", light="#fff"))


def _refused(error: Refused) -> Response:
    return make_response(_page(say(error.message)), HTTPStatus.UNPROCESSABLE_ENTITY)


def _done(words: str) -> Response:
    flash(words, "good")
    return redirect(url_for("account.page"), HTTPStatus.SEE_OTHER)


@account.post("/account/password")
def password() -> Response:
    """Sets another password, signs out everywhere, and in again here."""
    settings = archive().settings
    wrong = Invalid("That is not your present password. Nothing was changed.")
    try:
        with transaction() as session:
            # committed even where it is wrong: failed attempts count
            person = _me(session)
            if person.password is not None and not _proves(session, person):
                right = False
            else:
                right, key = True, _change(session, person)
        if not right:
            raise wrong
    except Refused as refused:
        return _refused(refused)
    response = _done(gettext("The password is changed. You were signed out everywhere else."))
    sessions.give(response, key, settings)
    return response


def _proves(session: Session, person: User) -> bool:
    return service.check_password(session, person.login, request.form.get("present", "")) is not None


def _change(session: Session, person: User) -> str:
    first, again = request.form.get("password", ""), request.form.get("again", "")
    if first != again:
        raise Invalid("The two passwords are not the same. Type both again.")
    service.set_password(session, person, first, person.login)
    agent, hours = request.user_agent.string or "", archive().settings.session_hours
    return service.sign_in(session, person, hours, agent, visitors.address(), "new password")


@account.post("/account/factor")
def begin() -> Response:
    """Begins with a second factor: the page shows its secret until the first code confirms it."""
    try:
        with transaction() as session:
            factors.begin(session, _me(session), _key())
    except Refused as refused:
        return _refused(refused)
    return redirect(url_for("account.page", _anchor="factor"), HTTPStatus.SEE_OTHER)


@account.post("/account/factor/confirm")
def confirm() -> Response:
    """Sets the second factor in force, and shows the recovery codes, this once."""
    try:
        with transaction() as session:
            made = factors.confirm(session, _me(session), request.form.get("code", ""), _key())
    except Refused as refused:
        return _refused(refused)
    return make_response(_page(codes=tuple(made)), HTTPStatus.CREATED)


@account.post("/account/factor/codes")
def codes() -> Response:
    """Other recovery codes, for a code of the device."""
    try:
        with transaction() as session:
            person, right = _me(session), _shows_code(session)
            made = factors.renew_codes(session, person, person.login) if right else []
        _require_code(right)
    except Refused as refused:
        return _refused(refused)
    return make_response(_page(codes=tuple(made)), HTTPStatus.CREATED)


@account.post("/account/factor/remove")
def without() -> Response:
    """Takes the second factor away, for a code."""
    try:
        with transaction() as session:
            person, right = _me(session), _shows_code(session)
            if right:
                factors.remove(session, person, person.login)
        _require_code(right)
    except Refused as refused:
        return _refused(refused)
    return _done(gettext("The second factor is taken away."))


def _shows_code(session: Session) -> bool:
    """Whether the form has a right code; a wrong one counts as a failed attempt, so that nobody can try them all."""
    person = _me(session)
    if service.is_locked(person):
        return False
    right = factors.check(session, person, request.form.get("code", "")[:64], _key())
    if not right:
        service.note_failure(session, person)
    return right


def _require_code(right: bool) -> None:
    if not right:
        raise Invalid("The code is not right. Wait for the next one, and see that the clock of your device is right.")


@account.post("/account/sessions/<id:session_id>/end")
def out(session_id: UUID) -> Response:
    """Ends one of one's sessions."""
    with transaction() as session:
        service.end_session(session, _me(session), session_id, user().login)
    return _done(gettext("The session is ended."))


@account.post("/account/sessions/end")
def out_everywhere() -> Response:
    """Ends all one's sessions but this one."""
    with transaction() as session:
        ended = service.end_sessions(session, _me(session), but=request.cookies.get(sessions.COOKIE, ""))
    return _done(gettext("%(n)s other sessions are ended.", n=ended))
