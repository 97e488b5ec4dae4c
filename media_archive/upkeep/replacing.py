"""A store whose disk or bucket is lost for good, and an empty one that takes its place.

What lay there is forgotten first, and only then the new place is made a store: dying in between leaves a store that is
refused, never one that is empty and believed to be full. Plans then bring back what rules want there.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, not_, or_, select, update
from sqlalchemy.orm import Session, aliased

from media_archive.context import Context
from media_archive.errors import Conflict, Unavailable
from media_archive.events import service as events
from media_archive.storage.models import Bundle, Copy, Phase
from media_archive.words import Message

LOST = Message(
    "The store {store} was lost and replaced by an empty one. No other copy is known: bring the file in again."
)


@dataclass(frozen=True)
class Replaced:
    """What the catalogue knew of the lost store: copies of files that have another, and files that have none."""

    forgotten: int
    lost: int


def look(context: Context, store: str) -> Replaced:
    """What would be forgotten and lost. Raises Conflict where the store answers: then it is not lost."""
    place = context.stores.store(store)
    try:
        place.check()
    except Unavailable:
        with context.reading() as session:
            return _count(session, store)
    raise Conflict("The store {store} answers: it is not lost. Nothing was changed.", store=store)


def replace(context: Context, store: str, who: str) -> Replaced:
    """Forgets what lay in the store, and makes its place ready for its first object. Safe to repeat after a crash.

    Raises Conflict where the store answers.
    """
    look(context, store)
    with context.transaction() as session:
        found = _count(session, store)
        session.execute(delete(Copy).where(Copy.store == store, or_(_elsewhere(), Copy.phase != Phase.HERE)))
        lost = Message(LOST.template, {"store": store}).to_json()
        values = {"verified_at": None, "problem": lost, "condemned_at": None, "readable_until": None}
        session.execute(update(Copy).where(Copy.store == store).values(values))
        session.execute(delete(Bundle).where(Bundle.store == store))
        told: dict[str, Any] = {"store": store, "forgotten": found.forgotten, "lost": found.lost}
        events.record(session, who, "replacement", "store", None, outcome="warning", **told)
    context.stores.store(store).found()
    return found


def _count(session: Session, store: str) -> Replaced:
    there = select(func.count()).select_from(Copy).where(Copy.store == store, Copy.phase == Phase.HERE)
    forgotten = session.scalar(there.where(_elsewhere())) or 0
    return Replaced(forgotten, session.scalar(there.where(not_(_elsewhere()))) or 0)


def _elsewhere() -> ColumnElement[bool]:
    """Whether the file of a copy has another one in another store that is not known to be bad."""
    other = aliased(Copy)
    here = and_(other.store != Copy.store, other.phase == Phase.HERE, other.problem.is_(None))
    return select(other.id).where(other.file_id == Copy.file_id, here).correlate(Copy).exists()
