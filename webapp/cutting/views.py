"""Bins (素材箱): parts of films in an order, played one after the other, and taken to an editing program."""

from http import HTTPStatus
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from media_archive.access import service as access
from media_archive.catalogue import shown as seeing
from media_archive.catalogue.collections.models import Clip, Collection
from media_archive.catalogue.models import Archive
from media_archive.cutting import cuts, exporting, service
from media_archive.errors import Invalid, NotFound
from webapp.cutting import film, shown
from webapp.cutting.routes import cutting
from webapp.door import optional_id, reading, transaction, user
from webapp.media.views import disposition
from webapp.refusals import wants_json

__all__ = ["cutting"]


@cutting.get("/bins")
def index() -> str:
    """The bins that the reader sees."""
    with reading() as session:
        told = shown.summaries(session, shown.bins(session))
    return render_template("bins.html", bins=told)


@cutting.post("/bins")
def create() -> AnyResponse:
    """A new bin."""
    access.require(user(), "arrange")
    visibility = "private" if request.form.get("private") else "archive"
    with transaction() as session:
        institution = session.get_one(Archive, user().archive_id)
        made = service.create(session, institution, request.form.get("name", ""), user().login, visibility=visibility)
        bin_id = made.id
    return redirect(url_for("cutting.page", bin_id=bin_id), HTTPStatus.SEE_OTHER)


@cutting.get("/bins/<id:bin_id>")
def page(bin_id: UUID) -> str:
    """A bin as the rough cut that it is."""
    with reading() as session:
        one = film.one_bin(session, bin_id)
        cut = cuts.of(session, one)
        lines = shown.lines(session, cut)
        may_change = shown.may_change(session, one)
    return render_template(
        "bin.html",
        one=one,
        cut=cut,
        lines=lines,
        total=shown.total(cut),
        may_change=may_change,
        forms=list(exporting.FORMS),
    )


@cutting.post("/bins/<id:bin_id>/clips")
def arrange(bin_id: UUID) -> AnyResponse:
    """Moves a clip up, down or behind another, trims it, sets its note, or takes it out."""
    given, what = request.form, request.form.get("do", "")
    clip_id = optional_id(given.get("asset"))
    if clip_id is None:
        raise Invalid("The form asks for something that cannot be done. Reload the page.")
    with transaction() as session:
        one = film.mine(session, bin_id)
        _do(session, one, service.clip_of(session, one, clip_id), what)
    if wants_json():
        return Response(status=HTTPStatus.NO_CONTENT)
    return redirect(url_for("cutting.page", bin_id=bin_id) + f"#i-{clip_id}", HTTPStatus.SEE_OTHER)


def _do(session: Session, one: Collection, clip: Clip, what: str) -> None:
    given, who = request.form, user().login
    if what == "move":
        after = optional_id(given.get("after"))
        service.move(session, one, clip, service.clip_of(session, one, after) if after else None, who)
    elif what in ("up", "down"):
        service.step(session, one, clip, who, up=what == "up")
    elif what == "trim":
        asset = seeing.there(session, clip.asset_id)
        service.trim(session, one, clip, asset, given.get("in", ""), given.get("out", ""), who)
        service.annotate(session, one, clip, given.get("note", ""), who)
    elif what == "out":
        service.take_out(session, one, clip, who)
    else:
        raise Invalid("The form asks for something that cannot be done. Reload the page.")


@cutting.get("/bins/<id:bin_id>/cut.<form>")
def export(bin_id: UUID, form: str) -> Response:
    """The cut for an editing program: edl, fcpxml, otio; csv for table programs."""
    wanted = exporting.FORMS.get(form)
    if wanted is None:
        raise NotFound("A cut leaves as one of {known}.", known=", ".join(exporting.FORMS))
    with reading() as session:
        one = film.one_bin(session, bin_id)
        cut = cuts.of(session, one)
    if not cut.pieces:
        raise Invalid("Nothing lies in this bin yet. Keep parts of films in it first.")
    response = Response(wanted.write(cut), content_type=f"{wanted.media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = disposition(f"{one.name[:100]}.{form}")
    return response
