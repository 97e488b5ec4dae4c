"""The caption table (题注表): a row an asset, saved row by row."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from media_archive.access import service as access
from media_archive.catalogue import describing, shown
from media_archive.errors import Conflict, Invalid, NotFound, Refused
from webapp import selected
from webapp.assets.choice import Choice
from webapp.captions import rows as table
from webapp.captions import wanted as pages
from webapp.captions import words
from webapp.captions.rows import Trouble
from webapp.captions.wanted import Wanted
from webapp.describing import fields
from webapp.door import archive, reading, transaction, user
from webapp.languages import say
from webapp.refusals import status_of
from webapp.translated import gettext

captions = Blueprint("captions", __name__)


@captions.get("/captions")
def index() -> str:
    """The table of a list, a page at a time."""
    access.require(user(), "describe")
    return _page(Wanted.of(request.args))


@captions.post("/captions/chosen")
def chosen() -> str:
    """The table of a selection; it is carried along from page to page."""
    access.require(user(), "describe")
    if request.form.get("from"):
        return _page(Wanted.of(request.form))
    with reading() as session:
        return _page(Wanted(Choice(), chosen=selected.of_form(session).packed))


def _page(wanted: Wanted, troubles: Mapping[UUID, Trouble] | None = None) -> str:
    scheme = describing.declared(archive().settings)
    with reading() as session:
        found = pages.find(session, wanted)
        rows = table.rows(session, found.ids, scheme, troubles)
    return render_template(
        "captions.html", wanted=wanted, found=found, rows=rows, columns=table.columns(scheme), label=fields.label
    )


@captions.post("/captions/save")
def save_all() -> AnyResponse | tuple[str, HTTPStatus]:
    """All rows of a page that were changed, where there are no scripts; what is refused comes back with what was typed."""
    access.require(user(), "describe")
    wanted, form = Wanted.of(request.form), request.form
    troubles: dict[UUID, Trouble] = {}
    saved = 0
    for text in form.getlist("row")[: pages.PAGE]:
        asset_id = _id(text)
        typed = _typed(form, asset_id)
        if table.seal(typed) == form.get(f"w.{asset_id}"):
            continue
        try:
            _save(asset_id, typed, _number(form.get(f"v.{asset_id}")))
            saved += 1
        except Refused as refused:
            troubles[asset_id] = table.trouble(refused, typed)
    flash(gettext("%(n)s rows were saved.", n=saved) if saved else gettext("Nothing was changed."), "good")
    if troubles or wanted.chosen:
        return _page(wanted, troubles), HTTPStatus.CONFLICT if troubles else HTTPStatus.OK
    return redirect(url_for("captions.index") + wanted.address, HTTPStatus.SEE_OTHER)


def _typed(form: "MultiDict[str, str]", asset_id: UUID) -> dict[str, str]:
    return {name: form[f"f.{asset_id}.{name}"] for name in table.COLUMNS if f"f.{asset_id}.{name}" in form}


def _save(asset_id: UUID, typed: Mapping[str, str], seen: int) -> dict[str, Any]:
    """Saves a row; its version and cells as they are then."""
    settings = archive().settings
    scheme = describing.declared(settings)
    with transaction() as session:
        asset = table.save(session, asset_id, typed, seen, user(), scheme, settings.time_zone)
        return {"version": asset.version, "values": table.texts(asset, scheme)}


@captions.post("/captions/<id:asset_id>")
def save(asset_id: UUID) -> Response:
    """One row: {"version", "values"} in, the same out; a conflict brings what others made of it."""
    access.require(user(), "describe")
    given = request.get_json(silent=True)
    values = given.get("values") if isinstance(given, dict) else None
    if given is None or not isinstance(values, dict) or not all(isinstance(text, str) for text in values.values()):
        raise Invalid("The form asks for something that cannot be done. Reload the page.")
    try:
        return jsonify(_save(asset_id, values, _number(given.get("version"))))
    except (Conflict, table.WrongCell) as refused:
        told = {"problem": say(refused.message), "column": refused.message.facts.get("column")}
        return make_response(jsonify(told | _now(asset_id)), status_of(refused))


def _now(asset_id: UUID) -> dict[str, Any]:
    """The row as it is; nothing where it is gone."""
    try:
        with reading() as session:
            asset = shown.asset(session, asset_id)
            return {"version": asset.version, "values": table.texts(asset, describing.declared(archive().settings))}
    except NotFound:
        return {}


@captions.get("/captions/words")
def offered() -> Response:
    """Words for what was typed so far in a column."""
    access.require(user(), "describe")
    column, typed = request.args.get("field", ""), request.args.get("q", "")[:100]
    with reading() as session:
        scheme = describing.declared(archive().settings)
        return jsonify(words.offered(session, scheme, user().archive_id, column, typed))


def _number(text: Any) -> int:
    written = str(text)
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        raise Invalid("The form does not say which version it shows. Reload the page.")
    return int(written)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as exc:
        raise NotFound("An id in the address is none. Reload the page.") from exc
