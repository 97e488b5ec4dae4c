"""On the page of a film: markers are set, changed and taken away; a part of it is kept in the open bin."""

from http import HTTPStatus
from uuid import UUID

from flask import Response, flash, jsonify, make_response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from media_archive.access import service as access
from media_archive.catalogue import queries as catalogue
from media_archive.catalogue import shown as seeing
from media_archive.catalogue.collections import service as collections
from media_archive.catalogue.collections import sharing
from media_archive.catalogue.collections.models import Collection, Purpose
from media_archive.catalogue.models import Archive, Asset
from media_archive.cutting import counting, markers, service
from media_archive.db import now
from media_archive.errors import NotFound
from webapp.cutting import shown
from webapp.cutting.routes import cutting
from webapp.door import archive, optional_id, reading, transaction, user
from webapp.media.views import disposition
from webapp.refusals import wants_json
from webapp.shown import day
from webapp.translated import gettext

YEAR = 365 * 24 * 3600


@cutting.get("/assets/<id:asset_id>/markers")
def listed(asset_id: UUID) -> Response:
    """The markers of a film, in the order of its time."""
    with reading() as session:
        asset = seeing.asset(session, asset_id)
        how = counting.timing(asset)
        return jsonify([shown.marker(one, how) for one in markers.of(session, asset_id)])


@cutting.get("/assets/<id:asset_id>/markers.csv")
def table(asset_id: UUID) -> Response:
    """The same for table programs."""
    with reading() as session:
        asset = seeing.asset(session, asset_id)
        text = markers.table(asset, markers.of(session, asset_id))
        name = f"{catalogue.title_of(asset)[:80]}-{gettext('markers')}.csv"
    response = Response(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = disposition(name)
    return response


@cutting.post("/assets/<id:asset_id>/markers")
def mark(asset_id: UUID) -> AnyResponse:
    """Sets a marker. The exact point is the player's, the other as a person wrote it."""
    access.require(user(), "arrange")
    form = request.form
    with transaction() as session:
        asset = seeing.asset(session, asset_id)
        at = form.get("at-exact") or form.get("at", "")
        made = markers.add(
            session, asset, at, user().login, colour=form.get("colour") or "red", text=form.get("text", "")
        )
        told = shown.marker(made, counting.timing(asset))
    return _answer(asset_id, jsonify(told), HTTPStatus.CREATED)


@cutting.post("/markers/<id:marker_id>")
def change(marker_id: UUID) -> AnyResponse:
    """Sets colour and words of a marker, or takes it away."""
    access.require(user(), "arrange")
    form = request.form
    with transaction() as session:
        one = markers.one(session, marker_id)
        asset_id = one.asset_id
        if form.get("do") == "remove":
            markers.remove(session, one, user().login)
        else:
            markers.change(
                session, one, user().login, colour=form.get("colour") or one.colour, text=form.get("text", "")
            )
    return _answer(asset_id, make_response("", HTTPStatus.NO_CONTENT), HTTPStatus.NO_CONTENT)


@cutting.post("/assets/<id:asset_id>/kept")
def keep(asset_id: UUID) -> AnyResponse:
    """Keeps a part of a film in a bin, which is the open one from then on."""
    access.require(user(), "arrange")
    form = request.form
    with transaction() as session:
        asset = seeing.asset(session, asset_id)
        bin_ = _bin(session)
        begins, ends = (form.get(f"{name}-exact") or form.get(name, "") for name in ("in", "out"))
        made = service.keep(session, bin_, asset, begins, ends, user().login, note=form.get("note", ""))
        told = _told(session, bin_, made.id, asset)
    if not wants_json():
        flash(gettext("Kept in %(bin)s.", bin=told["bin"]), "good")
    response = _answer(asset_id, jsonify(told), HTTPStatus.CREATED)
    secure = archive().settings.secure_cookies
    response.set_cookie(shown.OPEN_BIN, str(told["bin_id"]), YEAR, samesite="Lax", httponly=True, secure=secure)
    return response


def _bin(session: Session) -> Collection:
    """The bin that the form names; a new one where it names none."""
    bin_id = optional_id(request.form.get("bin"))
    if bin_id is None:
        institution = session.get_one(Archive, user().archive_id)
        name = request.form.get("bin-name", "").strip() or gettext("Clips of %(day)s", day=day(now()))
        return service.create(session, institution, name, user().login)
    return mine(session, bin_id)


def mine(session: Session, bin_id: UUID) -> Collection:
    """A bin that the person at the door may change."""
    access.require(user(), "arrange")
    found = one_bin(session, bin_id)
    sharing.require_reach(session, found, *shown.me(), "edit")
    return found


def one_bin(session: Session, bin_id: UUID) -> Collection:
    """A bin that the person at the door sees."""
    found = collections.one(session, bin_id, *shown.me())
    if found.archive_id != user().archive_id or found.purpose != Purpose.BIN:
        raise NotFound("There is no such bin. It may be gone, or somebody's own.")
    return found


def _told(session: Session, bin_: Collection, clip_id: UUID, asset: Asset) -> dict[str, object]:
    clip = service.clip_of(session, bin_, clip_id)
    return shown.clip(clip, bin_, counting.timing(asset)) | {"href": url_for("cutting.page", bin_id=bin_.id)}


def _answer(asset_id: UUID, told: AnyResponse, status: HTTPStatus) -> AnyResponse:
    """For scripts what was made; for people without them the page again."""
    if wants_json():
        told.status_code = status
        return told
    return redirect(url_for("assets.page", asset_id=asset_id) + "#cutting", HTTPStatus.SEE_OTHER)
