"""The trash: what lies there, what waits for a second person, and what keeps assets from being deleted."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from media_archive.access import service as access
from media_archive.catalogue import queries as catalogue
from media_archive.catalogue import shown
from media_archive.catalogue.models import Asset
from media_archive.disposal import holds, retention, service
from media_archive.disposal.models import OPEN, Disposal, DisposalState
from media_archive.disposal.people import Person
from media_archive.errors import Invalid, NotFound, Refused
from webapp.disposal import chosen, words
from webapp.disposal import shown as pages
from webapp.door import archive, optional_id, reading, transaction, user
from webapp.languages import say
from webapp.translated import gettext

trash = Blueprint("trash", __name__)
PAGE = 50
SHOWN = 24
TABS = {
    "trash": (DisposalState.TRASHED, DisposalState.PURGING),
    "waiting": (DisposalState.PROPOSED,),
    "ended": (DisposalState.DELETED, DisposalState.WITHDRAWN),
}


def _me() -> Person:
    return Person(user().login, user().created_at)


@trash.get("/trash")
def index() -> str:
    """What lies in the trash, what waits, or what ended."""
    access.require(user(), "see the trash")
    tab = request.args.get("tab") or "trash"
    if tab not in TABS:
        raise NotFound("There is no list called {name} here. Start again from the first one.", name=tab[:80])
    with reading() as session:
        found, following = service.page(session, TABS[tab], optional_id(request.args.get("before")), PAGE)
        cards = {one.id: one for one in catalogue.cards(session, [one.asset_id for one in found], trashed=True)}
    days = archive().settings.trash_days
    return render_template(
        "trash.html", tab=tab, tabs=TABS, found=found, following=following, cards=cards, words=words, days=days
    )


@trash.get("/trash/<id:disposal_id>")
def page(disposal_id: UUID) -> str:
    """One deletion: what it is about, who wants it and why, and what is left of it."""
    access.require(user(), "see the trash")
    with reading() as session:
        wish = _wish(session.get(Disposal, disposal_id))
        asset = session.get(Asset, wish.asset_id)
        told = catalogue.describe(session, asset.id) if asset else None
        keeping = pages.keeping(session, asset) if asset else None
        remains = pages.remains(session, wish.asset_id)
        obstacle = service.obstacle(asset) if asset and wish.state in OPEN else None
    return render_template(
        "deletion.html", wish=wish, told=told, keeping=keeping, remains=remains, obstacle=obstacle, words=words,
        mine=wish.asked_by == user().login,
    )  # fmt: skip


@trash.post("/trash/chosen")
def choose() -> str:
    """Asks why what is selected is to be deleted, and shows how many it is."""
    access.require(user(), "put into the trash")
    with reading() as session:
        ids = chosen.ids(session)
        cards = catalogue.cards(session, ids[:SHOWN])
    return render_template("trash_chosen.html", ids=ids, cards=cards, days=archive().settings.trash_days)


@trash.post("/trash")
def put() -> Response:
    """Puts the assets into the trash that the form names; each that is refused says why, the others go on."""
    access.require(user(), "put into the trash")
    reason = holds.reasoned(request.form.get("reason", ""))
    with reading() as session:
        ids = chosen.ids(session)
    done, refused = 0, []
    for asset_id in ids:
        try:
            _put(asset_id, reason)
            done += 1
        except Refused as exc:
            refused.append((asset_id, exc))
    if len(ids) == 1 and refused:
        raise refused[0][1]
    for asset_id, refusal in refused[:PAGE]:
        flash(f"{_title(asset_id)}: {say(refusal.message)}", "bad")
    flash(gettext("%(n)s assets are in the trash or wait for a second person.", n=done), "good")
    return redirect(url_for("trash.index"), HTTPStatus.SEE_OTHER)


def _put(asset_id: UUID, reason: str) -> None:
    from_collections = request.form.get("from_collections") == "on"
    with transaction() as session:
        asset = shown.asset(session, asset_id)
        days = archive().settings.trash_days
        service.propose(session, asset, _me(), reason, days, from_collections=from_collections)


def _title(asset_id: UUID) -> str:
    with reading() as session:
        return next((card.title for card in catalogue.cards(session, [asset_id], trashed=True)), str(asset_id))


@trash.post("/trash/<id:disposal_id>")
def decide(disposal_id: UUID) -> Response:
    """Agrees to a deletion, refuses it, or brings the asset back."""
    what = request.form.get("do", "")
    access.require(user(), "approve deletions" if what == "approve" else "see the trash")
    with transaction() as session:
        wish = _wish(session.get(Disposal, disposal_id))
        if what == "approve":
            service.approve(session, wish, _me(), archive().settings.trash_days)
            flash(gettext("It lies in the trash now."), "good")
        elif what == "restore":
            back = service.withdraw if wish.state == DisposalState.PROPOSED else service.restore
            back(session, wish, _me())
            flash(gettext("It stays in the catalogue."), "good")
        else:
            raise Invalid("The form asks for something that cannot be done. Reload the page.")
    if what == "restore":
        return redirect(url_for("assets.page", asset_id=wish.asset_id), HTTPStatus.SEE_OTHER)
    return redirect(url_for("trash.page", disposal_id=disposal_id), HTTPStatus.SEE_OTHER)


@trash.post("/assets/<id:asset_id>/hold")
def hold(asset_id: UUID) -> Response:
    """Sets a legal hold, asks for it to be lifted or agrees to that, or keeps it."""
    access.require(user(), "set holds")
    what, reason = request.form.get("do", ""), request.form.get("reason", "")
    with transaction() as session:
        asset = _asset(session.get(Asset, asset_id))
        if what == "set":
            holds.set_hold(session, asset, _me(), reason)
            flash(gettext("Nothing of it is deleted until the hold is lifted."), "good")
        elif what == "lift":
            lifted = holds.lift(session, asset, _me(), reason)
            flash(gettext("The hold is lifted.") if lifted else gettext("Another person has to agree."), "good")
        elif what == "keep":
            holds.keep(session, asset, _me())
            flash(gettext("The hold stays."), "good")
        else:
            raise Invalid("The form asks for something that cannot be done. Reload the page.")
        wish = service.open_wish(session, asset_id) if asset.trashed_at else None
    return _back(asset_id, wish)


@trash.post("/assets/<id:asset_id>/retention")
def retain(asset_id: UUID) -> Response:
    """Gives an asset its retention class."""
    access.require(user(), "set retention")
    with transaction() as session:
        asset = shown.asset(session, asset_id)
        if retention.give(session, asset, request.form.get("retention", ""), user().login):
            flash(gettext("The retention class is changed."), "good")
    return _back(asset_id, None)


def _back(asset_id: UUID, wish: Disposal | None) -> Response:
    there = (
        url_for("trash.page", disposal_id=wish.id)
        if wish
        else url_for("assets.page", asset_id=asset_id, _anchor="keeping")
    )
    return redirect(there, HTTPStatus.SEE_OTHER)


def _wish(found: Disposal | None) -> Disposal:
    if found is None:
        raise NotFound("There is no such deletion. `media-archive trash list` shows them.")
    return found


def _asset(found: Asset | None) -> Asset:
    if found is None:
        raise NotFound("There is no such asset. It may have been typed wrongly, or is gone.")
    return found
