"""The archives that share this catalogue; for administrators of the one that runs it."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from media_archive.access import institutions as service
from media_archive.catalogue.models import Archive
from media_archive.errors import NotFound, Refused
from webapp.door import archive, reading, transaction, user
from webapp.languages import say
from webapp.translated import gettext

institutions = Blueprint("institutions", __name__)


@institutions.get("/archives")
def index() -> str:
    """All of them, with what is in them."""
    return _list()


def _list(problem: str = "") -> str:
    with reading() as session:
        service.require_founder(session, user(), archive().settings.archive_code)
        found = service.listed(session)
    return render_template("archives.html", found=found, problem=problem, given=request.form)


@institutions.post("/archives")
def add() -> Response | tuple[str, HTTPStatus]:
    """Founds one; who founds it manages its people."""
    form = request.form
    try:
        with transaction() as session:
            service.require_founder(session, user(), archive().settings.archive_code)
            made = service.add(session, form.get("code", ""), form.get("name", ""), user(), user().login)
    except Refused as refused:
        return _list(say(refused.message)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(gettext("%(name)s is founded. Give it people of its own next.", name=made.name), "good")
    return redirect(url_for("institutions.index"), HTTPStatus.SEE_OTHER)


@institutions.post("/archives/<id:archive_id>")
def rename(archive_id: UUID) -> Response | tuple[str, HTTPStatus]:
    """Calls one otherwise."""
    try:
        with transaction() as session:
            service.require_founder(session, user(), archive().settings.archive_code)
            found = session.get(Archive, archive_id)
            if found is None:
                raise NotFound("There is no such archive. Start again from the list.")
            service.rename(session, found, request.form.get("name", ""), user().login)
    except Refused as refused:
        return _list(say(refused.message)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(gettext("It is changed."), "good")
    return redirect(url_for("institutions.index"), HTTPStatus.SEE_OTHER)
