"""What subjects are to one another: above and below, related, taken over by another."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from media_archive.catalogue.subjects import kinds
from media_archive.catalogue.subjects.models import Relation, Subject
from media_archive.catalogue.subjects.values import checked_date
from media_archive.db import alone
from media_archive.errors import Conflict, Invalid, NotFound
from media_archive.events import service as events

#: deeper, somebody went round in a circle
DEEPEST = 50
#: key of PostgreSQL's advisory lock: two changes at once may not make a circle together
PARENTS_LOCK = 0x6D61_7061
LONGEST_NOTE = 2000


@dataclass(frozen=True)
class Related:
    """A relation as one of the two sees it."""

    id: UUID
    kind: str
    other: Subject
    since: str | None
    note: str


def current(session: Session, subject: Subject) -> Subject:
    """The subject itself, or the one that took it over, however many steps away."""
    for _ in range(DEEPEST):
        if subject.merged_into is None:
            break
        above = session.get(Subject, subject.merged_into)
        if above is None:
            break
        subject = above
    return subject


def put_under(session: Session, subject: Subject, parent: Subject | None) -> None:
    """Makes `parent` its parent; Conflict where it would be its own ancestor."""
    if (parent.id if parent else None) == subject.parent_id:
        return
    if parent is not None:
        if parent.archive_id != subject.archive_id:
            raise Conflict("{name} belongs to another archive. Choose one of this.", name=parent.name)
        if subject.id is not None:  # what is new has nothing below it
            _refuse_circle(session, subject, parent)
    subject.parent_id = parent.id if parent else None


def _refuse_circle(session: Session, subject: Subject, parent: Subject) -> None:
    alone(session, PARENTS_LOCK)
    if any(one.id == subject.id for one in [parent, *ancestors(session, parent)]):
        raise Conflict(
            "{name} cannot be part of {parent}, which is part of it itself. Change that first.",
            name=subject.name,
            parent=parent.name,
        )


def ancestors(session: Session, subject: Subject) -> list[Subject]:
    """What it is part of, the nearest first."""
    found: list[Subject] = []
    above = subject.parent_id
    while above is not None and len(found) < DEEPEST:
        one = session.get(Subject, above, populate_existing=True)
        if one is None:
            break
        found.append(one)
        above = one.parent_id
    return found


def relate(
    session: Session, subject: Subject, kind: str, other: Subject, who: str, *, since: str | None = None, note: str = ""
) -> Relation:
    """Says what `subject` is to `other`; Conflict where that is said already, from either side."""
    if subject.id == other.id:
        raise Invalid("A subject is not related to itself. Choose another.")
    if subject.archive_id != other.archive_id:
        raise Conflict("{name} belongs to another archive. Choose one of this.", name=other.name)
    code, one, two = _directed(kind, subject, other)
    wanted = (Relation.subject_id == one.id, Relation.kind == code, Relation.other_id == two.id)
    if session.scalar(select(Relation.id).where(*wanted)):
        raise Conflict("That is said already.")
    made = Relation(
        subject_id=one.id,
        other_id=two.id,
        kind=code,
        since=checked_date(since) if since else None,
        note=note.strip()[:LONGEST_NOTE],
        said_by=who,
    )
    session.add(made)
    _tell(session, made, "related", who)
    return made


def _directed(kind: str, subject: Subject, other: Subject) -> tuple[str, Subject, Subject]:
    """One way to say it, of the two there are: that which stands first in the rules, so that none is said twice."""
    rule = kinds.relation(kind)
    order = [one.code for one in kinds.rules().relations]
    if rule.inverse == rule.code:
        one, two = sorted((subject, other), key=lambda each: each.id.bytes)
        return rule.code, one, two
    if order.index(rule.inverse) < order.index(rule.code):
        return rule.inverse, other, subject
    return rule.code, subject, other


def unrelate(session: Session, relation_id: UUID, who: str) -> None:
    """Takes a relation back; NotFound where there is none."""
    found = session.get(Relation, relation_id)
    if found is None:
        raise NotFound("There is no such relation. Somebody may have taken it back already.")
    _tell(session, found, "unrelated", who)
    session.delete(found)


def _tell(session: Session, relation: Relation, how: str, who: str) -> None:
    """An event and the next version for both."""
    inverse = kinds.relation(relation.kind).inverse
    sides = ((relation.subject_id, relation.kind, relation.other_id), (relation.other_id, inverse, relation.subject_id))
    for mine, kind, other in sides:
        subject = session.get_one(Subject, mine, with_for_update=True)
        subject.version += 1
        said: dict[str, Any] = {"kind": kind, "other": str(other), "since": relation.since, "note": relation.note}
        events.record(session, who, "modification", "subject", mine, relation=how, **said)


def relations(session: Session, subject_id: UUID) -> list[Related]:
    """What it is to others, as it sees them."""
    query = select(Relation).where(or_(Relation.subject_id == subject_id, Relation.other_id == subject_id))
    found = []
    for one in session.scalars(query.order_by(Relation.kind, Relation.created_at)):
        forth = one.subject_id == subject_id
        kind = one.kind if forth else kinds.relation(one.kind).inverse
        other = session.get_one(Subject, one.other_id if forth else one.subject_id)
        found.append(Related(one.id, kind, other, one.since, one.note))
    return found
