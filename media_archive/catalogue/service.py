"""Founding archives, opening shoots, naming the city's subjects and linking assets to them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from media_archive.catalogue.collections.models import Collection
from media_archive.catalogue.models import Archive, Asset, FingerprintOutbox, Outbox, Outcome, Rendition, Shoot
from media_archive.catalogue.shown import shows
from media_archive.catalogue.subjects.models import Link, Subject, SubjectKind, SubjectName, SuggestionOutbox
from media_archive.db import now
from media_archive.errors import Conflict, Invalid, NotFound
from media_archive.events import service as events

LONGEST_NAME = 255


def found(session: Session, code: str, name: str, who: str = "system") -> Archive:
    """The archive `code`; founded if there is none."""
    archive = session.scalars(select(Archive).where(Archive.code == code)).one_or_none()
    if archive is None:
        archive = Archive(code=code, name=name)
        session.add(archive)
        session.flush()
        events.record(session, who, "creation", "archive", archive.id, code=code, name=name)
    return archive


def archive_by_code(session: Session, code: str) -> Archive:
    """The archive `code`, or NotFound."""
    archive = session.scalars(select(Archive).where(Archive.code == code)).one_or_none()
    if archive is None:
        known = ", ".join(session.scalars(select(Archive.code).order_by(Archive.code)))
        raise NotFound(
            "There is no archive {code}. Known: {known}. Found one with `media-archive init`.", code=code, known=known
        )
    return archive


def open_shoot(
    session: Session, archive: Archive, name: str, *, caption: str = "", photographer: str = "", who: str = "system"
) -> Shoot:
    """The shoot `name` of `archive`, opened if new; a caption or photographer given replaces the one it had."""
    name = checked_name(name)
    photographer = checked_name(photographer) if photographer.strip() else ""
    shoot = session.scalars(select(Shoot).where(Shoot.archive_id == archive.id, Shoot.name == name)).one_or_none()
    if shoot is None:
        shoot = Shoot(archive_id=archive.id, name=name, caption=caption, photographer=photographer, created_by=who)
        session.add(shoot)
        session.flush()
        events.record(session, who, "creation", "shoot", shoot.id, name=name)
        return shoot
    given = {"caption": caption, "photographer": photographer}
    changes = {field: value for field, value in given.items() if value and getattr(shoot, field) != value}
    for field, value in changes.items():
        setattr(shoot, field, value)
    if changes:
        events.record(session, who, "modification", "shoot", shoot.id, **changes)
    return shoot


def checked_name(name: str) -> str:
    """`name` without surrounding space; Invalid if nothing is left, or too much."""
    name = name.strip().replace("\0", "")
    if not name:
        raise Invalid("The name is empty. Give one.")
    if len(name) > LONGEST_NAME:
        raise Invalid(
            "The name is {length} characters long, {most} are allowed. Shorten it.", length=len(name), most=LONGEST_NAME
        )
    return name


def shoot_by_name(session: Session, name: str, archive: Archive | None = None) -> Shoot:
    """The shoot with that name, or NotFound."""
    query = select(Shoot).where(Shoot.name == name)
    if archive:
        query = query.where(Shoot.archive_id == archive.id)
    shoot = session.scalars(query.limit(1)).first()
    if shoot is None:
        raise NotFound("There is no shoot {name}. `media-archive shoots` lists them.", name=name)
    return shoot


def add_subject(
    session: Session,
    archive: Archive,
    kind: SubjectKind,
    name: str,
    *,
    code: str | None = None,
    description: str = "",
    geometry: dict[str, Any] | None = None,
    parent: Subject | None = None,
    names: Iterable[SubjectName] = (),
    who: str = "system",
) -> Subject:
    """A new subject, with its other names; Conflict if the code is taken among its kind."""
    if code and session.scalar(_with_code(archive, kind, code)):
        raise Conflict("The code {code} belongs to another subject of that kind. Give another.", code=code)
    subject = Subject(
        archive_id=archive.id,
        kind=kind,
        name=checked_name(name),
        code=code or None,
        description=description,
        geometry=geometry,
        parent_id=parent.id if parent else None,
    )
    subject.names = [_checked_period(one) for one in names] or [SubjectName(name=subject.name)]
    session.add(subject)
    session.flush()
    events.record(session, who, "creation", "subject", subject.id, subject_kind=kind.value, name=name, code=code)
    return subject


def _checked_period(name: SubjectName) -> SubjectName:
    """A name with a period that can be: Invalid otherwise."""
    name.name = checked_name(name.name)
    for moment in (name.valid_from, name.valid_to):
        if moment is not None and not _is_date(moment):
            raise Invalid(
                "{date} is no date. Write a year, a month or a day: 1987, 1987-05 or 1987-05-01.", date=moment[:64]
            )
    if name.valid_from and name.valid_to and name.valid_to < name.valid_from[: len(name.valid_to)]:
        raise Invalid(
            "The name {name} would end in {until} before it began in {since}. Put the earlier date first.",
            name=name.name,
            since=name.valid_from,
            until=name.valid_to,
        )
    return name


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text + "0000-01-01"[len(text) :])
    except ValueError:
        return False
    return len(text) in {4, 7, 10}


def _with_code(archive: Archive, kind: SubjectKind, code: str) -> Any:
    return select(Subject).where(Subject.archive_id == archive.id, Subject.kind == kind, Subject.code == code)


def subject_called(session: Session, archive: Archive, kind: SubjectKind, called: str) -> Subject | None:
    """The subject with that code, that name, or that former or other name, looked for in this order."""
    by_code = session.scalar(_with_code(archive, kind, called))
    if by_code:
        return by_code  # type: ignore[no-any-return]
    of_kind = select(Subject).where(Subject.archive_id == archive.id, Subject.kind == kind)
    return (
        session.scalars(of_kind.where(Subject.name == called).order_by(Subject.id).limit(1)).first()
        or session.scalars(
            of_kind.join(SubjectName).where(SubjectName.name == called).order_by(Subject.id).limit(1)
        ).first()
    )


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


def touch(session: Session, asset_id: UUID) -> None:
    """Puts the asset on the lists of those whose search document, and whose suggestions, are out of date."""
    session.add(Outbox(asset_id=asset_id))
    session.add(SuggestionOutbox(asset_id=asset_id))


def fingerprinted(session: Session, asset_id: UUID) -> None:
    """Puts the asset on the list of those whose perceptual hash changed."""
    session.add(FingerprintOutbox(asset_id=asset_id))


def after_all(session: Session, asset_id: UUID) -> datetime:
    """Now; where the clock was put back since something was made of the asset, just after that.

    What is asked for at this moment is newer than all that is there.
    """
    made = session.scalar(select(func.max(Rendition.created_at)).where(Rendition.asset_id == asset_id))
    found = session.scalar(select(func.max(Outcome.made_at)).where(Outcome.asset_id == asset_id))
    latest = max(filter(None, (made, found)), default=None)
    return max(now(), latest + timedelta(microseconds=1)) if latest else now()


def asset(session: Session, name: str, *, trashed: bool = False) -> Asset:
    """The asset with that id (or the start of one, from 8 characters), accession code, or SHA-256 of an original.

    NotFound where there is none, and, unless `trashed`, where it lies in the trash.
    """
    found = _asset_called(session, name)
    if found.trashed_at is not None and not trashed:
        raise NotFound(
            "The asset {name} lies in the trash. `media-archive trash restore` brings it back.", name=name.strip()[:80]
        )
    return found


def _asset_called(session: Session, name: str) -> Asset:
    from media_archive.storage.models import File

    wanted = name.strip().lower()
    plain = wanted.replace("-", "")
    if len(plain) == 32 and _is_hex(plain) and (one := session.get(Asset, UUID(plain))):
        return one
    by_file = select(File.asset_id).where(File.sha256 == wanted)
    query = select(Asset).where(or_(Asset.accession_code == name.strip(), Asset.id.in_(by_file)))
    matches = list(session.scalars(query.limit(2)))
    if not matches and 8 <= len(plain) < 32 and _is_hex(plain):
        low, high = UUID(plain.ljust(32, "0")), UUID(plain.ljust(32, "f"))
        matches = list(session.scalars(select(Asset).where(Asset.id.between(low, high)).limit(2)))
    if len(matches) > 1:
        raise Invalid("More than one asset begins with {name}. Give more of its number.", name=name)
    if not matches:
        raise NotFound("There is no asset {name}. `media-archive search` finds them by words.", name=name)
    return matches[0]


def _is_hex(text: str) -> bool:
    return all(character in "0123456789abcdef" for character in text)


def subjects(session: Session, kind: SubjectKind | None = None) -> list[tuple[Subject, int]]:
    """Subjects by kind and name, each with the number of assets that are linked to it."""
    count = func.count(Link.asset_id.distinct())
    linked = and_(Link.subject_id == Subject.id, shows(Link.asset_id))
    query = select(Subject, count).outerjoin(Link, linked).group_by(Subject.id)
    if kind:
        query = query.where(Subject.kind == kind)
    return [
        (subject, number)
        for subject, number in session.execute(query.order_by(Subject.kind, Subject.code, Subject.name))
    ]


def collection_by_name(session: Session, name: str) -> Collection:
    """The collection with that name, or NotFound."""
    found = session.scalars(select(Collection).where(Collection.name == name).limit(1)).first()
    if found is None:
        raise NotFound("There is no collection {name}.", name=name)
    return found
