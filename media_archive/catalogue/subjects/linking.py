"""Tying an asset, or a stretch of it, to what it shows; and untying it."""

from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue import shown
from media_archive.catalogue.models import Asset, Kind
from media_archive.catalogue.service import touch
from media_archive.catalogue.subjects import families, kinds
from media_archive.catalogue.subjects.models import (
    Link,
    Subject,
    SubjectKind,
    SubjectName,
    Suggestion,
    SuggestionOutbox,
)
from media_archive.catalogue.subjects.service import GONE
from media_archive.db import now
from media_archive.errors import Conflict, Invalid, NotFound
from media_archive.events import service as events

#: what an asset is to a subject: it shows it, was taken from it, or is about it
ROLES = ("shows", "taken_from", "about")
#: containers round their duration: a stretch may end so much behind it
ROUNDING = Fraction(1, 20)
Range = tuple[Fraction, Fraction]


def link(
    session: Session,
    asset_id: UUID,
    subject_id: UUID,
    who: str,
    *,
    role: str = "shows",
    stage: str | None = None,
    stretch: tuple[str, str] | None = None,
) -> Link:
    """Says that the asset, or the `stretch` of it in seconds ("12.5", "1001/30"), shows the subject.

    Conflict where that is said already; Invalid for a stretch that does not lie in the recording. What a rule had
    suggested of both is settled by it.
    """
    asset, subject = shown.asset(session, asset_id), standing(session, subject_id)
    span = _span(asset, stretch) if stretch else None
    made = Link(
        asset_id=asset.id,
        subject_id=subject.id,
        role=_role(role),
        stage=_stage(subject, stage),
        starts=written(span[0]) if span else None,
        ends=written(span[1]) if span else None,
        said_by=who,
    )
    return enter(session, made, subject, who)


def enter(session: Session, made: Link, subject: Subject, who: str) -> Link:
    """Adds a link that was checked; Conflict where the same is said already."""
    same = select(Link.id).where(
        Link.asset_id == made.asset_id,
        Link.subject_id == made.subject_id,
        Link.role == made.role,
        Link.starts.is_(None) if made.starts is None else Link.starts == made.starts,
    )
    if session.scalar(same.limit(1)):
        raise Conflict("{name} is linked to this already, in the same role. Change that link.", name=subject.name)
    session.add(made)
    session.flush()
    _settle(session, made, who)
    _record(session, who, made, subject, "linked")
    return made


def unlink(session: Session, link_id: UUID, who: str, *, for_good: bool = True) -> None:
    """Takes a link back; `for_good`, so that no rule suggests it again."""
    there = session.get(Link, link_id)
    if there is None:
        raise NotFound("There is no such link any more. Reload the page.")
    subject = session.get_one(Subject, there.subject_id)
    if for_good:
        _refuse(session, there, who)
    session.delete(there)
    session.flush()
    _record(session, who, there, subject, "unlinked")


def of(session: Session, asset_id: UUID) -> Sequence[Link]:
    """The links of an asset, the oldest first."""
    return session.scalars(select(Link).where(Link.asset_id == asset_id).order_by(Link.created_at, Link.id)).all()


def standing(session: Session, subject_id: UUID) -> Subject:
    """The subject, or the one that took it over; NotFound where there is none."""
    found = session.get(Subject, subject_id)
    if found is None:
        raise NotFound(GONE)
    return families.current(session, found)


def called(session: Session, name: str, kind: str | None = None) -> list[Subject]:
    """Subjects with that id or code, else those with that name in force, else with any such name."""
    name = name.strip()
    of_kind = select(Subject).where(Subject.merged_into.is_(None))
    if kind:
        of_kind = of_kind.where(Subject.kind == kind)
    with suppress(ValueError):
        one = session.get(Subject, UUID(name))
        return [standing(session, one.id)] if one else []
    other = select(SubjectName.subject_id).where(SubjectName.name == name)
    for condition in (Subject.code == name, Subject.name == name, Subject.id.in_(other)):
        if found := session.scalars(of_kind.where(condition).order_by(Subject.kind, Subject.id).limit(20)).all():
            return list(found)
    return []


