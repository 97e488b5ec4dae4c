"""Work: what waits, runs, was done, and what failed and why."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from media_archive.access import service as access
from media_archive.errors import NotFound
from media_archive.jobs import service
from media_archive.jobs.models import Job, State
from webapp.door import optional_id, reading, transaction, user
from webapp.jobs import words
from webapp.shoots.queries import names
from webapp.translated import gettext

jobs = Blueprint("jobs", __name__)
PAGE = 100


@jobs.get("/jobs")
def index() -> str:
    """Jobs in one state or all, newest first."""
    access.require(user(), "see jobs")
    state = request.args.get("state", "")
    if state and state not in list(State):
        raise NotFound("There is no state of jobs called {state}. Start again from the list.", state=state[:80])
    query = select(Job).order_by(Job.id.desc()).limit(PAGE + 1)
    if state:
        query = query.where(Job.state == state)
    if before := optional_id(request.args.get("before")):
        query = query.where(Job.id < before)
    with reading() as session:
        found = session.scalars(query).all()
        counts = service.counts(session)
        shoots = names(session, [job.shoot_id for job in found if job.shoot_id])
    return render_template(
        "jobs.html",
        state=state,
        counts=counts,
        found=found[:PAGE],
        shoots=shoots,
        words=words,
        following=found[PAGE - 1].id if len(found) > PAGE else None,
    )


@jobs.post("/jobs/<id:job_id>/retry")
def retry(job_id: UUID) -> Response:
    """Wants a dead job again."""
    access.require(user(), "retry jobs")
    with transaction() as session:
        service.retry(session, [job_id])
    flash(gettext("It will be tried again."))
    return redirect(url_for("jobs.index", state="dead"), HTTPStatus.SEE_OTHER)


@jobs.post("/jobs/retry")
def retry_all() -> Response:
    """Wants every dead job again."""
    access.require(user(), "retry jobs")
    with transaction() as session:
        count = service.retry(session)
    flash(gettext("%(n)s jobs will be tried again.", n=count))
    return redirect(url_for("jobs.index"), HTTPStatus.SEE_OTHER)
