"""Pages of results: in an order that is the same for everybody, each as fast as the first, whatever changes meanwhile.

By date, by coming in and by rating a page begins behind the last asset of the one before: a key that the index keeps as a number, then
the id. By relevance and by code it begins at that asset's place, looked for around where it was.
"""

import base64
import json
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

import tantivy

from media_archive.errors import Invalid
from media_archive.search.compiling import Query, all_of
from media_archive.search.fields import Order
from media_archive.search.index.documents import whole
from media_archive.search.index.places import Snapshot

#: order -> the number that it sorts by
KEYS = {Order.DATE: "shown", Order.ADDED: "added", Order.RATING: "rated"}
#: read beyond a page, for those of one key that the index gives in no order
SLACK = 16
#: how far an asset may have moved between two pages by relevance or code
DRIFT = 64


class Place(NamedTuple):
    """Where an asset stands: its key, then its id, as the halves that the index keeps."""

    key: int
    high: int
    low: int


@dataclass(frozen=True)
class Page:
    """Some results in their order, and the cursor of the next ones; None on the last page."""

    ids: list[UUID]
    addresses: list[tantivy.DocAddress]
    next: str | None


def page(
    snapshot: Snapshot, query: Query, order: Order, cursor: str | None, limit: int, *, turned: bool = False
) -> Page:
    """The next `limit` results behind `cursor`; `turned` has the order the other way round."""
    if order in KEYS:
        after = Place(*_read(cursor, order, turned)) if cursor else None
        walk = Walk(snapshot, query, KEYS[order], turned)
        found = walk.behind(after, limit + 1)
        following = _write(order, turned, *found[limit - 1][0]) if len(found) > limit else None
        found = found[:limit]
        return Page([whole(place.high, place.low) for place, _ in found], [address for _, address in found], following)
    return _by_rank(snapshot, query, order, cursor, limit, turned)


Found: TypeAlias = "tuple[Place, tantivy.DocAddress]"
_END = (1 << 63) - 1


class Walk:
    """Goes through results by a key, then by id; from the largest down, or `turned` from the smallest up."""

    def __init__(self, snapshot: Snapshot, query: Query, key: str, turned: bool) -> None:
        self.snapshot, self.query, self.key = snapshot, query, key
        self.turned = turned

    def behind(self, after: Place | None, want: int) -> list[Found]:
        """The next `want` behind `after`."""
        read = want + SLACK
        query = self.query
        if after:
            query = all_of([query, self._between(self.key, *self._from(after.key))])
        hits = self._top(query, self.key, read)
        rows = self._sorted(hits)
        found = self._past(rows, after)
        if len(hits) < read:
            return found[:want]
        # of the last key there may be more, before those that were read
        cut = rows[-1][0].key
        sure = [one for one in found if one[0].key != cut][:want]
        if len(sure) < want:
            sure += self._group(cut, after if after and after.key == cut else None, want - len(sure))
        if len(sure) < want:
            end = Place(cut + 1, -_END - 1, -_END - 1) if self.turned else Place(cut - 1, _END, _END)
            sure += self.behind(end, want - len(sure))
        return sure

    def _group(self, key: int, after: Place | None, want: int) -> list[Found]:
        """The next `want` of one key behind `after`, by id."""
        conditions = [self.query, self._between(self.key, key, key)]
        if after:
            conditions.append(self._between("high", *self._from(after.high)))
        query, read = all_of(conditions), want + SLACK
        while True:
            hits = self._top(query, "high", read)
            rows = self._sorted(hits)
            found = self._past(rows, after)
            if len(hits) < read:
                return found[:want]
            sure = [one for one in found if one[0].high != rows[-1][0].high]
            if len(sure) >= want:
                return sure[:want]
            read *= 4

    def _from(self, end: int) -> tuple[int | None, int | None]:
        return (end, None) if self.turned else (None, end)

    def _between(self, name: str, low: int | None, high: int | None) -> Query:
        return Query.range_query(self.snapshot.schema, name, tantivy.FieldType.Integer, low, high)

    def _top(self, query: Query, name: str, limit: int) -> list[tantivy.DocAddress]:
        order = tantivy.Order.Asc if self.turned else tantivy.Order.Desc
        # the document that is no asset has no value
        hits = self.snapshot.searcher.search(query, limit + 1, count=False, order_by_field=name, order=order).hits
        return [address for value, address in hits if value is not None][:limit]

    def _sorted(self, hits: list[tantivy.DocAddress]) -> list[Found]:
        return sorted(placed(self.snapshot, hits, self.key), key=_place, reverse=not self.turned)

    def _past(self, rows: list[Found], after: Place | None) -> list[Found]:
        if after is None:
            return rows
        return [one for one in rows if (one[0] > after if self.turned else one[0] < after)]


