"""The city's subjects: projects, landmarks and streets, and everything that shows them."""

from uuid import UUID

from flask import Blueprint, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.subjects import service
from media_archive.catalogue.subjects.models import Link, Subject, SubjectKind
from media_archive.errors import NotFound
from media_archive.search import service as search
from media_archive.search.service import Filters
from webapp.assets.choice import Choice
from webapp.door import reading
from webapp.shoots.queries import covers
from webapp.subjects.outline import draw

subjects = Blueprint("subjects", __name__)
CELLS = 120
#: cards get a picture up to here; a longer list stands without
MOST_COVERS = 120


@subjects.get("/subjects")
def index() -> str:
    """Subjects of one kind, by code and name."""
    wanted = request.args.get("kind") or SubjectKind.PROJECT.value
    if wanted not in list(SubjectKind):
        raise NotFound("There is no kind of subject called {kind}. Start again from the list.", kind=wanted[:80])
    kind = SubjectKind(wanted)
    with reading() as session:
        every = service.subjects(session, kind)
        pictures = {
            subject.id: covers(session, select(Link.asset_id).where(Link.subject_id == subject.id), 1)
            for subject, count in every[:MOST_COVERS]
            if count
        }
    return render_template(
        "subjects.html", kind=kind.value, kinds=list(SubjectKind), every=every, pictures=pictures, draw=draw
    )


@subjects.get("/subjects/<id:subject_id>")
def page(subject_id: UUID) -> str:
    """One subject: its names over time, its outline, and everything that shows it."""
    with reading() as session:
        wanted = select(Subject).where(Subject.id == subject_id)
        subject = session.scalars(wanted.options(selectinload(Subject.names), joinedload(Subject.parent))).one_or_none()
        if subject is None:
            raise NotFound("There is no such subject. It may have been typed wrongly, or is gone.")
        parts = session.scalars(select(Subject).where(Subject.parent_id == subject_id).order_by(Subject.name)).all()
        found = search.find(
            session, "", Filters(subjects=(subject_id,)), cursor=request.args.get("cursor"), limit=CELLS
        )
        cards = catalogue.cards(session, found.ids)
    return render_template(
        "subject.html",
        subject=subject,
        parts=parts,
        outline=draw(subject.geometry),
        found=found,
        cards=cards,
        choice=Choice.of({str(subject.kind): str(subject.id)}),
    )
