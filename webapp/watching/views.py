"""Watch folders: which there are, how they fare, adding, resting and removing them."""

from http import HTTPStatus
from pathlib import Path
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from media_archive.access import service as access
from media_archive.catalogue.models import Archive
from media_archive.errors import Invalid, NotFound, Refused
from media_archive.watched import service
from webapp.door import archive, optional_id, reading, transaction, user
from webapp.languages import say
from webapp.translated import gettext

watching = Blueprint("watching", __name__)
ACTION = "see to arrivals"
QUIET = 60


@watching.get("/watch")
def index() -> str:
    """All of them, and the form for another."""
    return _index()


def _index(problem: str = "") -> str:
    access.require(user(), ACTION)
    settings = archive().settings
    with reading() as session:
        found = service.listed(session)
        every = session.scalars(select(Archive).order_by(Archive.name)).all()
    return render_template(
        "watch.html", found=found, names={one.id: one.name for one in every}, problem=problem, given=request.form,
        archives=[one for one in every if access.may(user(), ACTION, one.id)], quiet=QUIET,
        seconds=settings.watch_seconds, roots=[one for one in settings.watch_roots.split(":") if one.strip()],
    )  # fmt: skip


@watching.post("/watch")
def add() -> Response | tuple[str, HTTPStatus]:
    """Watches another folder."""
    form = request.form
    wish = {name: form.get(name, "").strip() for name in ("shoot", "photographer", "caption")}
    try:
        with transaction() as session:
            home = session.get(Archive, optional_id(form.get("archive")) or user().archive_id)
            if home is None:
                raise NotFound("There is no such archive. Reload the page.")
            access.require(user(), ACTION, home.id)
            found = service.add(archive(), session, home, _path(form.get("path", "")), wish, _quiet(), user().login)
    except Refused as refused:
        return _index(say(refused.message)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(gettext("%(path)s is watched from now on.", path=found.path), "good")
    return redirect(url_for("watching.index"), HTTPStatus.SEE_OTHER)


def _path(text: str) -> Path:
    if not text.strip() or "\0" in text or not Path(text.strip()).is_absolute():
        raise Invalid("Give the whole path of the folder, from the slash on.")
    return Path(text.strip())


def _quiet() -> int:
    text = request.form.get("quiet", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


@watching.post("/watch/<id:folder_id>")
def change(folder_id: UUID) -> Response:
    """Has it rest, go on, or be watched no more."""
    do = request.form.get("do", "")
    with transaction() as session:
        found = service.one(session, folder_id)
        if do == "remove":
            service.remove(session, found, user().login)
        elif do in ("pause", "resume"):
            service.pause(session, found, user().login, paused=do == "pause")
        else:
            raise Invalid("The form asks for something that cannot be done. Reload the page.")
    flash(gettext("It is changed."), "good")
    return redirect(url_for("watching.index"), HTTPStatus.SEE_OTHER)
