"""The record page: what is said of an asset, where it comes from, its history; its state and its accession code."""

from collections.abc import Mapping
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from media_archive.access import service as access
from media_archive.catalogue import describing as core
from media_archive.catalogue import queries as catalogue
from media_archive.catalogue import shown, states
from media_archive.catalogue.coding import codes
from media_archive.catalogue.coding import service as coding
from media_archive.errors import Conflict, Invalid, Refused
from webapp.assets import queries
from webapp.describing import fields, history
from webapp.disposal.shown import PICTURES
from webapp.door import archive, optional_id, reading, transaction, user
from webapp.languages import say
from webapp.refusals import status_of
from webapp.tasks import words
from webapp.translated import gettext

describing = Blueprint("describing", __name__)


@describing.get("/assets/<id:asset_id>/description")
def page(asset_id: UUID) -> str:
    """The form with every field, and the history of each."""
    access.require(user(), "describe")
    with reading() as session:
        return _page(session, asset_id)


def _page(session: Session, asset_id: UUID, given: Mapping[str, str] | None = None, problem: str = "") -> str:
    scheme = core.declared(archive().settings)
    asset = shown.asset(session, asset_id)
    made = queries.renditions(session, asset_id)
    return render_template(
        "describe.html",
        record=asset,
        title=catalogue.title_of(asset),
        groups=fields.rows(fields.of_asset(asset, scheme), scheme, user(), given),
        origins=fields.ORIGINS,
        picture=next((made[name] for name in PICTURES if name in made), None),
        history=history.lines(session, asset, scheme, user()),
        moves=states.moves_from(asset.state),
        aliases=coding.aliases(session, asset_id),
        words=words,
        problem=problem,
    )


@describing.post("/assets/<id:asset_id>/description")
def save(asset_id: UUID) -> Response | tuple[str, HTTPStatus]:
    """Sets what was changed in the form. Where that is refused the form comes back with all that was typed."""
    access.require(user(), "describe")
    scheme, settings = core.declared(archive().settings), archive().settings
    try:
        with transaction() as session:
            asset = shown.asset(session, asset_id)
            core.locked(session, asset)
            changes = fields.changes(fields.of_asset(asset, scheme), request.form, user(), asset.archive_id)
            seen = version()
            core.edit(session, asset, changes, user().login, settings.time_zone, seen=seen, scheme=scheme)
    except (Invalid, Conflict) as exc:
        with reading() as session:
            return _page(session, asset_id, request.form, say(exc.message)), status_of(exc)
    flash(gettext("Saved.") if changes else gettext("Nothing was changed."), "good")
    if request.form.get("then") == "asset":
        return redirect(url_for("assets.page", asset_id=asset_id), HTTPStatus.SEE_OTHER)
    return _back(asset_id)


def version() -> int:
    """The version that the form shows; Invalid where it says none."""
    text = request.form.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid("The form does not say which version it shows. Reload the page.")
    return int(text)


@describing.post("/assets/<id:asset_id>/undo")
def undo(asset_id: UUID) -> Response:
    """Takes one change of one field back."""
    access.require(user(), "describe")
    scheme, settings = core.declared(archive().settings), archive().settings
    event_id, name = optional_id(request.form.get("event")), request.form.get("field", "")
    if event_id is None:
        raise Invalid("The form asks for something that cannot be done. Reload the page.")
    field = scheme.field(name)
    access.require(user(), field.may)
    with transaction() as session:
        shown.asset(session, asset_id)
        history.own_change(session, event_id, asset_id)
        core.undo(session, event_id, user().login, name, settings.time_zone, scheme=scheme)
    flash(gettext("%(field)s is as it was before.", field=fields.label(field)), "good")
    return _back(asset_id)


@describing.post("/assets/<id:asset_id>/state")
def move(asset_id: UUID) -> Response:
    """Moves the asset on, or back with a reason."""
    with transaction() as session:
        asset = shown.asset(session, asset_id)
        missing = states.move(
            session, asset, request.form.get("to", ""), user().login, request.form.get("reason", ""),
            may=lambda action: access.require(user(), action, asset.archive_id), scheme=core.declared(archive().settings),
        )  # fmt: skip
        to = str(asset.state)
    flash(gettext("It is %(state)s now.", state=words.state(to)), "good")
    for one in missing:
        flash(say(one), "bad")
    return _back(asset_id)


@describing.post("/assets/<id:asset_id>/code")
def number(asset_id: UUID) -> Response:
    """Gives the asset its accession code: the next one, or the one that was typed; or lets an old one lead to it."""
    access.require(user(), "number")
    templates, typed = codes.declared(archive().settings), request.form.get("code", "").strip()
    with transaction() as session:
        asset = shown.asset(session, asset_id)
        if request.form.get("do") == "alias":
            coding.add_alias(session, asset, typed, user().login, request.form.get("note", ""))
        elif typed:
            coding.give(session, asset, typed, user().login, templates)
        else:
            [given] = coding.assign(session, [asset], user().login, templates)
            if given.problem:
                raise Refused(given.problem.template, **given.problem.facts)
    flash(gettext("The code is kept."), "good")
    return _back(asset_id)


def _back(asset_id: UUID) -> Response:
    return redirect(url_for("describing.page", asset_id=asset_id), HTTPStatus.SEE_OTHER)