def one_called(session: Session, name: str, kind: str | None = None) -> Subject:
    """The one subject that is called so; NotFound for none, Invalid where several are."""
    found = called(session, name, kind)
    if not found:
        raise NotFound("There is no subject {name}. `media-archive subjects` lists them.", name=name.strip()[:80])
    if len(found) > 1:
        numbers = ", ".join(f"{one.id} ({one.kind})" for one in found[:5])
        raise Invalid(
            "Several subjects are called {name}: {numbers}. Give the number.", name=name.strip()[:80], numbers=numbers
        )
    return found[0]


def told(one: Link, subject: Subject) -> dict[str, Any]:
    """A link as JSON."""
    return {
        "id": str(one.id),
        "asset": str(one.asset_id),
        "subject": str(subject.id),
        "kind": str(subject.kind),
        "code": subject.code,
        "name": subject.name,
        "role": one.role,
        "stage": one.stage,
        "starts": one.starts,
        "ends": one.ends,
        "said_by": one.said_by,
        "confirmed_by": one.confirmed_by,
        "confidence": one.confidence,
    }


def seconds(text: str) -> Fraction:
    """An exact number of seconds, of "12.5", "25/2" or "1001/30"; Invalid for anything else."""
    try:
        # no exponents: the number that "1e999999999" writes out takes all memory
        exact = Fraction(text.strip()) if len(text) <= 64 and "e" not in text.casefold() else None
    except (ValueError, ZeroDivisionError):
        exact = None
    if exact is None:
        raise Invalid(
            "{text} is no time in the recording. Write seconds, such as 12.5 or the exact 1001/30.", text=text[:64]
        )
    return exact


def written(exact: Fraction) -> str:
    """An exact number as it is stored: "25/2"."""
    return f"{exact.numerator}/{exact.denominator}"


def _span(asset: Asset, stretch: tuple[str, str]) -> Range:
    starts, ends = map(seconds, stretch)
    if asset.kind == Kind.PHOTO or asset.duration is None:
        raise Invalid("Only a film or a recording has stretches; this lasts no time. Link the whole of it.")
    # the shortest decimal that stands for the stored number, rather than its binary tail
    lasts = Fraction(repr(asset.duration))
    if not 0 <= starts < ends:
        raise Invalid("The stretch must begin at 0 or later, and end after it begins.")
    if ends > lasts + ROUNDING:
        raise Invalid(
            "The stretch would end at {ends} s, and the recording lasts {lasts} s. Choose an end within it.",
            ends=f"{float(ends):.3f}",
            lasts=f"{float(lasts):.3f}",
        )
    return starts, ends


def _role(role: str) -> str:
    if role not in ROLES:
        raise Invalid("{role} is no role of a link. Choose one of: {roles}.", role=role[:32], roles=", ".join(ROLES))
    return role


def _stage(subject: Subject, stage: str | None) -> str | None:
    """The code of a stage, which may be given by its name too."""
    if not stage or not stage.strip():
        return None
    if subject.kind != SubjectKind.PROJECT:
        raise Invalid("{name} is no project, and so it has no stages. Leave the stage out.", name=subject.name)
    return kinds.stage(stage.strip()).code


def _settle(session: Session, made: Link, who: str) -> None:
    """What waited to be decided of both is decided by the link."""
    waiting = select(Suggestion).where(
        Suggestion.asset_id == made.asset_id, Suggestion.subject_id == made.subject_id, Suggestion.state == "open"
    )
    for one in session.scalars(waiting):
        one.state, one.decided_by, one.decided_at = "accepted", who, now()


def _refuse(session: Session, there: Link, who: str) -> None:
    wanted = select(Suggestion).where(
        Suggestion.asset_id == there.asset_id, Suggestion.subject_id == there.subject_id, Suggestion.role == there.role
    )
    one = session.scalars(wanted).one_or_none() or Suggestion(
        asset_id=there.asset_id, subject_id=there.subject_id, role=there.role, rule="person", confidence=0.0
    )
    one.state, one.decided_by, one.decided_at = "refused", who, now()
    session.add(one)


def _record(session: Session, who: str, one: Link, subject: Subject, what: str) -> None:
    told = {"subject": str(subject.id), "name": subject.name, "role": one.role}
    for field in ("stage", "starts", "ends", "said_by"):
        if value := getattr(one, field):
            told[field] = value
    before, after = (None, told) if what == "linked" else (told, None)
    events.record(session, who, "modification", "asset", one.asset_id, link=what, before=before, after=after)
    touch(session, one.asset_id)
    session.add(SuggestionOutbox(asset_id=one.asset_id, around=True))
