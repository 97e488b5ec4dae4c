"""Links for people outside: made, listed, revoked."""

from collections.abc import Sequence
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from media_archive.access import service as access
from media_archive.catalogue import marks
from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.collections import service as collections
from media_archive.catalogue.collections.models import Collection
from media_archive.errors import Invalid
from media_archive.sharing import queries, service
from media_archive.sharing.models import Share
from media_archive.sharing.service import LONGEST_DAYS, MOST_ASSETS, MOST_OPENINGS, USUAL_DAYS, Wish
from webapp import selected
from webapp.door import archive, optional_id, reading, transaction, user
from webapp.selected import Selected
from webapp.translated import gettext, lazy_gettext

shares = Blueprint("shares", __name__)
PAGE = 50
STANDINGS = {
    "open": ("good", "circle-check", lazy_gettext("can be opened")),
    "expired": ("idle", "clock", lazy_gettext("expired")),
    "revoked": ("idle", "circle-x", lazy_gettext("revoked")),
    "used up": ("idle", "circle-x", lazy_gettext("used up")),
}


@shares.get("/shares")
def index() -> str:
    """One's own links, or those of the archives where one is archivist."""
    return _list()


def _list(key: str = "", made: Share | None = None) -> str:
    archives = [one for one in user().roles() if access.may(user(), "classify", one)]
    everybody = bool(archives) and "all" in request.args
    with reading() as session:
        before = optional_id(request.args.get("before"))
        who = None if everybody else user().login
        found, following = queries.listed(session, who, archives if everybody else None, before=before, limit=PAGE)
        counts = queries.counts(session, [one.id for one in found])
    return render_template(
        "shares.html", found=found, following=following, counts=counts, everybody=everybody, sees_all=bool(archives),
        standing=_standing, address=url_for("shared.page", token=key, _external=True) if key else "", made=made,
    )  # fmt: skip


def _standing(share: Share) -> tuple[str, str, str]:
    look, icon, word = STANDINGS[service.standing(share)]
    return look, icon, str(word)


@shares.get("/shares/new")
def new() -> str:
    """The form for a link to a collection, or to one asset."""
    with reading() as session:
        if number := optional_id(request.args.get("collection")):
            return _form(session, _collection(session, number))
        asset = optional_id(request.args.get("asset"))
        if asset is None:
            raise Invalid("Choose what to share: on the page of an asset or a collection, or select assets in a list.")
        return _form(session, selected.of_assets([asset]))


@shares.post("/shares/chosen")
def choose() -> str:
    """The form for a link to what is selected."""
    with reading() as session:
        chosen = selected.of_form(session)
        if chosen.total > MOST_ASSETS:
            raise Invalid(
                "More than {most} assets do not go into one link. Share a collection instead.", most=MOST_ASSETS
            )
        return _form(session, selected.of_assets(selected.first(session, chosen, MOST_ASSETS)))


def _form(session: Session, what: Collection | Selected) -> str:
    ids = _first(session, what)
    cards = catalogue.cards(session, ids)
    has_mark = marks.of(session, what.archive_id if isinstance(what, Collection) else user().archive_id) is not None
    return render_template(
        "share_new.html", collection=what if isinstance(what, Collection) else None,
        chosen=what if isinstance(what, Selected) else None, cards=cards, has_mark=has_mark,
        usual_days=USUAL_DAYS, longest_days=LONGEST_DAYS, most_openings=MOST_OPENINGS,
        shortest=service.SHORTEST_PASSWORD,
    )  # fmt: skip


def _first(session: Session, what: Collection | Selected) -> Sequence[UUID]:
    if isinstance(what, Collection):
        return [item.asset_id for item in collections.page(session, what, 12)[0]]
    return selected.first(session, what, 12)


def _collection(session: Session, number: UUID) -> Collection:
    found = collections.one(session, number, user().login, access.may(user(), "manage users"))
    if found.query is not None:
        raise Invalid("A saved search grows by itself and is not shared. Put what it finds into a collection.")
    return found


@shares.post("/shares")
def make() -> Response:
    """Makes a link and shows its address, this once."""
    form, number = request.form, optional_id(request.form.get("collection"))
    wish = Wish(
        title=form.get("title", ""), note=form.get("note", ""), days=_count(form.get("days", "")) or USUAL_DAYS,
        password=form.get("password", ""), marked=form.get("marked") == "on", downloads=form.get("downloads") == "on",
        most=_count(form.get("most", "")),
    )  # fmt: skip
    with transaction() as session:
        what: Collection | list[UUID]
        if number:
            what = _collection(session, number)
        else:
            what = selected.first(session, selected.of_form(session), MOST_ASSETS + 1)
        made, key = service.make(session, archive().settings, user(), what, wish)
    return make_response(_list(key, made), HTTPStatus.CREATED)


def _count(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise Invalid("{number} is no number. Give another.", number=text[:20])
    return int(text)


@shares.post("/shares/<id:share_id>/revoke")
def revoke(share_id: UUID) -> Response:
    """Closes a link."""
    with transaction() as session:
        service.revoke(session, service.called(session, share_id, user()), user().login)
    flash(gettext("The link is closed: nobody sees anything by it any more."), "good")
    return redirect(url_for("shares.index", all=request.form.get("all") or None), HTTPStatus.SEE_OTHER)


@shares.post("/shares/<id:share_id>/key")
def reissue(share_id: UUID) -> Response:
    """A new address for a link; the one before is closed."""
    with transaction() as session:
        share = service.called(session, share_id, user())
        key = service.reissue(session, share, user())
    return make_response(_list(key, share), HTTPStatus.CREATED)
