"""Asking archives for originals or for a use; and their answer."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from media_archive.access import service as access
from media_archive.access.models import User
from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.collections import service as collections
from media_archive.catalogue.models import Archive, Asset
from media_archive.catalogue.shown import is_withheld
from media_archive.db import now
from media_archive.errors import Invalid
from media_archive.requesting import approving, queries, service
from media_archive.requesting.models import UseItem, UseRequest
from media_archive.requesting.wishes import (
    LONGEST_CONTACT,
    LONGEST_TEXT,
    MOST_ASSETS,
    MOST_DAYS,
    USUAL_DAYS,
    Decision,
    Wish,
)
from media_archive.storage.models import Parcel
from webapp import selected
from webapp.door import archive, optional_id, reading, transaction, user
from webapp.parcels.views import handed
from webapp.restoring import shown as restoring
from webapp.translated import gettext

lending = Blueprint("lending", __name__, url_prefix="/requests")
PAGE = 50
#: seconds after which a page that waits for its package asks again
AGAIN = 3


@lending.get("")
def index() -> str:
    """What one asked for, or what was asked of the archives where one decides."""
    decides = bool(queries.deciding(user()))
    owner, before = decides and "owner" in request.args, optional_id(request.args.get("before"))
    look = queries.queue if owner else queries.mine
    with reading() as session:
        found, following = look(session, user(), before=before, limit=PAGE)
        late = queries.overdue(session, user()) if owner and not before else ()
    return render_template(
        "requests.html", found=found, following=following, owner=owner, decides=decides, moment=now(), late=late
    )


@lending.get("/new")
def new() -> str:
    """The form for an asset or a collection."""
    with reading() as session:
        if number := optional_id(request.args.get("collection")):
            return _form(session, _inside(session, number), collections.one(session, number, *_me()).name)
        asset = optional_id(request.args.get("asset"))
        if asset is None:
            raise Invalid(
                "Choose what to ask for: on the page of an asset or a collection, or select assets in a list."
            )
        return _form(session, [asset], "")


@lending.post("/chosen")
def choose() -> str:
    """The form for what is selected."""
    with reading() as session:
        chosen = selected.of_form(session)
        if chosen.total > MOST_ASSETS:
            raise Invalid("More than {most} assets are not asked for at once. Choose fewer.", most=MOST_ASSETS)
        return _form(session, selected.first(session, chosen, MOST_ASSETS), "")


def _me() -> tuple[str, bool]:
    return user().login, access.may(user(), "manage users")


def _inside(session: Session, number: UUID) -> list[UUID]:
    one = collections.one(session, number, *_me())
    if one.query is not None:
        raise Invalid("A saved search is not asked for as a whole. Open it, and select what you need.")
    items, _ = collections.page(session, one, MOST_ASSETS)
    return [item.asset_id for item in items]


def _form(session: Session, ids: list[UUID], title: str) -> str:
    cards = catalogue.cards(session, ids)
    if not cards:
        raise Invalid("There is nothing here to ask for. Select some assets first.")
    owners = {one.archive_id for one in (session.get_one(Asset, card.id) for card in cards)}
    names = sorted(session.get_one(Archive, one).name for one in owners)
    return render_template(
        "request_new.html", cards=cards, chosen=selected.of_assets([card.id for card in cards]), title=title,
        owners=names, longest=LONGEST_TEXT, longest_contact=LONGEST_CONTACT,
    )  # fmt: skip


@lending.post("")
def ask() -> Response | AnyResponse:
    """Asks: each archive for what is its own."""
    form = request.form
    wish = Wish(
        form.get("purpose", ""), form.get("text", ""), form.get("form", ""), form.get("use_until", ""),
        form.get("contact", ""),
    )  # fmt: skip
    with transaction() as session:
        ids = selected.first(session, selected.of_form(session), MOST_ASSETS + 1)
        made = service.ask(session, user(), ids, wish, form.get("title", "").strip())
    flash(gettext("The archive was asked. What it says stands here, and is counted in the rail."), "good")
    there = url_for("lending.page", request_id=made[0].id) if len(made) == 1 else url_for("lending.index")
    return redirect(there, HTTPStatus.SEE_OTHER)


@lending.get("/<id:request_id>")
def page(request_id: UUID) -> str:
    """How far one is, and what can be done with it."""
    with reading() as session:
        asked = service.called(session, request_id, user())
        facts = _facts(session, asked)
    return render_template("request.html", one=asked, **facts)


def _facts(session: Session, asked: UseRequest) -> dict[str, Any]:
    items = queries.items(session, asked.id)
    cards = {card.id: card for card in catalogue.cards(session, [item.asset_id for item in items])}
    parcel = session.get(Parcel, asked.parcel_id) if asked.parcel_id else None
    problem = parcel.problem if parcel is not None and asked.state == "approved" else None
    return {
        "items": items,
        "cards": cards,
        "held": _held(session, asked, items),
        "cold": restoring.standings(session, list(cards)),
        "asker": _asker(session, asked),
        "owner": session.get_one(Archive, asked.owner_id).name,
        "mine": service.is_of(asked, user()),
        "decides": service.decides(asked, user()),
        "takes": asked.can_be_taken(now()),
        "parcel": parcel,
        "problem": problem,
        "waits": asked.state == "approved" and problem is None,
        "again": AGAIN,
        "usual_days": USUAL_DAYS,
        "most_days": MOST_DAYS,
        "longest": LONGEST_TEXT,
    }


def _asker(session: Session, asked: UseRequest) -> str:
    """Name and archive of who asks."""
    query = select(User.name, Archive.name).join(Archive, Archive.id == User.archive_id)
    found = session.execute(query.where(User.login == asked.asked_by)).first()
    return f"{found[0]} · {found[1]}" if found else asked.asked_by


def _held(session: Session, asked: UseRequest, items: list[UseItem]) -> dict[UUID, str]:
    """Why assets may not be handed out by everybody; for who decides."""
    if not service.decides(asked, user()):
        return {}
    found = {}
    for item in items:
        one = session.get_one(Asset, item.asset_id)
        if one.hold is not None:
            found[one.id] = gettext("Legal hold")
        elif is_withheld(one):
            found[one.id] = gettext("Classified, not open, or under embargo")
    return found


def _back(request_id: UUID) -> AnyResponse:
    return redirect(url_for("lending.page", request_id=request_id), HTTPStatus.SEE_OTHER)


@lending.post("/<id:request_id>/decision")
def decide(request_id: UUID) -> AnyResponse:
    """The archive asks back, approves or refuses."""
    form, what = request.form, request.form.get("do", "")
    with transaction() as session:
        asked = service.locked(session, request_id, user())
        if what == "ask":
            service.ask_back(session, asked, user(), form.get("word", ""))
        elif what == "refuse":
            service.refuse(session, asked, user(), form.get("word", ""))
        elif what == "approve":
            ids = {found for text in form.getlist("asset") if (found := optional_id(text))}
            decision = Decision(form.get("form", ""), form.get("conditions", ""), _days(form.get("days", "")))
            approving.approve(session, archive(), asked, user(), ids, decision)
        else:
            raise Invalid("The form asks for something that cannot be done. Reload the page.")
    return _back(request_id)


def _days(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise Invalid("{days} is not a number of days. Give another.", days=text[:20])
    return int(text)


@lending.post("/<id:request_id>/answer")
def answer(request_id: UUID) -> AnyResponse:
    """The requester answers what the archive asked."""
    with transaction() as session:
        asked = service.locked(session, request_id, user())
        service.answer(session, asked, user(), request.form.get("answer", ""))
    return _back(request_id)


@lending.post("/<id:request_id>/withdrawal")
def withdraw(request_id: UUID) -> AnyResponse:
    """The requester needs it no longer."""
    with transaction() as session:
        service.withdraw(session, service.locked(session, request_id, user()), user())
    return _back(request_id)


@lending.post("/<id:request_id>/package")
def again(request_id: UUID) -> AnyResponse:
    """Has a package made anew that could not be made."""
    with transaction() as session:
        approving.pack_again(session, archive(), service.locked(session, request_id, user()), user())
    return _back(request_id)


@lending.get("/<id:request_id>/package")
def take(request_id: UUID) -> Response:
    """The package."""
    with transaction() as session:
        parcel = approving.take(session, service.locked(session, request_id, user()), user())
    return handed(parcel)


@lending.post("/<id:request_id>/report")
def report(request_id: UUID) -> AnyResponse:
    """The requester tells what became of it."""
    form = request.form
    with transaction() as session:
        asked = service.locked(session, request_id, user())
        told = [form.get(name, "") for name in ("published", "date", "address", "note")]
        service.report(session, asked, user(), *told, deleted=form.get("deleted") == "on")
    flash(gettext("Thank you. The archive sees what became of it."), "good")
    return _back(request_id)
