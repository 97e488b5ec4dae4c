"""The city's subjects: projects, landmarks, streets and more, and everything that shows them."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload
from werkzeug.wrappers import Response

from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.subjects import duplicates, families, kinds, placing
from media_archive.catalogue.subjects import queries as city
from media_archive.catalogue.subjects.models import Link, Subject, SubjectKind
from media_archive.catalogue.subjects.service import GONE
from media_archive.catalogue.subjects.values import written
from media_archive.errors import NotFound
from media_archive.events import service as events
from media_archive.events.models import Event
from webapp import terms
from webapp.assets.choice import Choice
from webapp.door import reading, user
from webapp.languages import chosen
from webapp.listing import lists
from webapp.shoots.queries import covers
from webapp.subjects import form, words
from webapp.subjects.outline import draw

subjects = Blueprint("subjects", __name__)
CELLS = 120
#: subjects a page
PAGE = 120
LONGEST_WORDS = 200
#: parts and events that a page shows
MOST_PARTS, MOST_EVENTS = 300, 200


@subjects.get("/subjects")
def index() -> str:
    """Subjects of one kind, by code and name; all that have the words, where some are given."""
    kind = _kind(request.args.get("kind") or SubjectKind.PROJECT.value)
    wanted = request.args.get("q", "")[:LONGEST_WORDS]
    with reading() as session:
        found = city.page(session, user().archive_id, kind, wanted, request.args.get("cursor"), PAGE)
        pictures = {
            one.id: covers(session, select(Link.asset_id).where(Link.subject_id == one.id), 1)
            for one in found.subjects
            if found.counts.get(one.id)
        }
    return render_template(
        "subjects.html",
        kind=kind.value,
        kinds=list(SubjectKind),
        found=found,
        words=wanted,
        pictures=pictures,
        draw=draw,
    )


def _kind(wanted: str) -> SubjectKind:
    if wanted not in list(SubjectKind):
        raise NotFound("There is no kind of subject called {kind}. Start again from the list.", kind=wanted[:80])
    return SubjectKind(wanted)


@subjects.get("/subjects/duplicates")
def doubles() -> str:
    """Pairs that may be one and the same."""
    kind = _kind(request.args.get("kind") or SubjectKind.LANDMARK.value)
    with reading() as session:
        found = duplicates.pairs(session, user().archive_id, kind)
        ids = {number for one in found for number in (one.one, one.two)}
        known = {one.id: one for one in session.scalars(select(Subject).where(Subject.id.in_(ids)))}
        counts = city.counts(session, list(ids))
    rows = [(one.why, known[one.one], known[one.two]) for one in found]
    return render_template("subject_doubles.html", kind=kind.value, kinds=list(SubjectKind), rows=rows, counts=counts)


@subjects.get("/subjects/<id:subject_id>")
def page(subject_id: UUID) -> str | Response:
    """One subject: its names over time, what is known of it, its outline, and everything that shows it."""
    with reading() as session:
        wanted = select(Subject).where(Subject.id == subject_id)
        subject = session.scalars(wanted.options(selectinload(Subject.names), joinedload(Subject.parent))).one_or_none()
        if subject is None:
            raise NotFound(GONE)
        if subject.merged_into is not None:
            there = families.current(session, subject).id
            return redirect(url_for("subjects.page", subject_id=there), HTTPStatus.MOVED_PERMANENTLY)
        choice = Choice.within(request.args, **{str(subject.kind): str(subject_id)})
        listed = lists.find(session, choice, cursor=request.args.get("cursor"), limit=CELLS, facets=True)
        found = listed.found
        cards = catalogue.cards(session, found.ids)
        around = _around(session, subject)
    return render_template(
        "subject.html",
        subject=subject,
        details=_details(subject),
        groups=listed.runs,
        outline=draw(subject.geometry),
        place=placing.of(subject),
        given=form.given_text(subject),
        found=found,
        cards=cards,
        choice=choice,
        **around,
    )


def _around(session: Session, subject: Subject) -> dict[str, Any]:
    """What hangs together with it."""
    parts = select(Subject).where(Subject.parent_id == subject.id, Subject.merged_into.is_(None))
    language = chosen()
    return {
        "parts": session.scalars(parts.order_by(Subject.name).limit(MOST_PARTS)).all(),
        "relations": [
            (one, getattr(kinds.relation(one.kind), language)) for one in families.relations(session, subject.id)
        ],
        "relation_kinds": [(one.code, getattr(one, language)) for one in kinds.rules().relations],
        "taken_over": city.taken_over(session, subject.id),
        "shoots": city.shoots_of(session, subject.id),
        "names": sorted(subject.names, key=lambda one: (one.kind != "official", one.valid_to is not None)),
        "history": _history(session, subject),
    }


def _history(session: Session, subject: Subject) -> list[dict[str, Any]]:
    """What was done, the latest first."""
    every = events.of(session, "subject", subject.id)
    return [_told(session, one, SubjectKind(subject.kind)) for one in reversed(every[-MOST_EVENTS:])]


def _details(subject: Subject) -> list[tuple[str, str]]:
    """What is recorded of its kind, as (label, value)."""
    language = chosen()
    rows = []
    for one in kinds.of_kind(subject.kind).fields:
        if text := written(one, subject.details.get(one.name), language):
            rows.append((getattr(one, language), f"{text} {one.unit}".strip()))
    return rows


def _told(session: Session, event: Event, kind: SubjectKind) -> dict[str, Any]:
    """An event with the fields that it changed, before and after."""
    detail = event.detail
    before, after = detail.get("before", {}), detail.get("after", {})
    changes = [(words.field(name, kind), _short(before.get(name)), _short(after[name])) for name in after]
    if "relation" in detail:
        other = session.get(Subject, UUID(detail["other"]))
        said = f"{getattr(kinds.relation(detail['kind']), chosen())} {other.name if other else ''}".strip()
        pair = (said, "") if detail["relation"] == "unrelated" else ("", said)
        changes.append((words.field("relation", kind), *pair))
    elif name := detail.get("name") if event.what in {"merge", "unmerge", "split"} else None:
        changes.append((terms.event(event.what), "", str(name)))
    return {"what": terms.event(event.what), "who": event.who, "at": event.at, "changes": changes}


def _short(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict) and "name" in value[0]:
        return "、".join(str(one["name"]) for one in value)[:200]
    return "" if value in (None, "", [], {}) else str(value)[:200]
