"""Time and place (地点与时间): clocks that were wrong, tracks of receivers, positions by hand. No file is changed by it."""

import json
from http import HTTPStatus
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from media_archive.access import service as access
from media_archive.catalogue import clocks, shift_work, shifting
from media_archive.catalogue.clocks import Selector, Shift
from media_archive.catalogue.models import Shoot
from media_archive.catalogue.shown import asset as shown_asset
from media_archive.catalogue.tracks import service as tracks
from media_archive.catalogue.tracks.matching import Way
from media_archive.catalogue.tracks.models import Track
from media_archive.catalogue.tracks.service import Match
from media_archive.errors import Invalid
from webapp import selected
from webapp.bulk.views import tried
from webapp.culling import queries as culling
from webapp.door import archive, optional_id, reading, transaction, user
from webapp.placing import positions, shown
from webapp.selected import Selected
from webapp.subjects.form import datums
from webapp.translated import gettext

placing = Blueprint("placing", __name__)
#: points of a track that a map draws
MOST_DRAWN = 3000


@placing.get("/shoots/<id:shoot_id>/time-and-place")
def of_shoot(shoot_id: UUID) -> str:
    """The page for all of a shoot."""
    access.require(user(), "describe")
    with reading() as session:
        return _page(session, _shoot(session, shoot_id))


@placing.post("/time-and-place")
def of_selection() -> str:
    """The page for a selection."""
    access.require(user(), "describe")
    with reading() as session:
        return _page(session, None, selected.of_form(session))


def _shoot(session: Session, shoot_id: UUID | None) -> Shoot | None:
    return culling.shoot(session, shoot_id, user().archive_id) if shoot_id else None


def _page(session: Session, shoot: Shoot | None, about: Selected | None = None, **more: Any) -> str:
    if about is None:
        assert shoot
        about = shown.of_shoot(shoot, culling.count(session, shoot.id))
    return render_template(
        "time_and_place.html", shoot=shoot, about=about, cameras=shown.cameras(session, shoot, about),
        pictures=shown.pictures(session, about), corrections=shown.corrections(shoot) if shoot else [],
        datums=datums(archive().settings.local_grid), given=request.form, **more,
    )  # fmt: skip


@placing.post("/time-and-place/clock")
def clock() -> str | AnyResponse:
    """Corrects clocks: of a shoot by a rule that holds for what comes in later too, of a selection asset by asset."""
    access.require(user(), "describe")
    form = request.form
    if form.get("do") == "undo":
        return _undo()
    with reading() as session:
        shift = Shift(**shown.selector(form.get("camera", "")), seconds=_seconds(session))
        shoot = _shoot(session, optional_id(form.get("shoot")))
        if shoot and form.get("do") != "apply":
            return _page(session, shoot, preview=shifting.preview(session, shoot, shift), shift=shift)
    if shoot is None:
        return tried({"taken": {"how": "shift", "value": shift.model_dump(exclude={"offset"})}})
    with transaction() as session:
        found = _shoot(session, shoot.id)
        assert found
        shift_work.ask(session, found, shift, user().login)
    flash(gettext("The clock is put; the pictures follow one after the other."), "good")
    return _back(shoot.id)


def _seconds(session: Session) -> int:
    """The length that was typed, or the difference to what a picture shows."""
    form = request.form
    if form.get("by", "").strip():
        seconds = clocks.length_of(form["by"])
    else:
        picture = optional_id(form.get("picture"))
        asset = shown_asset(session, picture) if picture else None
        if asset is None or not form.get("shows", "").strip():
            raise Invalid("Say by how much the clock was wrong, or choose a picture and write what its clock shows.")
        seconds = clocks.difference(asset.taken_text or "", form["shows"])
    if not seconds:
        raise Invalid("That changes nothing: the clock was right.")
    return seconds


def _undo() -> AnyResponse:
    form = request.form
    with transaction() as session:
        shoot = _shoot(session, optional_id(form.get("shoot")))
        if shoot is None:
            raise Invalid("The form asks for something that cannot be done. Reload the page.")
        shift_work.ask_undo(session, shoot, Selector(**shown.selector(form.get("camera", ""))), user().login)
    flash(gettext("It is taken back; the pictures follow one after the other."), "good")
    return _back(shoot.id)


def _back(shoot_id: UUID) -> AnyResponse:
    return redirect(url_for("placing.of_shoot", shoot_id=shoot_id), HTTPStatus.SEE_OTHER)


@placing.post("/time-and-place/track")
def track() -> str:
    """Takes a track in, and shows where it says that the pictures were taken."""
    access.require(user(), "describe")
    kept, way = _track()
    form = request.form
    match = Match(
        track=kept.id, offset=clocks.length_of(form.get("offset") or "0:00"), within=_within(form.get("within", "")),
        again=bool(form.get("again")),
    )  # fmt: skip
    with reading() as session:
        shoot = _shoot(session, optional_id(form.get("shoot")))
        about = selected.of_form(session)
        trial = shown.trial(session, about, match, way)
    changes = {"place": {"how": "match", "value": match.model_dump(mode="json")}}
    return render_template(
        "track.html", shoot=shoot, about=about, track=kept, match=match, trial=trial, given=form,
        changes=json.dumps(changes),
    )  # fmt: skip


def _track() -> tuple[Track, Way]:
    """The track that was sent, or the one that the form names."""
    brought = request.files.get("gpx")
    if brought is None or not brought.filename:
        track_id = optional_id(request.form.get("track"))
        if track_id is None:
            raise Invalid("No track was chosen. Choose a GPX file.")
        with reading() as session:
            kept = tracks.one(session, track_id, user().archive_id)
        return kept, Way.unpacked(kept.points)
    archive().settings.scratch.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=archive().settings.scratch, suffix=".gpx") as file:
        brought.save(file)
        file.flush()
        way = tracks.read(Path(file.name))
    with transaction() as session:
        kept = tracks.keep(session, user().archive_id, brought.filename, way, user().login)
    return kept, way


def _within(text: str) -> float:
    text = text.strip() or "60"
    if not (text.isascii() and text.isdigit() and int(text[:6]) <= 86_400):
        raise Invalid("{text} is no number of seconds. Write one up to 86400.", text=text[:20])
    return float(text)


@placing.get("/tracks/<id:track_id>/line")
def line(track_id: UUID) -> Response:
    """The track as GeoJSON, thinned for a map."""
    access.require(user(), "describe")
    with reading() as session:
        way = Way.unpacked(tracks.one(session, track_id, user().archive_id).points)
    step = max(1, len(way.times) // MOST_DRAWN)
    points = [
        [round(float(x), 6), round(float(y), 6)]
        for x, y in zip(way.longitudes[::step], way.latitudes[::step], strict=True)
    ]
    geometry = {"type": "LineString", "coordinates": points}
    return jsonify(type="FeatureCollection", features=[{"type": "Feature", "properties": {}, "geometry": geometry}])


@placing.post("/time-and-place/position")
def position() -> str:
    """One position for all of them, given in any datum."""
    access.require(user(), "describe")
    form = request.form
    return tried(positions.changes(form.get("position", ""), form.get("datum", ""), archive().settings.local_grid))
