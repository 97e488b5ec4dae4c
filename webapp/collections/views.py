"""Collections: albums and shortlists in an order of their own, and searches that were saved."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from media_archive.access import service as access
from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.collections import ordering, service, sharing
from media_archive.catalogue.collections.models import Collection, CollectionItem, Purpose
from media_archive.catalogue.models import Archive
from media_archive.catalogue.seeing.viewer import VIEWER, Viewer
from media_archive.errors import Invalid, NotFound
from media_archive.search import service as search
from media_archive.search.language.snippets import Piece
from webapp import selected
from webapp.assets import cells
from webapp.assets.choice import Choice
from webapp.door import optional_id, reading, transaction, user
from webapp.listing import lists
from webapp.refusals import wants_json
from webapp.translated import gettext

collections = Blueprint("collections", __name__)
PAGE = 200
CELLS = 120
#: pictures on the card of a collection
COVERS = 3
#: assets that one request puts in
MOST = 5000


def _me() -> tuple[str, bool]:
    return user().login, access.may(user(), "manage users")


def _one(session: Session, collection_id: UUID) -> Collection:
    found = service.one(session, collection_id, *_me())
    if found.archive_id != user().archive_id and not _extent(session, found):
        raise NotFound("There is no such collection. It may be gone, or somebody's own.")
    return found


def _extent(session: Session, one: Collection) -> str:
    viewer: Viewer | None = session.info.get(VIEWER)
    return viewer.extent(one.id) if viewer else ""


def mine(session: Session, collection_id: UUID, wanted: str = "edit") -> Collection:
    """One with which the reader may do that much."""
    access.require(user(), "arrange")
    found = _one(session, collection_id)
    sharing.require_reach(session, found, *_me(), wanted)
    return found


@collections.get("/collections")
def index() -> str:
    """The collections that lie in no other."""
    with reading() as session:
        every = service.seen_by(session, user().archive_id, *_me())
        seen = {one.id for one in every}
        top = [one for one in every if one.parent_id not in seen]
        shown = _cards(session, top, every)
        opened = [one for one in sharing.opened(session) if one.id not in seen]
        others = _cards(session, opened, opened)
    return render_template("collections.html", shown=shown, others=others)


def _cards(session: Session, those: list[Collection], every: list[Collection]) -> list[dict[str, Any]]:
    counts = service.counts(session, [one.id for one in those])
    covers = service.covers(session, [one.id for one in those])
    for one in those:
        if one.query is not None:
            counts[one.id], covers[one.id] = _found(session, one)
    shown = [asset for ids in covers.values() for asset in ids]
    pictures = {card.id: cells.thumb(card) for card in catalogue.cards(session, shown)}
    return [
        {
            "one": one,
            "count": counts.get(one.id, 0),
            "inside": sum(other.parent_id == one.id for other in every),
            "cover": [pictures[asset] for asset in covers[one.id] if pictures.get(asset)],
        }
        for one in those
    ]


def _found(session: Session, saved: Collection) -> tuple[int, list[UUID]]:
    """How many a saved search finds now, and the first of them."""
    choice = Choice.of(saved.query or {})
    found = search.find(session, choice.q, choice.filters(), limit=COVERS, facets=False)
    return found.total, found.ids


@collections.get("/collections/new")
def new() -> str:
    """The form for a new one; with the address of a list, for a saved search."""
    access.require(user(), "arrange")
    choice = Choice.of(request.args)
    with reading() as session:
        others = service.seen_by(session, user().archive_id, *_me())
    return render_template(
        "collection_form.html", one=None, others=others, query=choice.args(), parent=request.args.get("in"), own=True
    )


@collections.post("/collections")
def create() -> Response:
    """Makes one, and puts in what is selected, if anything is."""
    access.require(user(), "arrange")
    form = request.form
    with transaction() as session:
        institution = session.get_one(Archive, user().archive_id)
        made = service.create(
            session, institution, form.get("name", ""), user().login, note=form.get("note", ""),
            parent=_parent(session, form), query=_query(form), visibility=form.get("visibility") or "archive",
        )  # fmt: skip
        if form.get("chosen"):
            service.add(session, made, _ids(session), user().login)
    if wants_json():
        return jsonify(id=str(made.id), name=made.name)
    flash(gettext("The collection is made."), "good")
    return redirect(url_for("collections.page", collection_id=made.id), HTTPStatus.SEE_OTHER)


def _query(form: Mapping[str, str]) -> dict[str, str] | None:
    return Choice.of({name[6:]: value for name, value in form.items() if name.startswith("query.")}).args() or None


def _parent(session: Session, form: Mapping[str, str]) -> Collection | None:
    parent_id = optional_id(form.get("parent"))
    return _one(session, parent_id) if parent_id else None


def _ids(session: Session) -> list[UUID]:
    chosen = selected.of_form(session)
    if chosen.total > MOST:
        raise Invalid("More than {most} assets cannot be put in at once. Save the search instead.", most=MOST)
    return selected.first(session, chosen, MOST)


@collections.get("/collections/<id:collection_id>")
def page(collection_id: UUID) -> str | Response:
    """What lies in one, in its order; or what its search finds now."""
    with reading() as session:
        one = _one(session, collection_id)
        if one.purpose == Purpose.BIN:
            return redirect(url_for("cutting.page", bin_id=one.id))
        every = service.seen_by(session, user().archive_id, *_me())
        inside = _cards(session, [other for other in every if other.parent_id == one.id], every)
        above = next((other for other in every if other.id == one.parent_id), None)
        reached = reach(session, one)
        facts = {"one": one, "inside": inside, "above": above, "reached": reached, "may_change": _may(reached)}
        facts["owner"] = session.get_one(Archive, one.archive_id) if one.archive_id != user().archive_id else None
        arranging = request.args.get("arrange") == "1" and _may(reached) and one.query is None
        if not arranging:
            return render_template("collection.html", **facts, arranging=False, **_listed(session, one))
        items, following = service.page(session, one, PAGE, _after())
        cards = {card.id: card for card in catalogue.cards(session, [item.asset_id for item in items])}
        total = service.counts(session, [one.id]).get(one.id, 0)
        behind = ordering.last_before(session, one, _after())
    return render_template(
        "collection.html", **facts, items=items, cards=cards, total=total, following=following, arranging=arranging,
        behind=behind,
    )  # fmt: skip


def reach(session: Session, one: Collection) -> str:
    """How far the reader may go with it (see `sharing.reach`): no further than to look without the right to arrange."""
    far = sharing.reach(session, one, *_me())
    return far if access.may(user(), "arrange") else far and "look"


def _may(reached: str) -> bool:
    return reached in ("edit", sharing.OWN)


def _listed(session: Session, one: Collection) -> dict[str, Any]:
    """What lies in it in its own order, or what its search finds now."""
    of = one.query or {"collection": str(one.id)}
    choice = Choice.within(request.args, **{name: str(value) for name, value in of.items()})
    listed = lists.find(session, choice, cursor=request.args.get("cursor"), limit=CELLS, facets=False)
    found = listed.found
    if choice.has_own_order:
        # the index may be a moment behind
        found = replace(found, total=lists.count(session, one.id))
    cards = catalogue.cards(session, found.ids)
    notes = {} if one.query else _notes(session, one, found.ids)
    return {
        "choice": choice, "found": found, "groups": listed.runs, "cards": cards, "total": found.total, "notes": notes,
    }  # fmt: skip


def _notes(session: Session, one: Collection, ids: list[UUID]) -> dict[UUID, list[Piece]]:
    noted = service.positions(one, CollectionItem).where(CollectionItem.asset_id.in_(ids), CollectionItem.note != "")
    return {item.asset_id: [Piece(item.note)] for item in session.scalars(noted)}


def _after() -> int:
    text = request.args.get("after", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise NotFound(
            "The page marker {cursor} is not one of ours. Start again from the first page.", cursor=text[:80]
        )
    return int(text)


@collections.get("/collections/<id:collection_id>/edit")
def form(collection_id: UUID) -> str:
    """The form with its name, note, place and who sees it."""
    with reading() as session:
        one = mine(session, collection_id)
        others = [other for other in service.seen_by(session, user().archive_id, *_me()) if other.id != one.id]
        own = reach(session, one) == sharing.OWN
    return render_template("collection_form.html", one=one, others=others, query=one.query or {}, parent=None, own=own)


@collections.post("/collections/<id:collection_id>")
def change(collection_id: UUID) -> Response:
    """Sets what the form says."""
    given = request.form
    with transaction() as session:
        one = mine(session, collection_id)
        changes: dict[str, Any] = {"name": given.get("name", ""), "note": given.get("note", "")}
        if reach(session, one) == sharing.OWN:
            changes |= {
                "parent": _parent(session, given),
                "visibility": given.get("visibility") or one.visibility,
                "shared_with": {name: given.get(name, "").replace("，", ",").split(",") for name in ("see", "change")},
            }
        service.change(session, one, changes, user().login, seen=_seen())
    flash(gettext("Saved."), "good")
    return redirect(url_for("collections.page", collection_id=collection_id), HTTPStatus.SEE_OTHER)


def _seen() -> int | None:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@collections.post("/collections/<id:collection_id>/remove")
def remove(collection_id: UUID) -> Response:
    """Removes it; its assets stay in the catalogue."""
    with transaction() as session:
        service.remove(session, mine(session, collection_id, "own"), user().login, seen=_seen())
    flash(gettext("The collection is gone; its assets stay in the catalogue."), "good")
    return redirect(url_for("collections.index"), HTTPStatus.SEE_OTHER)


@collections.post("/collections/<id:collection_id>/items")
def arrange(collection_id: UUID) -> Response | tuple[str, HTTPStatus]:
    """Moves an asset up, down or behind another, sets its note, or takes it out."""
    given, what = request.form, request.form.get("do", "")
    asset_id = optional_id(given.get("asset"))
    if asset_id is None:
        raise Invalid("The form asks for something that cannot be done. Reload the page.")
    with transaction() as session:
        one = mine(session, collection_id)
        if what == "move":
            ordering.move(session, one, asset_id, optional_id(given.get("after")), user().login)
        elif what in ("up", "down"):
            ordering.step(session, one, asset_id, user().login, up=what == "up")
        elif what == "note":
            service.annotate(session, one, asset_id, given.get("note", ""), user().login)
        elif what == "out":
            service.take_out(session, one, [asset_id], user().login)
        else:
            raise Invalid("The form asks for something that cannot be done. Reload the page.")
    if wants_json():
        return "", HTTPStatus.NO_CONTENT
    there = url_for("collections.page", collection_id=collection_id, arrange=1, after=given.get("page") or None)
    return redirect(f"{there}#i-{asset_id}", HTTPStatus.SEE_OTHER)


@collections.post("/collections/chosen")
def choose() -> str:
    """Asks into which collection the selection is to go."""
    access.require(user(), "arrange")
    with reading() as session:
        chosen = selected.of_form(session)
        cards = catalogue.cards(session, selected.first(session, chosen, 12))
        every = _to_fill(session)
    return render_template("collection_chosen.html", chosen=chosen, cards=cards, every=every)


def _to_fill(session: Session) -> list[Collection]:
    """The collections that the reader may put something into."""
    seen = {one.id: one for one in (*service.seen_by(session, user().archive_id, *_me()), *sharing.opened(session))}
    return [one for one in seen.values() if one.query is None and reach(session, one) not in ("", "look")]


@collections.get("/collections/offered")
def offered() -> Response:
    """The collections that the reader may put something into, for the panel that a selection is dragged to."""
    access.require(user(), "arrange")
    with reading() as session:
        return jsonify([{"id": str(one.id), "name": one.name} for one in _to_fill(session)])


@collections.post("/collections/add")
def add() -> Response:
    """Puts the selection into a collection."""
    collection_id = optional_id(request.form.get("collection"))
    if collection_id is None:
        raise Invalid("Choose a collection.")
    with transaction() as session:
        one = mine(session, collection_id, "add")
        count = service.add(session, one, _ids(session), user().login)
        name = one.name
    if wants_json():
        return jsonify(id=str(collection_id), name=name, done=count)
    flash(gettext("%(n)s assets were put in.", n=count), "good")
    return redirect(url_for("collections.page", collection_id=collection_id), HTTPStatus.SEE_OTHER)
