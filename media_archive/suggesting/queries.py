"""Reading suggestions, for pages, the command and the interface."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.queries import Card
from media_archive.catalogue.subjects.models import Subject, Suggestion
from media_archive.suggesting.choosing import Chosen, open_ones
from media_archive.words import Message


@dataclass(frozen=True)
class Reason:
    """What one rule says, and how much it counts."""

    rule: str
    weight: float
    said: Message


@dataclass(frozen=True)
class Shown:
    """A suggestion with what a list shows of it."""

    id: UUID
    card: Card
    subject_id: UUID
    subject: str
    kind: str
    role: str
    rule: str
    confidence: float
    reasons: list[Reason]
    state: str
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True)
class Group:
    """A subject, and the pictures that are suspected to show it, the surest first."""

    subject_id: UUID
    name: str
    kind: str
    code: str | None
    #: how many there are in all
    count: int
    ones: list[Shown]


def groups(
    session: Session,
    chosen: Chosen,
    *,
    assets: Sequence[UUID] | None = None,
    page: int = 0,
    limit: int = 12,
    most: int = 24,
) -> tuple[list[Group], bool]:
    """Subjects by how much waits for them, each with its surest pictures; and whether there are more subjects."""
    wanted = _within(chosen, assets)
    number = func.count(Suggestion.id)
    counted = wanted.with_only_columns(Subject.id, Subject.name, Subject.kind, Subject.code, number)
    counted = counted.group_by(Subject.id, Subject.name, Subject.kind, Subject.code)
    rows = session.execute(counted.order_by(number.desc(), Subject.id).offset(page * limit).limit(limit + 1)).all()
    made = []
    for subject_id, name, kind, code, count in rows[:limit]:
        surest = wanted.where(Suggestion.subject_id == subject_id)
        surest = surest.order_by(Suggestion.confidence.desc(), Suggestion.id).limit(most)
        made.append(Group(subject_id, name, str(kind), code, count, shown(session, session.scalars(surest).all())))
    return made, len(rows) > limit


def _within(chosen: Chosen, assets: Sequence[UUID] | None) -> Any:
    wanted = open_ones(chosen)
    return wanted if assets is None else wanted.where(Suggestion.asset_id.in_(assets))


def listed(
    session: Session, chosen: Chosen, *, after: UUID | None = None, limit: int = 100
) -> tuple[list[Shown], UUID | None]:
    """What waits, in the order it was found; and behind which id the next page begins."""
    wanted = open_ones(chosen)
    if after:
        wanted = wanted.where(Suggestion.id > after)
    rows = session.scalars(wanted.order_by(Suggestion.id).limit(limit + 1)).all()
    return shown(session, rows[:limit]), rows[limit - 1].id if len(rows) > limit else None


def of_asset(session: Session, asset_id: UUID) -> list[Shown]:
    """What waits for one asset, the surest first."""
    wanted = open_ones(Chosen(asset=asset_id)).order_by(Suggestion.confidence.desc(), Suggestion.id)
    return shown(session, session.scalars(wanted).all())


def waiting(session: Session) -> int:
    """How many wait for a decision."""
    return session.scalar(open_ones(Chosen()).with_only_columns(func.count(Suggestion.id))) or 0


def shown(session: Session, ones: Sequence[Suggestion]) -> list[Shown]:
    """These, with the cards of their assets and the names of their subjects."""
    cards = {card.id: card for card in catalogue.cards(session, [one.asset_id for one in ones])}
    named = select(Subject.id, Subject.name, Subject.kind).where(Subject.id.in_({one.subject_id for one in ones}))
    subjects = {row.id: row for row in session.execute(named)}
    return [
        Shown(
            one.id,
            cards[one.asset_id],
            one.subject_id,
            subjects[one.subject_id].name,
            str(subjects[one.subject_id].kind),
            one.role,
            one.rule,
            one.confidence,
            reasons(one.why),
            one.state,
            one.decided_by,
            one.decided_at,
        )
        for one in ones
        if one.asset_id in cards
    ]


def reasons(why: dict[str, Any]) -> list[Reason]:
    """The evidence, the strongest first."""
    told = [Reason(rule, one["weight"], Message.from_json(one["said"])) for rule, one in why.items()]
    return sorted(told, key=lambda one: -one.weight)


def told(one: Shown) -> dict[str, Any]:
    """A suggestion as JSON."""
    return {
        "id": str(one.id),
        "asset": str(one.card.id),
        "title": one.card.title,
        "subject": str(one.subject_id),
        "name": one.subject,
        "kind": one.kind,
        "role": one.role,
        "rule": one.rule,
        "confidence": one.confidence,
        "why": [
            {"rule": each.rule, "weight": each.weight, "said": str(each.said), **each.said.to_json()}
            for each in one.reasons
        ],
        "state": one.state,
        "decided_by": one.decided_by,
        "decided_at": one.decided_at.isoformat() if one.decided_at else None,
    }
