"""The watermark of the archive: how it looks, tried out before it is saved."""

import tempfile
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from media_archive.access import service as access
from media_archive.catalogue import marks
from media_archive.catalogue.marks import LARGEST_PICTURE, LONGEST_TEXT, Mark
from media_archive.catalogue.models import Archive, Watermark
from media_archive.errors import NotFound
from media_archive.renditions.marking import marks as drawn
from webapp.door import archive, reading, transaction, user
from webapp.translated import gettext
from webapp.watermark import form

watermark = Blueprint("watermark", __name__, url_prefix="/watermark")
#: what marked renditions are made of everything by
RECIPES = frozenset({"public", "public-proxy"})


def install(app: Flask) -> None:
    """Lets pages of the watermark take a picture; to be called before anything reads a form."""
    app.before_request(_take_a_picture)


def _take_a_picture() -> None:
    if request.blueprint == watermark.name:
        request.max_content_length = form.MOST_BYTES


@watermark.get("")
def page() -> str:
    """How it looks now, and the form to change it."""
    there = _there()
    return render_template(
        "watermark.html",
        there=there,
        mark=marks.look_of(there) if there else Mark(),
        places=form.PLACES,
        longest=LONGEST_TEXT,
        largest=LARGEST_PICTURE,
        made=sorted(RECIPES & set(archive().settings.chosen_recipes)),
    )


@watermark.get("/sample.jpg")
def sample() -> Response:
    """A picture from black to white with the watermark over it."""
    there = _there()
    if there is None:
        raise NotFound("The archive {archive} has no watermark.", archive=archive().settings.archive_name)
    return _drawn(there)


@watermark.post("/sample.jpg")
def trial() -> Response:
    """The same with what the form says; nothing is saved."""
    there = _there()
    tried = form.asked(request.form, request.files.get("picture"), there).watermark
    drawn.check(archive().settings, tried)
    return _drawn(tried)


@watermark.post("")
def change() -> AnyResponse:
    """Saves the form, or takes the watermark away."""
    there = _there()
    if request.form.get("do") == "remove":
        with transaction() as session:
            marks.remove(session, session.get_one(Archive, user().archive_id), user().login)
        flash(gettext("The watermark is taken away; what carries it stays as it is."))
    else:
        asked = form.asked(request.form, request.files.get("picture"), there)
        drawn.change(archive(), user().archive_id, asked.mark, asked.picture, user().login)
        flash(gettext("The watermark is saved; what carries it is made anew in the background."))
    return redirect(url_for("watermark.page"), HTTPStatus.SEE_OTHER)


def _there() -> Watermark | None:
    """The watermark that the archive has; only who may set it gets that far."""
    access.require(user(), "set the watermark")
    with reading() as session:
        return marks.of(session, user().archive_id)


def _drawn(watermark: Watermark) -> Response:
    settings = archive().settings
    settings.scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.scratch, prefix="mark-") as folder:
        target = Path(folder) / "sample.jpg"
        drawn.sample(settings, watermark, str(target))
        return Response(target.read_bytes(), mimetype="image/jpeg")