def _place(one: tuple[Place, Any]) -> Place:
    return one[0]


def placed(snapshot: Snapshot, hits: list[tantivy.DocAddress], key: str) -> list[Found]:
    """Documents with their places by `key`, without the one that is no asset."""
    columns = [snapshot.searcher.fast_field_values(name, hits) for name in (key, "high", "low")]
    return [(Place(*values), hit) for *values, hit in zip(*columns, hits, strict=True) if None not in values]


def place_of(snapshot: Snapshot, asset_id: UUID, key: str) -> Place | None:
    """Where an asset stands by `key`; None if the index does not have it."""
    hits = snapshot.searcher.search(Query.term_query(snapshot.schema, "id", asset_id.hex), 1, count=False).hits
    return placed(snapshot, [hits[0][1]], key)[0][0] if hits else None


def _by_rank(snapshot: Snapshot, query: Query, order: Order, cursor: str | None, limit: int, turned: bool) -> Page:
    offset, *halves = _read(cursor, order, turned) if cursor else (0, 0, 0)
    last = tuple(halves)
    start = max(0, offset - DRIFT) if cursor else 0
    hits = ranked(snapshot, query, order, start, limit + 1 + (offset - start) + (DRIFT if cursor else 0), turned)
    found = [((place.high, place.low), address) for place, address in placed(snapshot, hits, "shown")]
    ids = [one for one, _ in found]
    first = ids.index(last) + 1 if last in ids else offset - start
    shown = found[first : first + limit]
    more = len(found) > first + limit and shown
    following = _write(order, turned, start + first + limit, *shown[-1][0]) if more else None
    return Page([whole(*one) for one, _ in shown], [address for _, address in shown], following)


def ranked(
    snapshot: Snapshot, query: Query, order: Order, offset: int, limit: int, turned: bool = False
) -> list[tantivy.DocAddress]:
    """Results by relevance or by code."""
    search = snapshot.searcher.search
    if order is Order.RELEVANCE:
        return [address for _, address in search(query, limit, count=False, offset=offset).hits]
    way = tantivy.Order.Desc if turned else tantivy.Order.Asc
    found = search(query, limit, count=False, offset=offset, order_by_field="code", order=way).hits
    return [address for _, address in found]


def after_asset(order: Order, place: Place, turned: bool = False) -> str:
    """The cursor of what comes behind an asset."""
    return _write(order, turned, *place)


def _write(order: Order, turned: bool, *numbers: int) -> str:
    told = json.dumps([order.value, int(turned), *numbers], separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _read(cursor: str, order: Order, turned: bool) -> tuple[int, int, int]:
    try:
        told = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        sorted_by, way, first, high, low = told
        numbers = (int(first), int(high), int(low))
        if sorted_by != order.value or bool(way) != turned or any(abs(one) > 1 << 63 for one in numbers):
            raise ValueError(cursor)
    except (ValueError, TypeError) as exc:
        raise Invalid(
            "The page marker {cursor} is not one of ours. Start again from the first page.", cursor=cursor[:80]
        ) from exc
    return numbers
