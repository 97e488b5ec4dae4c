"""Looking into the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from media_archive.events.models import Event

#: what is looked through for the kinds that there are: not the whole record
RECENT = 20_000


@dataclass(frozen=True)
class Wanted:
    """Which events; empty values leave all. `since` is included, `until` is not."""

    who: str = ""
    what: str = ""
    object_kind: str = ""
    object_id: UUID | None = None
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None


def listed(session: Session, wanted: Wanted, limit: int = 100, before: UUID | None = None) -> Sequence[Event]:
    """The latest first; `before` is the id of the last one of the page before."""
    query = select(Event).where(*_conditions(wanted))
    if before is not None:
        query = query.where(Event.id < before)
    return session.scalars(query.order_by(Event.id.desc()).limit(limit)).all()


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    same = {name: getattr(wanted, name) for name in ("who", "what", "object_kind", "object_id", "outcome")}
    found: list[ColumnElement[bool]] = [getattr(Event, name) == value for name, value in same.items() if value]
    if wanted.since is not None:
        found.append(Event.at >= wanted.since)
    if wanted.until is not None:
        found.append(Event.at < wanted.until)
    return found


def kinds(session: Session) -> list[str]:
    """The kinds of events among the latest, by name."""
    recent = select(Event.what).order_by(Event.id.desc()).limit(RECENT).subquery()
    return sorted(session.scalars(select(recent.c.what).distinct()))


def head(session: Session) -> Event | None:
    """The last event of the chain. Whoever noted its position and digest elsewhere notices when the end was cut off."""
    sealed = select(Event).where(Event.position.is_not(None))
    return session.scalars(sealed.order_by(Event.position.desc()).limit(1)).first()


def unsealed(session: Session) -> int:
    """How many events wait to be chained."""
    return session.scalar(select(func.count()).select_from(Event).where(Event.position.is_(None))) or 0


def told(event: Event) -> dict[str, Any]:
    """An event as plain facts."""
    return {
        "id": str(event.id),
        "position": event.position,
        "at": event.at.isoformat(),
        "who": event.who,
        "what": event.what,
        "object_kind": event.object_kind,
        "object_id": str(event.object_id) if event.object_id else None,
        "outcome": event.outcome,
        "tool": event.tool,
        "detail": event.detail,
        "digest": event.digest,
    }
