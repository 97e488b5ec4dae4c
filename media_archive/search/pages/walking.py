"""Going through results by a number that the index keeps, then by id, each page from behind the last asset of the one before.

Of many results only those in a window of keys are looked at, as wide as a page needs.
"""

import time
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

import tantivy

from media_archive.search.compiling import Query, all_of
from media_archive.search.fields import Order
from media_archive.search.index.places import Snapshot
from media_archive.search.index.schema import PART
from media_archive.search.index.values import halves

#: order -> the number that it sorts by
KEYS = {Order.DATE: "shown", Order.ADDED: "added", Order.RATING: "rated"}
CODE = "code"
#: where the total squared is less than so many times all assets and these, a window costs more than it saves
MANY, BESIDE = 500, 300_000
#: how much more a window should hold than is read, and by how much it grows where it does not
MORE, WIDER = 4, 8
#: none, and 0 to 5
RATINGS = 7
#: seconds for which the first and the last key are kept: they only decide how wide a window is at first
EXTENT_KEPT = 600.0
#: read beyond a page, for those of one key that the index gives in no order
SLACK = 16


class Place(NamedTuple):
    """Where an asset stands: its key (a number, or a code), then its id, as the halves that the index keeps."""

    key: Any
    high: int
    low: int


Ends: TypeAlias = tuple[int | None, int | None]
Found: TypeAlias = "tuple[Place, tantivy.DocAddress]"
#: what a result is sorted by, and where it is
Hit: TypeAlias = "tuple[Any, tantivy.DocAddress]"
LEAST, GREATEST = -(1 << 63), (1 << 63) - 1


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
        if self.total**2 < MANY * (self.snapshot.searcher.num_docs + BESIDE):
            # to look at all of few is less than to open a window
            return
        first, last = extent(self.snapshot, "shown")
        # each rating has all the days
        spread = (last - first) * (RATINGS if self.key == "rated" else 1)
        first, last = extent(self.snapshot, self.key)
        spread = min(spread, last - first)
        width = max(1, spread * MORE * read // self.total)
        # in much wider ones there are as many assets as there are results: these lie elsewhere, and looking at all is less
        widest = spread * self.total // (MORE * self.snapshot.searcher.num_docs)
        while width < widest:
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
        bounds = [self._from_on(after)] if after else []
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
            sure += self.behind(self._past_all(cut), want - len(sure))
        return sure

    def _from_on(self, after: Place) -> Query:
        """What has the key of `after`, and what comes behind that."""
        return self._between(self.key, *self._from(after.key))

    def _past_all(self, key: Any) -> Place:
        """A place behind all that have this key, and before all others."""
        return Place(key + 1, LEAST, LEAST) if self.turned else Place(key - 1, GREATEST, GREATEST)

    def _group(self, key: Any, after: Place | None, want: int) -> list[Found]:
        """The next `want` of one key behind `after`, by id."""
        conditions = [self.query, self._between(self.key, key, key)]
        if after:
            conditions.append(self._between("high", *self._from(after.high)))
        query, read = all_of(conditions), want + SLACK
        while True:
            hits = self._top(query, "high", read)
            rows = self._sorted([(key, address) for _, address in hits])
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

    def _top(self, query: Query, name: str, limit: int) -> list[Hit]:
        order = tantivy.Order.Asc if self.turned else tantivy.Order.Desc
        # the document that is no asset has no value
        hits = self.snapshot.searcher.search(query, limit + 1, count=False, order_by_field=name, order=order).hits
        return [hit for hit in hits if hit[0] is not None][:limit]

    def _sorted(self, hits: list[Hit]) -> list[Found]:
        addresses = [address for _, address in hits]
        ids = (self.snapshot.searcher.fast_field_values(name, addresses) for name in ("high", "low"))
        rows = [(Place(key, high, low), address) for (key, address), high, low in zip(hits, *ids, strict=True)]
        return sorted(rows, key=_place, reverse=not self.turned)

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


def place_of(snapshot: Snapshot, asset_id: UUID, order: Order) -> Place | None:
    """Where an asset stands in an order that is walked through; None if the index does not have it."""
    wanted = Query.term_query(snapshot.schema, "id", asset_id.hex)
    hits = snapshot.searcher.search(wanted, 1, count=False, order_by_field=KEYS.get(order, CODE)).hits
    return Place(hits[0][0], *halves(asset_id)) if hits else None


class Codes(Walk):
    """The same by accession code; what has none has the code that sorts behind all others."""

    def __init__(self, snapshot: Snapshot, query: Query, turned: bool) -> None:
        super().__init__(snapshot, query, CODE, turned, 0)

    def _widths(self, read: int) -> Iterator[int]:
        yield from ()

    def _from_on(self, after: Place) -> Query:
        past = after.high == (GREATEST if self.turned else LEAST)
        # the index compares texts only where it reads the query itself; codes are kept so that nothing in them is a sign
        beyond = (
            f"{'{' if past else '['}{after.key} TO *}}" if self.turned else f"{{* TO {after.key}{'}' if past else ']'}"
        )
        return self.snapshot.index.parse_query(f"{CODE}:{beyond}")

    def _past_all(self, key: str) -> Place:
        end = GREATEST if self.turned else LEAST
        return Place(key, end, end)

    def _between(self, name: str, low: Any, high: Any) -> Query:
        if name != self.key:
            return super()._between(name, low, high)
        return Query.term_query(self.snapshot.schema, name, low, "basic")
