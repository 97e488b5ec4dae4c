"""Pages of results, each as fast as the first, whatever changes meanwhile.

By date, by coming in, by rating and by code a page begins behind the last asset of the one before; by relevance at that
asset's place, looked for around where it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import tantivy

from media_archive.search.compiling import Query
from media_archive.search.fields import Order
from media_archive.search.index.places import Snapshot
from media_archive.search.index.values import whole
from media_archive.search.pages import cursors
from media_archive.search.pages.ranking import Key, Ranks
from media_archive.search.pages.walking import KEYS, Codes, Place, Walk


@dataclass(frozen=True)
class Page:
    """Some results in their order, and the cursor of the next ones; None on the last page."""

    ids: list[UUID]
    addresses: list[tantivy.DocAddress]
    next: str | None


def page(
    snapshot: Snapshot,
    query: Query,
    order: Order,
    cursor: str | None,
    limit: int,
    *,
    turned: bool,
    total: int,
    asked: Key,
) -> Page:
    """The next `limit` results, of `total`, behind `cursor`; `turned` has the order the other way round.

    `asked` identifies the question among others.
    """
    rows: Sequence[tuple[tuple[Any, int, int], tantivy.DocAddress]]
    if order is Order.RELEVANCE:
        rank = cursors.numbers(cursor, order, turned) if cursor else None
        rows = Ranks(snapshot, query, asked).behind(rank, limit + 1)
    else:
        read = cursors.coded if order is Order.CODE else cursors.numbers
        after = Place(*read(cursor, order, turned)) if cursor else None
        rows = walk(snapshot, query, order, turned=turned, total=total).behind(after, limit + 1)
    following = cursors.write(order, turned, *rows[limit - 1][0]) if len(rows) > limit else None
    rows = rows[:limit]
    return Page([whole(high, low) for (_, high, low), _ in rows], [address for _, address in rows], following)


def walk(snapshot: Snapshot, query: Query, order: Order, *, turned: bool, total: int) -> Walk:
    """The way through results in any order but relevance."""
    if order is Order.CODE:
        # the first code first
        return Codes(snapshot, query, not turned)
    return Walk(snapshot, query, KEYS[order], turned, total)
