"""Culling (选片): a shoot's pictures one after the other, and what is decided of each."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from media_archive.access import service as access
from media_archive.catalogue import describing, shown
from media_archive.catalogue.describing import verdicts
from media_archive.catalogue.describing.verdicts import Verdict
from media_archive.errors import Invalid, NotFound, Refused
from webapp.culling import queries
from webapp.door import archive, optional_id, reading, transaction, user
from webapp.languages import say
from webapp.translated import lazy_gettext

culling = Blueprint("culling", __name__)
#: verdicts, and cards, in one request
MOST, WINDOW = 100, 100
LABELS = {
    "red": lazy_gettext("red"),
    "yellow": lazy_gettext("yellow"),
    "green": lazy_gettext("green"),
    "blue": lazy_gettext("blue"),
    "purple": lazy_gettext("purple"),
}


@culling.get("/shoots/<id:shoot_id>/cull")
def page(shoot_id: UUID) -> str:
    """The screen, at the picture that the address names, else at the first."""
    access.require(user(), "describe")
    with reading() as session:
        shoot = queries.shoot(session, shoot_id, user().archive_id)
        around = queries.at(session, shoot_id, optional_id(request.args.get("at")))
        total = queries.count(session, shoot_id)
        cards = queries.cards(session, [around.asset.id]) if around else []
    grid = url_for("assets.skeleton", shoot=shoot_id)
    return render_template(
        "cull.html", shoot=shoot, around=around, total=total, card=cards[0] if cards else None, labels=LABELS, grid=grid
    )


@culling.get("/shoots/<id:shoot_id>/cull/list")
def listed(shoot_id: UUID) -> Response:
    """All pictures of the shoot with what was decided, some thousands at a time."""
    access.require(user(), "describe")
    with reading() as session:
        queries.shoot(session, shoot_id, user().archive_id)
        told, following = queries.listed(session, shoot_id, request.args.get("cursor"))
    return jsonify(**told, next=following)


@culling.get("/cull/cards")
def cards() -> Response:
    """What to show of some pictures."""
    access.require(user(), "describe")
    ids = [part for part in request.args.get("ids", "").split(",") if part]
    if len(ids) > WINDOW:
        raise Invalid("At most {most} assets can be asked for at once.", most=WINDOW)
    with reading() as session:
        return jsonify(queries.cards(session, [_id(one) for one in ids]))


def _id(text: Any) -> UUID:
    try:
        return UUID(str(text))
    except ValueError as exc:
        raise NotFound("An id in the address is none. Reload the page.") from exc


@culling.post("/cull/verdicts")
def judge() -> Response:
    """Verdicts in their order: [{"id", "field", "value", "was"}]. Each is answered by what holds now, or by why it was refused."""
    access.require(user(), "describe")
    given = request.get_json(silent=True)
    if not isinstance(given, list) or len(given) > MOST or not all(isinstance(one, dict) for one in given):
        raise Invalid("The form asks for something that cannot be done. Reload the page.")
    return jsonify([_judged(one) for one in given])


def _judged(one: dict[str, Any]) -> dict[str, Any]:
    verdict = Verdict(_id(one.get("id")), str(one.get("field")), one.get("value"), one.get("was"))
    try:
        return _carried_out(verdict)
    except Refused as refused:
        return {"id": str(verdict.asset_id), "problem": say(refused.message), **_now(verdict.asset_id)}


def _carried_out(verdict: Verdict) -> dict[str, Any]:
    settings = archive().settings
    scheme = describing.declared(settings)
    with transaction() as session:
        now = verdicts.judge(session, verdict, user().login, scheme, settings.time_zone)
    return {"id": str(verdict.asset_id), **vars(now)}


def _now(asset_id: UUID) -> dict[str, Any]:
    """What holds where a verdict was refused; nothing where the asset is gone."""
    try:
        with reading() as session:
            return vars(verdicts.standing(shown.asset(session, asset_id)))
    except NotFound:
        return {}


@culling.post("/shoots/<id:shoot_id>/cull")
def judge_one(shoot_id: UUID) -> AnyResponse:
    """One verdict by a form, where there are no scripts; leads to the next picture."""
    access.require(user(), "describe")
    form = request.form
    name, _, value = form.get("verdict", "").partition(":")
    was = form.get(f"was.{name}") or None
    seen = int(was) if name == "rating" and was and was.isdecimal() else was
    verdict = Verdict(_id(form.get("asset")), name, value or None, seen)
    _carried_out(verdict)
    goes_on = form.get("then") or form.get("asset")
    return redirect(url_for("culling.page", shoot_id=shoot_id, at=goes_on), HTTPStatus.SEE_OTHER)
