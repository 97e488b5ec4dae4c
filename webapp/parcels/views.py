"""Contact sheets and clips: asked for here, made in the background, taken away from a page of their own."""

from http import HTTPStatus
from pathlib import PurePath
from uuid import UUID

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from media_archive.access import service as access
from media_archive.catalogue import queries as catalogue
from media_archive.catalogue import shown
from media_archive.catalogue.models import Asset
from media_archive.delivery import parcels as service
from media_archive.delivery import places
from media_archive.delivery.clips.containers import SUFFIXES
from media_archive.delivery.clips.wanted import Source, Wanted
from media_archive.delivery.packages import PACKAGE
from media_archive.delivery.sheets import wishes
from media_archive.errors import Forbidden, Invalid, NotFound
from media_archive.jobs.models import Job, State
from media_archive.storage.models import Parcel
from webapp import audit
from webapp.assets.choice import Choice
from webapp.door import archive, optional_id, reading, transaction, user
from webapp.media import source
from webapp.media.views import disposition
from webapp.parcels import sheets
from webapp.refusals import wants_json
from webapp.translated import gettext

parcels = Blueprint("parcels", __name__)
PAGE = 50
#: seconds after which the page of a parcel that is being made asks again
AGAIN = 2


@parcels.get("/parcels")
def index() -> str:
    """What this person asked for and can still take away."""
    query = select(Parcel).where(Parcel.asked_by == user().login, Parcel.kind != PACKAGE)
    query = query.order_by(Parcel.id.desc()).limit(PAGE + 1)
    if before := optional_id(request.args.get("before")):
        query = query.where(Parcel.id < before)
    with reading() as session:
        found = session.scalars(query).all()
    following = found[PAGE - 1].id if len(found) > PAGE else None
    days = archive().settings.parcel_days
    return render_template("parcels.html", found=found[:PAGE], following=following, days=days)


@parcels.get("/contact-sheets")
def sheet_form() -> str:
    """How the contact sheet of a shoot, or of what the list shows, is to look."""
    access.require(user(), "download")
    choice = Choice.of(request.args)
    with reading() as session:
        title, count = sheets.usual_title(session, choice), sheets.count(session, choice)
    return render_template(
        "contact_sheet.html",
        choice=choice,
        title=title,
        count=count,
        papers=wishes.PAPERS,
        captions=sheets.CAPTIONS,
        usual=wishes.USUAL_CAPTIONS,
        longest=sheets.LONGEST_TITLE,
    )


@parcels.post("/contact-sheets")
def sheet() -> AnyResponse:
    """Asks for a contact sheet of a shoot, or of what the list shows."""
    access.require(user(), "download")
    choice, wish = Choice.of(request.form), sheets.wish(request.form)
    title = sheets.titled(request.form.get("title", ""))
    with transaction() as session:
        wanted = sheets.sheet(session, choice, title, wish)
        asked = service.ask_sheet(session, wanted, user().login).id
    return _accepted(asked)


@parcels.post("/assets/<id:asset_id>/clips")
def clip(asset_id: UUID) -> AnyResponse:
    """Asks for a part of a film. The exact points are the player's, the others as a person wrote them."""
    access.require(user(), "download")
    form = request.form
    begins, ends = (form.get(f"{name}-exact") or form.get(name) or None for name in ("in", "out"))
    given: Source = "proxy" if form.get("source") == "proxy" else "original"
    with transaction() as session:
        asset = shown.asset(session, asset_id)
        if not (begins or ends):
            raise Invalid("Mark the clip's beginning or end first: I and O in the player.")
        wanted = Wanted(asset_id, begins, ends, given, widened=form.get("widened") == "on")
        asked = service.ask_clip(session, wanted, _name(session, asset, given), user().login).id
    return _accepted(asked)


def _name(session: Session, asset: Asset, given: Source) -> str:
    """The clip's name: the film's title, and the container that the film has itself."""
    told = catalogue.describe(session, asset.id)
    original = next((file["name"] for file in told["files"] if file["role"] == "original"), "")
    suffix = ".mp4" if given == "proxy" else PurePath(original).suffix.lower()
    usable = suffix if suffix in SUFFIXES else ".mov"
    return places.fitting(f"{told['title'][:120]}-{gettext('clip')}", usable)


def _accepted(parcel_id: UUID) -> AnyResponse:
    there = url_for("parcels.page", parcel_id=parcel_id)
    if not wants_json():
        return redirect(there, HTTPStatus.SEE_OTHER)
    response = make_response(jsonify({"id": str(parcel_id), "self": there}), HTTPStatus.ACCEPTED)
    response.headers["Location"] = there
    return response


@parcels.get("/parcels/<id:parcel_id>")
def page(parcel_id: UUID) -> AnyResponse | str:
    """How far it is, and where to take it away."""
    with reading() as session:
        parcel = _own(session.get(Parcel, parcel_id))
        job = session.scalars(select(Job).where(Job.target == parcel_id).order_by(Job.id.desc()).limit(1)).first()
    waits = parcel.made_at is None and parcel.problem is None
    if wants_json():
        return jsonify(_json(parcel, job))
    days = archive().settings.parcel_days
    return render_template("parcel.html", parcel=parcel, job=job, waits=waits, again=AGAIN, days=days)


def _json(parcel: Parcel, job: Job | None) -> dict[str, object]:
    return {
        "id": str(parcel.id),
        "kind": parcel.kind,
        "name": parcel.name,
        "state": "done" if parcel.made_at else "dead" if parcel.problem else (job.state if job else State.WANTED),
        "problem": parcel.problem,
        "told": parcel.told,
        "size": parcel.size,
        "sha256": parcel.sha256,
        "href": url_for("parcels.take", parcel_id=parcel.id) if parcel.made_at else None,
    }


@parcels.get("/parcels/<id:parcel_id>/file")
def take(parcel_id: UUID) -> Response:
    """Its bytes."""
    with reading() as session:
        parcel = _own(session.get(Parcel, parcel_id))
    if not (parcel.store and parcel.key and parcel.size is not None):
        raise NotFound("This is not made yet. Its page says how far it is.")
    audit.note_download(None, name=parcel.name, parcel=str(parcel.id))
    return handed(parcel)


def handed(parcel: Parcel) -> Response:
    """The bytes of a parcel that is made, as an attachment."""
    assert parcel.store
    assert parcel.key
    assert parcel.size is not None
    stream = archive().stores.open(parcel.store, parcel.key)
    response = Response(source.chunks(stream, parcel.size), mimetype=parcel.media_type, direct_passthrough=True)
    response.headers["Content-Length"] = str(parcel.size)
    response.headers["Content-Disposition"] = disposition(parcel.name)
    return response


def _own(parcel: Parcel | None) -> Parcel:
    """What another person asked for is theirs alone, and an administrator's."""
    # a package is taken away on the page of its request, which counts that
    if parcel is None or parcel.kind == PACKAGE:
        raise NotFound("There is nothing here any more: what is made to take away is kept for some days only.")
    if parcel.asked_by != user().login and not access.may(user(), "manage users"):
        raise Forbidden("Somebody else asked for this. Ask for your own.")
    return parcel
