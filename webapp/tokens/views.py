"""Access tokens: one's own, or those of all for who manages people."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from media_archive.access import service as access
from media_archive.access import tokens as service
from media_archive.access.models import Token, User
from media_archive.errors import Invalid, NotFound, Refused
from webapp.door import reading, transaction, user
from webapp.languages import say
from webapp.translated import gettext, lazy_gettext

tokens = Blueprint("tokens", __name__)
USUAL_DAYS = 90
STANDINGS = {
    "active": ("good", "circle-check", lazy_gettext("in force")),
    "expired": ("idle", "clock", lazy_gettext("expired")),
    "revoked": ("idle", "circle-x", lazy_gettext("revoked")),
}


@tokens.get("/tokens")
def index() -> str:
    """One's own tokens, or those of all."""
    return _page()


@tokens.post("/tokens")
def make() -> Response:
    """Makes a token and shows its key, this once."""
    name, scope = request.form.get("name", ""), request.form.get("scope", "read")
    actions = request.form.getlist("action")
    try:
        days = _days(request.form.get("days", ""))
        with transaction() as session:
            person = session.get_one(User, user().id)
            _, key = service.issue(session, person, name, scope, days, person.login, actions=actions)
    except Refused as refused:
        return make_response(_page(problem=say(refused.message)), HTTPStatus.UNPROCESSABLE_ENTITY)
    return make_response(_page(key=key), HTTPStatus.CREATED)


@tokens.post("/tokens/<id:token_id>/revoke")
def revoke(token_id: UUID) -> Response:
    """Ends a token."""
    with transaction() as session:
        found = service.called(session, token_id)
        if found.user_id != user().id and not access.may(user(), "manage users"):
            # whose it is, is nobody else's affair
            raise NotFound("There is no such token. `media-archive tokens` lists them.")
        service.revoke(session, found, user().login)
    flash(gettext("The token is revoked: nobody comes in with it any more."), "good")
    everybody = "1" if request.form.get("all") else None
    return redirect(url_for("tokens.index", all=everybody), HTTPStatus.SEE_OTHER)


def _page(key: str = "", problem: str = "") -> str:
    sees_all = access.may(user(), "manage users")
    everybody = sees_all and "all" in request.args
    with reading() as session:
        found = service.listed(session, None if everybody else user())
    return render_template(
        "tokens.html",
        found=found,
        key=key,
        problem=problem,
        given=request.form,
        everybody=everybody,
        sees_all=sees_all,
        standing=_standing,
        actions={one: say(words) for one, words in access.ACTIONS.items() if access.may(user(), one)},
        chosen=request.form.getlist("action") if problem else [],
        told=_told,
        usual_days=USUAL_DAYS,
        longest_days=service.LONGEST_DAYS,
    )


def _told(token: Token) -> str:
    """What a token is limited to, in words; empty where that is nothing."""
    return ", ".join(say(access.ACTIONS[one]) for one in token.actions or () if one in access.ACTIONS)


def _standing(token: Token) -> tuple[str, str, str]:
    look, icon, word = STANDINGS[service.standing(token)]
    return look, icon, str(word)


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise Invalid("{days} is not a number of days. Give another.", days=text[:20])
    return int(text)
