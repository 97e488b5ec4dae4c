"""Pages of results: in an order that is the same for everybody, each as fast as the first, whatever changes meanwhile.

By date, by coming in and by rating a page begins behind the last asset of the one before: a key that the index keeps as a number, then
the id. Of many results only those in a window of keys are looked at, as wide as a page needs. By relevance and by code a page begins
at the last asset's place, looked for around where it was.
"""

import base64
import json
import time
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

import tantivy

from media_archive.errors import Invalid
from media_archive.search import counting
from media_archive.search.compiling import Query, all_of
from media_archive.search.fields import Order
from media_archive.search.index.places import Snapshot
from media_archive.search.index.schema import PART
from media_archive.search.index.values import whole

#: order -> the number that it sorts by
KEYS = {Order.DATE: "shown", Order.ADDED: "added", Order.RATING: "rated"}
#: where the total squared is less than so many times all assets, a window costs more than it saves
MANY = 40
#: how much more a window should hold than is read, and by how much it grows where it does not
MORE, WIDER = 4, 8
#: none, and 0 to 5
RATINGS = 7
#: seconds for which the first and the last key are kept: they only decide how wide a window is at first
EXTENT_KEPT = 600.0
#: read beyond a page, for those of one key that the index gives in no order
SLACK = 16
#: ranks up to which a page is asked for by itself, and ranks that are asked for at once further down
SHALLOW, BLOCK = 2000, 10_000
#: how far an asset may have moved between two pages by relevance or code
DRIFT = 64


class Place(NamedTuple):
    """Where an asset stands: its key, then its id, as the halves that the index keeps."""

    key: int
    high: int
    low: int


Key: TypeAlias = tuple[Any, ...]


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
    if order in KEYS:
        after = Place(*_read(cursor, order, turned)) if cursor else None
        walk = Walk(snapshot, query, KEYS[order], turned, total)
        found = walk.behind(after, limit + 1)
        following = _write(order, turned, *found[limit - 1][0]) if len(found) > limit else None
        found = found[:limit]
        return Page([whole(place.high, place.low) for place, _ in found], [address for _, address in found], following)
    return _by_rank(Ranks(snapshot, query, order, turned, asked), cursor, limit)


Ends: TypeAlias = tuple[int | None, int | None]
Found: TypeAlias = "tuple[Place, tantivy.DocAddress]"
_END = (1 << 63) - 1


class Walk:
    """Goes through results by a key, then by id; from the largest down, or `turned` from the smallest up."""

    def __init__(self, snapshot: Snapshot, query: Query, key: str, turned: bool, total: int) -> None:
        self.snapshot, self.query, self.key = snapshot, query, key
        self.turned, self.total = turned, total

    def behind(self, after: Place | None, want: int) -> list[Found]:
        """The next `want` behind `after`."""
        for width in self._widths(want + SLACK):
            found = self._within(after, want, self._window(after, width))
            if found is not None:
                return found
        return self._within(after, want, []) or []

    def _widths(self, read: int) -> Iterator[int]:
        """How wide windows are, in parts of the key, of which each should hold what is read, and the next one if not."""
        if self.total**2 < MANY * self.snapshot.searcher.num_docs:
            # to look at all of few is less than to open a window
            return
        first, last = extent(self.snapshot, "shown")
        # each rating has all the days
        spread = (last - first) * (RATINGS if self.key == "rated" else 1)
        first, last = extent(self.snapshot, self.key)
        width = max(1, min(spread, last - first) * MORE * read // self.total)
        while width < last - first:
            yield width
            width *= WIDER

    def _window(self, after: Place | None, width: int) -> list[Query]:
        first, last = extent(self.snapshot, self.key)
        if self.turned:
            start = after.key >> PART if after else first
            ends: Ends = (start if after else None, start + width)
        else:
            start = after.key >> PART if after else last
            ends = (start - width, start if after else None)
        kind = tantivy.FieldType.Integer
        return [Query.range_query(self.snapshot.schema, f"{self.key}_part", kind, *ends, use_inverted_index=True)]

    def _within(self, after: Place | None, want: int, window: list[Query]) -> list[Found] | None:
        """The same, in a window; None where that holds too few."""
        read = want + SLACK
        bounds = [self._between(self.key, *self._from(after.key))] if after else []
        hits = self._top(all_of([self.query, *window, *bounds]), self.key, read)
        if window and len(hits) < read:
            return None
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

    def _from(self, end: int) -> Ends:
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


_extents: dict[tuple[str, str], tuple[float, tuple[int, int]]] = {}


def extent(snapshot: Snapshot, key: str) -> tuple[int, int]:
    """The first and the last part of a key that there is, or was a while ago."""
    name = (str(snapshot.generation[0]), key)
    until, found = _extents.get(name, (0.0, (0, 0)))
    if time.monotonic() >= until:
        asked = {"ends": {"stats": {"field": key}}}
        ends = snapshot.searcher.aggregate(Query.all_query(), asked)["ends"]
        found = (int(ends["min"] or 0) >> PART, int(ends["max"] or 0) >> PART)
        _extents[name] = (time.monotonic() + EXTENT_KEPT, found)
    return found


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


@dataclass(frozen=True)
class Ranks:
    """The results of a question by relevance or by code."""

    snapshot: Snapshot
    query: Query
    order: Order
    turned: bool
    asked: Key

    def between(self, start: int, end: int) -> list[tantivy.DocAddress]:
        """Those of these ranks."""
        if end <= SHALLOW:
            return ranked(self.snapshot, self.query, self.order, start, end - start, self.turned)
        found: list[tantivy.DocAddress] = []
        for number in range(start // BLOCK, -(-end // BLOCK)):
            first = number * BLOCK
            rows = self._block(number)[max(0, start - first) : end - first]
            found += [tantivy.DocAddress(one >> 32, one & 0xFFFFFFFF) for one in rows]
        return found

    def _block(self, number: int) -> "array[int]":
        """Many ranks at once: who turns pages far down turns more than one."""

        def make() -> "array[int]":
            hits = ranked(self.snapshot, self.query, self.order, number * BLOCK, BLOCK, self.turned)
            return array("Q", [one.segment_ord << 32 | one.doc for one in hits])

        generation = self.snapshot.generation
        # places in one state of the index mean nothing in another
        return counting.kept.get((*self.asked, self.order, self.turned, generation, number), generation, make)


def _by_rank(ranks: Ranks, cursor: str | None, limit: int) -> Page:
    snapshot, order, turned = ranks.snapshot, ranks.order, ranks.turned
    offset, *halves = _read(cursor, order, turned) if cursor else (0, 0, 0)
    last = tuple(halves)
    start = max(0, offset - DRIFT) if cursor else 0
    hits = ranks.between(start, offset + limit + 1 + (DRIFT if cursor else 0))
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
