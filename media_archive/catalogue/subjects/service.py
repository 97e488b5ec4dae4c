"""Entering the city's subjects, changing them, and linking assets to them."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import and_, func, insert, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Archive, Outbox
from media_archive.catalogue.service import checked_name
from media_archive.catalogue.shown import shows
from media_archive.catalogue.subjects import families, placing
from media_archive.catalogue.subjects.models import Link, Subject, SubjectKind, SubjectName, SuggestionOutbox
from media_archive.catalogue.subjects.placing import Place
from media_archive.catalogue.subjects.values import NameGiven, checked_date, checked_details, checked_names
from media_archive.db import Instant, new_id, now
from media_archive.errors import Conflict, Invalid, NotFound
from media_archive.events import service as events
from media_archive.geo.shapes import points
from media_archive.signs import keepable

LONGEST_CODE = 128
LONGEST_TEXT = 20_000
MOST_SOURCES = 100
#: subjects whose assets are put on the list by one statement
BATCH = 500
#: a geometry with more points is told in the history by its number of points only
TOLD_POINTS = 500
GONE = "There is no such subject. It may have been typed wrongly, or is gone."


class Given(TypedDict, total=False):
    """What people say of a subject; what is absent stays as it is."""

    name: str
    code: str | None
    description: str
    #: by field of its kind; those named are changed, None takes one away
    details: Mapping[str, Any]
    sources: Sequence[str]
    #: all its names; the one in force is put in front if it is missing
    names: Sequence[NameGiven]
    place: Place | None
    parent: UUID | None


def add_subject(
    session: Session,
    archive: Archive,
    kind: SubjectKind,
    name: str,
    *,
    code: str | None = None,
    description: str = "",
    details: Mapping[str, Any] | None = None,
    sources: Sequence[str] = (),
    geometry: dict[str, Any] | None = None,
    place: Place | None = None,
    parent: Subject | None = None,
    names: Iterable[SubjectName | NameGiven] = (),
    who: str = "system",
) -> Subject:
    """A new subject, with its other names; Conflict if the code is taken among its kind. `geometry` is WGS-84."""
    subject = Subject(archive_id=archive.id, kind=kind, name=checked_name(name), details={}, sources=[])
    given = Given(
        code=code,
        description=description,
        details=details or {},
        sources=sources,
        names=[_plain(one) for one in names],
        place=place or (Place(geometry) if geometry else None),
    )
    with session.no_autoflush:
        _apply(session, subject, given)
        if parent is not None:
            families.put_under(session, subject, parent)
    session.add(subject)
    _flush(session, subject)
    _tell_entered(session, subject, who)
    return subject


def enter(session: Session, archive_id: UUID, kind: SubjectKind, given: Given, who: str) -> Subject:
    """A new subject from what was checked against the catalogue before, as tables are; written with the next flush.

    Its parent is not looked at again, nor whether its code is free: the database refuses what is taken.
    """
    subject = Subject(id=new_id(), archive_id=archive_id, kind=kind, name=checked_name(given["name"]), sources=[])
    subject.details, subject.code, subject.parent_id = {}, _checked_code(given.get("code")), given.get("parent")
    _apply(session, subject, given)
    session.add(subject)
    _tell_entered(session, subject, who)
    return subject


def _tell_entered(session: Session, subject: Subject, who: str) -> None:
    kind, name, code = str(subject.kind), subject.name, subject.code
    events.record(session, who, "creation", "subject", subject.id, subject_kind=kind, name=name, code=code)
    consider(session, subject.id)


def change(session: Session, subject_id: UUID, given: Given, who: str, seen: int | None = None) -> Subject:
    """Changes what `given` names; Conflict if somebody changed it since version `seen`.

    What it was before and is now stands in the history; assets that are linked to it are indexed anew. Where nothing
    differs, nothing is written.
    """
    subject = claimed(session, subject_id, seen)
    before = told(subject)
    with session.no_autoflush:
        _apply(session, subject, given)
        if "parent" in given:
            above = _one(session, given["parent"]) if given["parent"] else None
            families.put_under(session, subject, above)
    noted(session, subject, before, who)
    return subject


def rename(
    session: Session, subject_id: UUID, name: str, since: str | None, who: str, seen: int | None = None
) -> Subject:
    """Gives it a new official name from `since` on; the one it had becomes a former name that ends there."""
    subject = claimed(session, subject_id, seen)
    name, moment = checked_name(name), checked_date(since) if since else None
    if name == subject.name:
        raise Invalid("It is called {name} already. Give the new name.", name=name)
    names = [name_of(one) for one in subject.names]
    for one in names:
        if one["name"] == subject.name and one["kind"] == "official" and not one["valid_to"]:
            one |= {"kind": "former", "valid_to": moment}
    names.insert(0, {"name": name, "kind": "official", "valid_from": moment, "valid_to": None})
    return change(session, subject_id, {"name": name, "names": names}, who)


def claimed(session: Session, subject_id: UUID, seen: int | None = None) -> Subject:
    """The subject, for this transaction alone to change; Conflict if it moved on since version `seen`, or was merged."""
    subject = session.get(Subject, subject_id, with_for_update=True, populate_existing=True)
    if subject is None:
        raise NotFound(GONE)
    if subject.merged_into is not None:
        raise Conflict("{name} was merged into another subject. Change that one.", name=subject.name)
    if seen is not None and subject.version != seen:
        raise Conflict(
            "{name} was changed by somebody else meanwhile. Look at it as it is now, and change it again.",
            name=subject.name,
        )
    return subject


def noted(session: Session, subject: Subject, before: dict[str, Any], who: str) -> bool:
    """Ends a change: the next version, the event with what differs from `before`, and the search; whether any did."""
    after = told(subject)
    differ = [field for field in after if after[field] != before[field]]
    if not differ:
        return False
    subject.version += 1
    _flush(session, subject)
    events.record(
        session,
        who,
        "modification",
        "subject",
        subject.id,
        before={field: before[field] for field in differ},
        after={field: after[field] for field in differ},
    )
    touch_linked(session, [subject.id])
    consider(session, subject.id)
    return True


def consider(session: Session, subject_id: UUID) -> None:
    """Has suggestions made anew for what a new or changed subject may concern: what lies in its box or has its words."""
    session.add(SuggestionOutbox(subject_id=subject_id))


def told(subject: Subject) -> dict[str, Any]:
    """What is recorded of it, as plain facts for the history."""
    return {
        "name": subject.name,
        "code": subject.code,
        "description": subject.description,
        "details": dict(subject.details),
        "sources": list(subject.sources),
        "names": sorted(
            (name_of(one) for one in subject.names), key=lambda one: [str(value) for value in one.values()]
        ),
        "parent": str(subject.parent_id) if subject.parent_id else None,
        "place": _told_place(subject),
    }


def _told_place(subject: Subject) -> dict[str, Any] | None:
    """Small geometries word for word, so that they can be set back; large ones by what tells them apart."""
    if subject.geometry is None:
        return None
    said = dict(subject.geometry_given or {})
    found = {"geometry": subject.geometry, "given": said.pop("geometry", None)}
    number = len(points(subject.geometry))
    if number > TOLD_POINTS:
        box = [subject.west, subject.south, subject.east, subject.north]
        found = {"points": number, "box": box, "digest": _digest(subject.geometry)}
    return said | {name: value for name, value in found.items() if value is not None}


def _digest(geometry: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(geometry, sort_keys=True).encode()).hexdigest()


def name_of(one: SubjectName) -> NameGiven:
    """A name as plain facts."""
    return {"name": one.name, "kind": one.kind, "valid_from": one.valid_from, "valid_to": one.valid_to}


def _plain(one: SubjectName | NameGiven) -> NameGiven:
    if not isinstance(one, SubjectName):
        return one
    return {"name": one.name, "kind": one.kind or "official", "valid_from": one.valid_from, "valid_to": one.valid_to}


def _apply(session: Session, subject: Subject, given: Given) -> None:
    """Sets what `given` names, all but the parent."""
    if "code" in given:
        subject.code = _free_code(session, subject, given["code"])
    if "description" in given:
        subject.description = _checked_text(given["description"])
    if "details" in given:
        merged = dict(subject.details) | checked_details(subject.kind, given["details"])
        subject.details = {name: value for name, value in merged.items() if value is not None}
    if "sources" in given:
        subject.sources = _checked_sources(given["sources"])
    if "place" in given:
        for column, value in placing.columns(given["place"]).items():
            setattr(subject, column, value)
    if "name" in given or "names" in given:
        _name(subject, given)


def _name(subject: Subject, given: Given) -> None:
    """Sets the name and the names. A name that is only corrected is corrected among the names too."""
    name = checked_name(given["name"]) if "name" in given else subject.name
    found = given["names"] if "names" in given else [name_of(one) for one in subject.names]
    if "names" not in given:
        found = [one | {"name": name} if one["name"] == subject.name else one for one in found]
    wanted = checked_names(found, name)
    there = {tuple(name_of(one).values()): one for one in subject.names}
    subject.names = [there.get(tuple(one.values())) or SubjectName(**one) for one in wanted]
    subject.name = name


def _free_code(session: Session, subject: Subject, code: str | None) -> str | None:
    code = _checked_code(code)
    if code and code != subject.code:
        taken = select(Subject.id).where(
            Subject.archive_id == subject.archive_id, Subject.kind == subject.kind, Subject.code == code
        )
        if session.scalar(taken) not in (None, subject.id):
            raise Conflict("The code {code} belongs to another subject of that kind. Give another.", code=code)
    return code


def _checked_code(code: str | None) -> str | None:
    code = keepable(code or "")
    if len(code) > LONGEST_CODE:
        raise Invalid("The code has more than {most} characters. Shorten it.", most=LONGEST_CODE)
    return code or None


def _checked_text(text: str) -> str:
    text = keepable(text)
    if len(text) > LONGEST_TEXT:
        raise Invalid("A value is longer than {most} characters. Shorten it.", most=LONGEST_TEXT)
    return text


def _checked_sources(found: Sequence[str]) -> list[str]:
    sources = [text for text in (_checked_text(one) for one in found) if text]
    if len(sources) > MOST_SOURCES:
        raise Invalid("There are more than {most} values. Leave some out.", most=MOST_SOURCES)
    return sources


def _flush(session: Session, subject: Subject) -> None:
    """Writes it; what another transaction took meanwhile is a conflict, and no fault."""
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as exc:
        raise Conflict(
            "The code {code} belongs to another subject of that kind. Give another.", code=subject.code or ""
        ) from exc


def _one(session: Session, subject_id: UUID) -> Subject:
    found = session.get(Subject, subject_id)
    if found is None or found.merged_into is not None:
        raise NotFound(GONE)
    return found


def subject_called(session: Session, archive: Archive, kind: SubjectKind, called: str) -> Subject | None:
    """The subject with that code, that name, or that former or other name, looked for in this order.

    One that was merged leads to the one that took it over.
    """
    of_kind = select(Subject).where(Subject.archive_id == archive.id, Subject.kind == kind)
    ways = (
        of_kind.where(Subject.code == called),
        of_kind.where(Subject.name == called, Subject.merged_into.is_(None)),
        of_kind.join(SubjectName).where(SubjectName.name == called, Subject.merged_into.is_(None)),
        of_kind.where(Subject.name == called),
    )
    for way in ways:
        if found := session.scalars(way.order_by(Subject.id).limit(1)).first():
            return families.current(session, found)
    return None


def subject_named(session: Session, archive: Archive, kind: SubjectKind, called: str, who: str) -> tuple[Subject, bool]:
    """The subject called so, made if there is none; and whether it was made.

    A project is called by its code; one that is made here takes the code as its name until somebody names it.
    """
    called = checked_name(called)
    subject = subject_called(session, archive, kind, called)
    if subject:
        return subject, False
    code = called if kind is SubjectKind.PROJECT else None
    return add_subject(session, archive, kind, called, code=code, who=who), True


def link(session: Session, asset_id: UUID, subjects: Sequence[Subject], said_by: str, role: str = "shows") -> int:
    """Links the asset to those of `subjects` it is not yet linked to; returns how many were new."""
    there = set(session.scalars(select(Link.subject_id).where(Link.asset_id == asset_id, Link.role == role)))
    new = [subject for subject in subjects if subject.id not in there]
    session.add_all(Link(asset_id=asset_id, subject_id=subject.id, role=role, said_by=said_by) for subject in new)
    return len(new)


def touch_linked(session: Session, subject_ids: Sequence[UUID]) -> None:
    """Puts every asset that is linked to one of them on the list of those whose search document is out of date."""
    session.flush()
    for start in range(0, len(subject_ids), BATCH):
        some = subject_ids[start : start + BATCH]
        linked = select(Link.asset_id, literal(now(), Instant())).where(Link.subject_id.in_(some)).distinct()
        session.execute(insert(Outbox).from_select(["asset_id", "at"], linked))


def subjects(session: Session, kind: SubjectKind | None = None) -> list[tuple[Subject, int]]:
    """Subjects by kind, code and name, each with the number of assets that are linked to it; merged ones left out."""
    count = func.count(Link.asset_id.distinct())
    linked = and_(Link.subject_id == Subject.id, shows(Link.asset_id))
    query = select(Subject, count).outerjoin(Link, linked).where(Subject.merged_into.is_(None)).group_by(Subject.id)
    if kind:
        query = query.where(Subject.kind == kind)
    return [
        (subject, number)
        for subject, number in session.execute(query.order_by(Subject.kind, Subject.code, Subject.name))
    ]
