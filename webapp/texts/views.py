"""Captions, and mending what was misread in a picture or misheard in a recording."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from media_archive.access import service as access
from media_archive.catalogue import lines, shown
from media_archive.errors import Invalid, NotFound
from media_archive.texts.speech.vtt import vtt
from webapp.assets.choice import Choice
from webapp.door import reading, transaction, user

texts = Blueprint("texts", __name__)


@texts.get("/assets/<id:asset_id>/transcript.vtt")
def captions(asset_id: UUID) -> Response:
    """What is said, as WebVTT, as people mended it."""
    with reading() as session:
        shown.asset(session, asset_id)
        found = lines.of(session, asset_id, "transcript")
        timed = [(line.starts or 0.0, line.ends or 0.0, line.text) for line in found]
    if not timed:
        raise NotFound("No speech of this was written down.")
    response = Response(vtt(timed), content_type="text/vtt; charset=utf-8")
    # somebody may mend it at any time
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@texts.post("/assets/<id:asset_id>/texts/<id:line_id>")
def mend(asset_id: UUID, line_id: UUID) -> Response:
    """Writes what the line really says, hides it, or brings it back."""
    access.require(user(), "describe")
    what, who = request.form.get("do", ""), user().login
    with transaction() as session:
        shown.asset(session, asset_id)
        if what == "correct":
            lines.correct(session, asset_id, line_id, request.form.get("text", ""), who)
        elif what in {"hide", "unhide"}:
            lines.hide(session, asset_id, line_id, who, hidden=what == "hide")
        else:
            raise Invalid("The form asks for something that cannot be done. Reload the page.")
    back: dict[str, Any] = Choice.of(request.args).args() | {"mend": "texts", "_anchor": f"line-{line_id}"}
    return redirect(url_for("assets.page", asset_id=asset_id, **back), HTTPStatus.SEE_OTHER)
