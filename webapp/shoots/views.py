"""Shoots: what came in together."""

from uuid import UUID

from flask import Blueprint, Response, jsonify, render_template, request
from sqlalchemy import select

from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.models import Shoot
from media_archive.errors import NotFound
from media_archive.ingest import intake
from media_archive.ingest.models import Intake
from media_archive.jobs import service as jobs
from webapp.assets.choice import Choice
from webapp.door import archive, optional_id, reading
from webapp.listing import lists
from webapp.shoots import progress, queries

shoots = Blueprint("shoots", __name__)
PAGE = 48
CELLS = 120
MOST_PROBLEMS = 200


@shoots.get("/shoots")
def index() -> str:
    """All shoots, newest first."""
    with reading() as session:
        lines, following = queries.page(session, optional_id(request.args.get("before")), PAGE)
    return render_template("shoots.html", lines=lines, following=following)


@shoots.get("/shoots/<id:shoot_id>")
def page(shoot_id: UUID) -> str:
    """One shoot: how far it is, what was refused, what it holds."""
    with reading() as session:
        shoot = session.get(Shoot, shoot_id)
        if shoot is None:
            raise NotFound("There is no such shoot. It may have been typed wrongly, or is gone.")
        runs = session.scalars(select(Intake).where(Intake.shoot_id == shoot_id).order_by(Intake.started_at)).all()
        problems = intake.problems(session, [run.id for run in runs])
        choice = Choice.within(request.args, shoot=str(shoot_id))
        listed = lists.find(session, choice, cursor=request.args.get("cursor"), limit=CELLS, facets=False)
        return render_template(
            "shoot.html",
            shoot=shoot,
            runs=runs,
            problems=problems[:MOST_PROBLEMS],
            problems_count=len(problems),
            facts=progress.of(session, shoot_id),
            dead=_dead(jobs.counts(session, shoot_id)),
            found=listed.found,
            groups=listed.runs,
            cards=catalogue.cards(session, listed.found.ids),
            choice=choice,
        )


def _dead(counts: dict[str, int]) -> int:
    return counts.get("dead", 0)


@shoots.get("/shoots/<id:shoot_id>/progress")
def live(shoot_id: UUID) -> Response:
    """The same numbers, again and again: as an event stream, or once as JSON."""
    with reading() as session:
        if session.get(Shoot, shoot_id) is None:
            raise NotFound("There is no such shoot. It may have been typed wrongly, or is gone.")
        facts = progress.of(session, shoot_id)
    if "text/event-stream" not in request.accept_mimetypes.values():
        return jsonify(facts)
    response = Response(progress.stream(archive(), shoot_id), content_type="text/event-stream; charset=utf-8")
    response.headers["X-Accel-Buffering"] = "no"
    return response
