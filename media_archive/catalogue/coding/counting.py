"""Counters of accession codes: drawn in the transaction that uses the numbers, so that none is lost."""

from typing import Any
from uuid import UUID

from sqlalchemy import case, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from media_archive.catalogue.coding.models import Counter


def draw(session: Session, archive_id: UUID, scope: str, count: int, most: int) -> list[int]:
    """The next `count` numbers of the scope, fewer where they end at `most`.

    Others who draw from it wait until `session`'s transaction ends; if that is rolled back, they get these numbers.
    """
    last = session.execute(_raised(session, archive_id, scope, count, Counter.last + count)).scalar_one()
    if last > most:
        reached = max(most, last - count)
        session.execute(update(Counter).where(*_of(archive_id, scope)).values(last=reached))
        return list(range(last - count + 1, reached + 1))
    return list(range(last - count + 1, last + 1))


def reach(session: Session, archive_id: UUID, scope: str, number: int) -> None:
    """Sees to it that no number up to `number` is drawn any more: somebody wrote it by hand."""
    higher = case((Counter.last < number, number), else_=Counter.last)
    session.execute(_raised(session, archive_id, scope, number, higher)).scalar_one()


def _raised(session: Session, archive_id: UUID, scope: str, first: int, then: Any) -> Any:
    insert = insert_postgresql if session.get_bind().dialect.name == "postgresql" else insert_sqlite
    row = insert(Counter).values(archive_id=archive_id, scope=scope, last=first)
    return row.on_conflict_do_update(index_elements=["archive_id", "scope"], set_={"last": then}).returning(
        Counter.last
    )


def _of(archive_id: UUID, scope: str) -> tuple[Any, Any]:
    return Counter.archive_id == archive_id, Counter.scope == scope
