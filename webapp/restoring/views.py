"""Originals in cold storage: what bringing them back takes, asking for it, and how far it is."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, jsonify, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from media_archive.access import service as access
from media_archive.access.models import Part
from media_archive.catalogue.collections import service as collections
from media_archive.errors import Forbidden, Invalid
from media_archive.restoring import choosing, queries, service
from media_archive.restoring.asking import LONGEST_PURPOSE, MOST_DAYS
from media_archive.restoring.choosing import Chosen
from media_archive.restoring.models import RestoreRequest
from webapp.door import archive, optional_id, reading, transaction, user
from webapp.refusals import wants_json
from webapp.signin.targets import safe_target

restoring = Blueprint("restoring", __name__)
PAGE = 50
MOST_ASSETS = 500


@restoring.get("/restores")
def index() -> Response | str:
    """One's own requests, or those of all: by itself where one who may see them has none."""
    access.require(user(), "restore")
    sees_all = access.may(user(), "see storage")
    everybody, before = sees_all and "all" in request.args, optional_id(request.args.get("before"))
    with reading() as session:
        who = None if everybody else user().login
        found, following = queries.page(session, who=who, before=before, limit=PAGE)
        if not found and sees_all and not request.args:
            everybody = True
            found, following = queries.page(session, who=None, before=None, limit=PAGE)
    if wants_json():
        return jsonify(items=[one.to_json() for one in found], next=str(following) if following else None)
    return render_template("restores.html", found=found, following=following, everybody=everybody, sees_all=sees_all)


@restoring.get("/restores/new")
def confirm() -> Response | str:
    """What it would take: nothing is asked for yet."""
    access.require(user(), "restore")
    with reading() as session:
        chosen = _chosen(session, request.args)
        told = service.estimate(session, archive(), chosen)
    if wants_json():
        return jsonify({"title": chosen.title, **told.to_json()})
    return render_template(
        "restore_new.html",
        title=chosen.title,
        told=told,
        given=_given(request.args),
        back=_back(request.args),
        days=archive().settings.restore_days,
        budget=archive().settings.restore_budget,
        most_days=MOST_DAYS,
        longest=LONGEST_PURPOSE,
    )


@restoring.post("/restores")
def ask() -> Response:
    """Asks for them."""
    access.require(user(), "restore")
    with transaction() as session:
        chosen = _chosen(session, request.form)
        days = _days(request.form.get("days", ""))
        asked = service.ask(session, archive(), chosen, user().login, request.form.get("purpose", ""), days).id
    there = url_for("restoring.page", request_id=asked)
    if not wants_json():
        return redirect(there, HTTPStatus.SEE_OTHER)
    response = make_response(jsonify({"id": str(asked), "self": there}), HTTPStatus.ACCEPTED)
    response.headers["Location"] = there
    return response


@restoring.get("/restores/<id:request_id>")
def page(request_id: UUID) -> Response | str:
    """How far one request is."""
    with reading() as session:
        asked = _open_to_me(service.request_called(session, request_id))
        (summary,) = queries.summaries(session, [asked])
        items = queries.items(session, request_id)
    if wants_json():
        return jsonify(summary.to_json())
    return render_template("restore.html", one=summary, items=items, currency=archive().stores.profile.currency)


@restoring.post("/restores/<id:request_id>/end")
def end(request_id: UUID) -> Response:
    """Gives back what is not needed any more."""
    with transaction() as session:
        service.end(session, _open_to_me(service.request_called(session, request_id)), user().login)
    return redirect(url_for("restoring.page", request_id=request_id), HTTPStatus.SEE_OTHER)


@restoring.post("/restores/<id:request_id>/seen")
def seen(request_id: UUID) -> Response:
    """The notice on every page was seen."""
    with transaction() as session:
        service.seen(_open_to_me(service.request_called(session, request_id)))
    return redirect(safe_target(request.form.get("next")), HTTPStatus.SEE_OTHER)


def _open_to_me(asked: RestoreRequest) -> RestoreRequest:
    if asked.asked_by != user().login and not access.may(user(), "see storage"):
        raise Forbidden("Somebody else asked for this. Ask for your own.")
    return asked


def _chosen(session: Session, given: "MultiDict[str, str]") -> Chosen:
    """What the address or the form names: assets, a shoot or a collection."""
    if shoot := optional_id(given.get("shoot")):
        return choosing.shoot(session, shoot)
    if collection := optional_id(given.get("collection")):
        is_administrator = user().role == Part.ADMINISTRATOR
        return choosing.collection(session, collections.one(session, collection, user().login, is_administrator).id)
    ids = [found for text in given.getlist("asset") if (found := optional_id(text))]
    if not 1 <= len(ids) <= MOST_ASSETS:
        raise Invalid("Name 1 to {most} assets, or a shoot or collection.", most=MOST_ASSETS)
    return choosing.assets(session, ids)


def _given(args: "MultiDict[str, str]") -> list[tuple[str, str]]:
    return [(name, value) for name in ("shoot", "collection", "asset") for value in args.getlist(name)]


def _back(args: "MultiDict[str, str]") -> str:
    if shoot := optional_id(args.get("shoot")):
        return url_for("shoots.page", shoot_id=shoot)
    ids = args.getlist("asset")
    return url_for("assets.page", asset_id=ids[0]) if len(ids) == 1 else url_for("assets.grid")


def _days(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise Invalid("{days} is not a number of days. Give another.", days=text[:20])
    return int(text)
