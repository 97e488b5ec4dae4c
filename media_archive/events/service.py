"""Recording what was done, chaining the record, and checking the chain.

Events are added unchained, so that transactions never wait for one another's; `seal` then gives each its
position and a digest over itself and the digest before it. Changing, removing or inserting a sealed row
breaks the chain from there on.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from media_archive.db import alone
from media_archive.errors import Invalid
from media_archive.events.models import Event

SEAL_LOCK = 0x6D61_7365  # "mase": key of PostgreSQL's advisory lock


def record(
    session: Session,
    who: str,
    what: str,
    object_kind: str,
    object_id: UUID | None,
    *,
    outcome: str = "success",
    tool: str = "",
    **detail: Any,
) -> Event:
    """Adds one event to `session`'s transaction; `what` is a PREMIS event type where one fits."""
    event = Event(
        who=who, what=what, object_kind=object_kind, object_id=object_id, outcome=outcome, tool=tool, detail=detail
    )
    session.add(event)
    return event


def seal(session: Session, most: int = 10_000) -> int:
    """Chains up to `most` unsealed events, oldest first; returns how many it chained."""
    alone(session, SEAL_LOCK)
    last = session.scalars(
        select(Event).where(Event.position.is_not(None)).order_by(Event.position.desc()).limit(1)
    ).first()
    position, digest = (last.position or 0, last.digest or "") if last else (0, "")
    waiting = session.scalars(select(Event).where(Event.position.is_(None)).order_by(Event.id).limit(most)).all()
    for event in waiting:
        position += 1
        digest = digest_of(event, position, digest)
        event.position, event.digest = position, digest
    return len(waiting)


def digest_of(event: Event, position: int, before: str) -> str:
    """SHA-256, in hex, over the digest `before` and the event's canonical JSON."""
    fact = [
        before,
        position,
        event.id.hex,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.who,
        event.what,
        event.object_kind,
        event.object_id.hex if event.object_id else None,
        event.outcome,
        event.tool,
        event.detail,
    ]
    canonical = json.dumps(fact, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    # half a surrogate pair in what was told must not hold up the chain for ever
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Break:
    """The first place where the chain does not hold."""

    position: int
    reason: str


def check(session: Session, noted: tuple[int, str] | None = None) -> Break | None:
    """Walks the whole chain in batches; None if it holds. `noted`: position and digest of an event that were kept
    elsewhere: whoever can write the table can make a whole chain anew, but not one that has this digest there.
    """
    expected, before = 1, ""
    for event in _sealed(session):
        if event.position != expected:
            return Break(expected, "missing")
        if event.digest != digest_of(event, expected, before):
            return Break(expected, "altered")
        if noted and expected == noted[0] and event.digest != noted[1]:
            return Break(expected, "altered")
        expected, before = expected + 1, event.digest or ""
    return Break(expected, "missing") if noted and expected <= noted[0] else None


def noted(text: str) -> tuple[int, str]:
    """What `events verify` printed, read back; Invalid if it is none of that."""
    number, _, digest = text.strip().partition(":")
    if not (number.isascii() and number.isdigit() and len(digest) == 64):
        raise Invalid("{text} is no end of a chain. Give what `media-archive events verify` printed.", text=text[:100])
    return int(number), digest.lower()


def sealed_count(session: Session) -> int:
    """How many events are chained."""
    return session.scalar(select(func.count()).select_from(Event).where(Event.position.is_not(None))) or 0


def _sealed(session: Session, batch: int = 1000) -> Iterator[Event]:
    after = 0
    while True:
        events = session.scalars(
            select(Event).where(Event.position > after).order_by(Event.position).limit(batch)
        ).all()
        yield from events
        if not events:
            return
        after = events[-1].position or 0
        session.expunge_all()


def of(session: Session, object_kind: str, object_id: UUID) -> list[Event]:
    """The history of one object, oldest first."""
    found = select(Event).where(Event.object_kind == object_kind, Event.object_id == object_id)
    return list(session.scalars(found.order_by(Event.at, Event.id)))
