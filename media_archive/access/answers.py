"""Requests that may come twice: one that carries a key is done once, and answered the same whenever it comes again."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from media_archive.access.models import Answer
from media_archive.db import now
from media_archive.errors import Conflict, Invalid

#: how long an answer can be had again
KEPT = timedelta(hours=24)
#: a request that is not answered after this long was cut off, and what it did was rolled back
CUT_OFF = timedelta(minutes=10)
LONGEST_KEY = 255
_RUNNING = "A request with this Idempotency-Key is being done at this moment. Ask again for its answer."


def begin(session: Session, user_id: UUID, key: str, request: str) -> Answer:
    """The entry of `key`: with what was answered, or with None, and then the caller does the work and calls `keep`.

    `request` is the digest of the request. Invalid where the key served another; Conflict while that one is done.
    """
    session.execute(delete(Answer).where(Answer.created_at < now() - KEPT))
    wanted = select(Answer).where(Answer.user_id == user_id, Answer.key == key)
    found = session.scalars(wanted.with_for_update()).one_or_none()
    if found is None:
        return _enter(session, user_id, key, request)
    if found.request != request:
        raise Invalid("This Idempotency-Key was sent with another request. Give every request a key of its own.")
    if found.answered is None:
        if now() - found.created_at < CUT_OFF:
            raise Conflict(_RUNNING)
        found.created_at = now()
    return found


def _enter(session: Session, user_id: UUID, key: str, request: str) -> Answer:
    made = Answer(user_id=user_id, key=key, request=request)
    session.add(made)
    try:
        session.flush()
    except IntegrityError as exc:
        raise Conflict(_RUNNING) from exc  # the same came at the same moment
    return made


def keep(session: Session, entry: Answer, answered: dict[str, Any]) -> None:
    """Keeps the answer, in the transaction that does the work; Conflict if another request took it over meanwhile."""
    mine = update(Answer).where(_still(entry.id, entry.created_at)).values(answered=answered)
    done = session.execute(mine)
    if isinstance(done, CursorResult) and done.rowcount != 1:
        raise Conflict(_RUNNING)


def release(session: Session, entry: Answer) -> None:
    """The work was refused, and nothing of it done: the key may be used again."""
    session.execute(delete(Answer).where(_still(entry.id, entry.created_at)))


def _still(entry_id: UUID, begun: datetime) -> Any:
    return (Answer.id == entry_id) & Answer.answered.is_(None) & (Answer.created_at == begun)
