"""Which assets a command is about: those named, those that a search finds, or all; a batch at a time."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from media_archive.errors import Invalid

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from media_archive.context import Context

#: assets looked at in one transaction
BATCH = 200


def chosen(context: "Context", assets: Sequence[str], where: str | None) -> Iterator[list[UUID]]:
    """Ids of the assets, a batch at a time; no transaction is open meanwhile.

    NotFound for one of `assets` (see `catalogue.service.asset`) that there is not.
    """
    if assets:
        with context.reading() as session:
            yield _named(session, assets)
    elif where is not None:
        yield from _searched(context, where)
    else:
        yield from _all(context)


def _named(session: "Session", assets: Sequence[str]) -> list[UUID]:
    from media_archive.catalogue import service as catalogue

    return list(dict.fromkeys(catalogue.asset(session, name).id for name in assets))


def _searched(context: "Context", where: str) -> Iterator[list[UUID]]:
    from media_archive.search import service as search
    from media_archive.search.index import upkeep
    from media_archive.search.language.parsing import parse
    from media_archive.search.language.tree import All

    if isinstance(parse(where), All):
        raise Invalid("There is no word in --where {query}. Leave --where out to mean everything.", query=where)
    upkeep.catch_up(context)
    cursor: str | None = None
    while True:
        # pages as long as there are: each one searches anew
        with context.reading() as session:
            rows, cursor = search.shapes(session, where, cursor=cursor)
        for start in range(0, len(rows), BATCH):
            yield [row.id for row in rows[start : start + BATCH]]
        if cursor is None:
            return


def _all(context: "Context") -> Iterator[list[UUID]]:
    from sqlalchemy import select

    from media_archive.catalogue.models import Asset
    from media_archive.catalogue.shown import shown

    query = select(Asset.id).where(shown()).order_by(Asset.id).limit(BATCH)
    after: UUID | None = None
    while True:
        with context.reading() as session:
            ids = list(session.scalars(query.where(Asset.id > after) if after else query))
        if not ids:
            return
        yield ids
        after = ids[-1]
