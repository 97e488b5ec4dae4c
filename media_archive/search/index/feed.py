"""The outbox as indexes follow it: entries get their places in one order after their commit, and stay for those behind.

An entry's id is drawn before its commit, so a lower one may appear after a higher one was read. A position is given under a lock to
what is committed, so that whoever has read up to one has read all before it.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from sqlalchemy import delete, exists, func, select, text
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Outbox
from media_archive.db import alone, now

LOCK = 0x776F_7264  # "word": key of PostgreSQL's advisory lock
#: entries that get their places in one transaction
MOST = 50_000


@dataclass(frozen=True)
class Mark:
    """How far an index has followed: the last entry it has read, by position and by the moment that it was written."""

    position: int = 0
    at: str = ""

    def told(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, told: dict[str, Any]) -> Self | None:
        """What an index has kept; None if it kept nothing."""
        return cls(int(told["position"]), str(told["at"])) if told else None


def waits(session: Session) -> bool:
    """Whether there are entries without their place."""
    return session.scalar(select(exists().where(Outbox.position.is_(None)))) or False


def number(session: Session) -> int:
    """Gives entries their places, as many as one transaction should; returns how many."""
    alone(session, LOCK)
    last = session.scalar(select(func.max(Outbox.position))) or 0
    # the parts of one statement see the same entries: what commits meanwhile is for the next one
    given = session.execute(
        text(
            "UPDATE outbox SET position = :last + waiting.place FROM (SELECT id, row_number() OVER (ORDER BY id) AS place"
            " FROM outbox WHERE position IS NULL ORDER BY id LIMIT :most) AS waiting WHERE outbox.id = waiting.id"
        ),
        {"last": last, "most": MOST},
    )
    return int(given.rowcount)  # type: ignore[attr-defined]


def newest(session: Session) -> Mark:
    """The last entry that has its place."""
    row = session.execute(
        select(Outbox.position, Outbox.at).where(Outbox.position.is_not(None)).order_by(Outbox.position.desc()).limit(1)
    ).first()
    return Mark(row.position, _told(row.at)) if row else Mark()


def leads_on(session: Session, mark: Mark) -> bool:
    """Whether everything behind `mark` is still there, and is of the history that it was set in."""
    if mark.position == 0:
        first = session.scalar(select(func.min(Outbox.position)))
        return first is None or first == 1
    at = session.scalar(select(Outbox.at).where(Outbox.position == mark.position))
    return at is not None and _told(at) == mark.at


def behind(session: Session, mark: Mark, most: int) -> tuple[list[UUID], Mark]:
    """The assets of the entries behind `mark`, each once, and the mark behind them."""
    query = select(Outbox.asset_id, Outbox.position, Outbox.at).where(Outbox.position > mark.position)
    rows = session.execute(query.order_by(Outbox.position).limit(most)).all()
    if not rows:
        return [], mark
    return list(dict.fromkeys(row.asset_id for row in rows)), Mark(rows[-1].position, _told(rows[-1].at))


def lag(session: Session, mark: Mark | None) -> tuple[int, float]:
    """How many entries wait for an index that has reached `mark`, and for how many seconds the oldest of them does."""
    waiting = Outbox.position.is_(None) | (Outbox.position > (mark.position if mark else 0))
    row = session.execute(select(func.count(), func.min(Outbox.at)).where(waiting)).one()
    oldest: datetime | None = row[1]
    return row[0], max(0.0, (now() - oldest).total_seconds()) if oldest else 0.0


def trim(session: Session, days: int) -> int:
    """Removes entries older than so many days, but never the last; returns how many."""
    last = select(func.max(Outbox.position)).scalar_subquery()
    old = delete(Outbox).where(Outbox.at < now() - timedelta(days=days), Outbox.position < last)
    return int(session.execute(old).rowcount)  # type: ignore[attr-defined]


def _told(at: datetime) -> str:
    return at.isoformat()
