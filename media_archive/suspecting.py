"""What looks for subjects that assets may show, put together with the search: neither feature knows the other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from media_archive.context import Context

if TYPE_CHECKING:
    from media_archive.suggesting.judging import Judge
    from media_archive.suggesting.work import Suggester

#: the city's names and boxes, once for each catalogue of this process
_JUDGES: "WeakKeyDictionary[Engine, Judge]" = WeakKeyDictionary()


def suggester(context: Context) -> "Suggester":
    """What makes suggestions; the city's names and boxes stay in memory for the next time."""
    from media_archive.suggesting.evidence.gazetteer import Gazetteer
    from media_archive.suggesting.judging import Judge
    from media_archive.suggesting.work import Suggester

    if context.engine not in _JUDGES:
        _JUDGES[context.engine] = Judge(Gazetteer())
    return Suggester(context, _JUDGES[context.engine], find)


def find(
    session: Session, query: str, archive_id: UUID | None, cursor: str | None, most: int
) -> tuple[Sequence[UUID], str | None]:
    """Assets that a query finds, a page at a time."""
    from media_archive.search import service as search

    found = search.find(session, query, archive_id=archive_id, cursor=cursor, limit=most, facets=False)
    return found.ids, found.next
