"""Bringing in a folder that the server can see."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from media_archive.access import service as access
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Archive
from media_archive.catalogue.subjects.models import Subject, SubjectKind
from media_archive.errors import Refused
from media_archive.ingest.work import arguments
from media_archive.jobs import service as jobs
from webapp.door import archive, reading, transaction, user
from webapp.ingest.form import Asked
from webapp.languages import say

ingest = Blueprint("ingest", __name__)
#: names offered while typing
MOST_NAMES = 500


@ingest.get("/ingest")
def form() -> str:
    """The form."""
    access.require(user(), "ingest")
    return _page(Asked(), {})


@ingest.post("/ingest")
def begin() -> AnyResponse:
    """Checks the form, asks for the work, and shows how it goes."""
    access.require(user(), "ingest")
    asked = Asked.of(request.form)
    problems = asked.problems(archive().own_folders)
    if problems:
        return _again(asked, problems)
    try:
        shoot_id = _ask(asked)
    except Refused as refused:
        return _again(asked, {"shoot": say(refused.message)})
    return redirect(url_for("shoots.page", shoot_id=shoot_id), HTTPStatus.SEE_OTHER)


def _ask(asked: Asked) -> UUID:
    who = user().login
    with transaction() as session:
        institution = session.get_one(Archive, user().archive_id)
        wish = asked.wish(institution.code)
        shoot = catalogue.open_shoot(
            session, institution, wish.shoot, caption=wish.caption, photographer=wish.photographer, who=who
        )
        jobs.request(session, "ingest", shoot_id=shoot.id, args=arguments(asked.path, wish), who=who, first=True)
        return shoot.id


def _again(asked: Asked, problems: dict[str, str]) -> Response:
    return make_response(_page(asked, problems), HTTPStatus.UNPROCESSABLE_ENTITY)


def _page(asked: Asked, problems: dict[str, str]) -> str:
    with reading() as session:
        names = {
            kind.value: session.execute(
                select(Subject.code, Subject.name)
                .where(Subject.kind == kind, Subject.merged_into.is_(None))
                .order_by(Subject.name)
                .limit(MOST_NAMES)
            ).all()
            for kind in SubjectKind
        }
    return render_template("ingest.html", asked=asked, problems=problems, names=names)
