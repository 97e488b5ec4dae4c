"""Work that was asked for, and bringing in a folder that the server can see."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from flask import url_for
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.access import service as access
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Archive
from media_archive.errors import NotFound
from media_archive.ingest.work import arguments
from media_archive.jobs import service
from media_archive.jobs.models import Job, State
from webapp.api import paging
from webapp.api.faults import Faulty
from webapp.api.routes import Answer, Routes
from webapp.api.shapes import Accepted, Body, Name, Page, Paged, Told
from webapp.door import archive, user
from webapp.ingest.form import Asked
from webapp.languages import say
from webapp.translated import lazy_gettext

routes = Routes("work")


class JobTold(Told):
    """A piece of work."""

    id: UUID
    kind: str
    state: State
    target: UUID | None
    shoot_id: UUID | None
    attempts: int
    progress: float | None = Field(description="0 to 1; null where it cannot be told.")
    problem: str | None = Field(description="Why the last attempt failed.")
    asked_by: str
    created_at: datetime
    ended_at: datetime | None
    self: str


class JobPage(Page[JobTold]):
    """A page of jobs, the latest first."""

    counts: dict[str, int] = Field(description="How many there are in each state.")


class JobsWanted(Paged):
    """Which jobs."""

    state: State | None = None
    kind: Annotated[str, Field(max_length=32)] | None = None
    target: UUID | None = None
    shoot: UUID | None = None


@routes.get("/jobs", lazy_gettext("Work, the latest first"), JobPage, query=JobsWanted, action="see jobs")
def jobs(session: Session, query: JobsWanted) -> JobPage:
    chosen = select(Job)
    for column, value in (
        (Job.state, query.state),
        (Job.kind, query.kind),
        (Job.target, query.target),
        (Job.shoot_id, query.shoot),
    ):
        if value is not None:
            chosen = chosen.where(column == value)
    found, following = paging.page(session, chosen, Job.id, query)
    return JobPage(items=[_told(one) for one in found], next=following, counts=service.counts(session))


@routes.get("/jobs/{job_id}", lazy_gettext("How far one piece of work is"), JobTold)
def job(session: Session, job_id: UUID) -> JobTold:
    one = _job(session, job_id)
    if one.asked_by != user().login:
        access.require(user(), "see jobs")
    return _told(one)


def _job(session: Session, job_id: UUID) -> Job:
    found = session.get(Job, job_id)
    if found is None:
        raise NotFound("There is no such work. It may have been typed wrongly, or was done long ago.")
    return found


def _told(one: Job) -> JobTold:
    return JobTold(
        id=one.id,
        kind=one.kind,
        state=State(one.state),
        target=one.target,
        shoot_id=one.shoot_id,
        attempts=one.attempts,
        progress=one.progress,
        problem=say(one.problem) or None,
        asked_by=one.asked_by,
        created_at=one.created_at,
        ended_at=one.ended_at,
        self=url_for("api.job", job_id=one.id),
    )


@routes.post("/jobs/{job_id}/retry", lazy_gettext("Have failed work tried again"), JobTold, action="retry jobs")
def retry_job(session: Session, job_id: UUID) -> JobTold:
    one = _job(session, job_id)
    service.retry(session, [job_id])
    session.refresh(one)
    return _told(one)


class IngestAsked(Body):
    """A folder that the server can see, and what is known of all that lies in it."""

    folder: Annotated[str, Field(min_length=1, max_length=4096)] = Field(description="The whole path from the top.")
    shoot: Name = Field(description="The name of the shoot that it comes into.")
    project: Annotated[str, Field(max_length=255)] = Field("", description="Code or name.")
    landmark: Annotated[str, Field(max_length=255)] = ""
    street: Annotated[str, Field(max_length=255)] = ""
    photographer: Annotated[str, Field(max_length=255)] = ""
    caption: Annotated[str, Field(max_length=20_000)] = ""


@routes.post(
    "/ingests",
    lazy_gettext("Bring in a folder that the server can see"),
    Accepted,
    body=IngestAsked,
    status=HTTPStatus.ACCEPTED,
    action="ingest",
)
def ingest(session: Session, body: IngestAsked) -> Answer:
    asked = Asked.of(body.model_dump())
    if problems := asked.problems(archive().own_folders):
        raise Faulty([(f"body.{field}", words) for field, words in problems.items()])
    institution, who = session.get_one(Archive, user().archive_id), user().login
    wish = asked.wish(institution.code)
    shoot = catalogue.open_shoot(
        session, institution, wish.shoot, caption=wish.caption, photographer=wish.photographer, who=who
    )
    given = arguments(asked.path, wish)
    job_id = service.request(session, "ingest", shoot_id=shoot.id, args=given, who=who, first=True)
    there = url_for("api.shoot", shoot_id=shoot.id)
    return Answer(Accepted(job=job_id, self=there), location=there)
