"""Reading subjects: lists a page at a time, one by what people call it, what hangs on it."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset, Shoot
from media_archive.catalogue.shown import shows
from media_archive.catalogue.subjects.models import Link, Subject, SubjectKind, SubjectName
from media_archive.errors import Conflict, NotFound

#: columns by which lists are ordered, and from which the next page goes on
ORDER = (func.coalesce(Subject.code, ""), Subject.name, Subject.id)


@dataclass(frozen=True)
class Page:
    """Some subjects, how many assets show each, and the cursor of those that follow."""

    subjects: list[Subject]
    counts: dict[UUID, int]
    next: str | None
    total: int


def page(
    session: Session, archive_id: UUID, kind: SubjectKind, words: str = "", cursor: str | None = None, limit: int = 120
) -> Page:
    """Subjects of a kind by code and name; with `words` only those that have them in a name, or begin their code."""
    wanted = [Subject.archive_id == archive_id, Subject.kind == kind, Subject.merged_into.is_(None)]
    if words.strip():
        wanted.append(_matches(words.strip()))
    total = session.scalar(select(func.count()).select_from(Subject).where(*wanted)) or 0
    query = select(Subject).where(*wanted).order_by(*ORDER).limit(limit + 1)
    if cursor:
        query = query.where(tuple_(*ORDER) > tuple_(*_position(cursor)))
    found = list(session.scalars(query))
    following = _cursor(found[limit - 1]) if len(found) > limit else None
    shown = found[:limit]
    return Page(shown, counts(session, [one.id for one in shown]), following, total)


def _matches(words: str) -> ColumnElement[bool]:
    every = [
        or_(
            Subject.name.icontains(word, autoescape=True),
            Subject.code.istartswith(word, autoescape=True),
            Subject.id.in_(select(SubjectName.subject_id).where(SubjectName.name.icontains(word, autoescape=True))),
        )
        for word in words.split()[:8]
    ]
    return and_(*every)


def _cursor(subject: Subject) -> str:
    place = [subject.code or "", subject.name, subject.id.hex]
    return urlsafe_b64encode(json.dumps(place, ensure_ascii=False).encode()).decode().rstrip("=")


def _position(cursor: str) -> tuple[str, str, UUID]:
    try:
        code, name, number = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return str(code), str(name), UUID(number)
    except (ValueError, TypeError, AttributeError):
        raise NotFound("The address goes on from nowhere. Start again from the list.") from None


def counts(session: Session, ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many assets are linked to each."""
    query = select(Link.subject_id, func.count(Link.asset_id.distinct())).where(
        Link.subject_id.in_(ids), shows(Link.asset_id)
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(Link.subject_id))}


def called(session: Session, archive_id: UUID, text: str, kind: SubjectKind | None = None) -> Subject:
    """The one subject with that number, code or name; NotFound, or Conflict where there are several.

    One that is of `kind` goes before others.
    """
    text = text.strip()
    mine = (Subject.archive_id == archive_id, Subject.merged_into.is_(None))
    by_id = [Subject.id == UUID(text)] if _is_id(text) else []
    ways: list[ColumnElement[bool]] = [
        *by_id,
        Subject.code == text,
        Subject.name == text,
        Subject.id.in_(select(SubjectName.subject_id).where(SubjectName.name == text)),
    ]
    for way in ways:
        found = list(session.scalars(select(Subject).where(*mine, way).order_by(Subject.kind, Subject.id).limit(50)))
        found = [one for one in found if one.kind == kind] or found
        if len(found) > 1:
            raise Conflict("{count} subjects are called {name}. Give the code.", count=len(found), name=text[:80])
        if found:
            return found[0]
    raise NotFound("There is no subject {name}. Look for it in the list of the city.", name=text[:80])


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def taken_over(session: Session, subject_id: UUID) -> list[Subject]:
    """Subjects that were merged into it."""
    return list(session.scalars(select(Subject).where(Subject.merged_into == subject_id).order_by(Subject.name)))


def shoots_of(session: Session, subject_id: UUID, most: int = 100) -> list[tuple[UUID, str, int]]:
    """The shoots whose assets are linked to it: number, name, links; the newest first."""
    query = (
        select(Shoot.id, Shoot.name, func.count(Link.id))
        .join(Asset, Asset.shoot_id == Shoot.id)
        .join(Link, Link.asset_id == Asset.id)
        .where(Link.subject_id == subject_id)
        .group_by(Shoot.id, Shoot.name)
        .order_by(Shoot.id.desc())
    )
    return [(number, name, links) for number, name, links in session.execute(query.limit(most))]


def links_of_shoots(session: Session, subject_id: UUID, shoots: Sequence[UUID]) -> list[UUID]:
    """The links of these shoots' assets to it."""
    query = select(Link.id).join(Asset, Asset.id == Link.asset_id)
    return list(session.scalars(query.where(Link.subject_id == subject_id, Asset.shoot_id.in_(shoots))))
