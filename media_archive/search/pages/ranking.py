"""Results by relevance: a page begins at the last asset's place, looked for around where it was."""

from array import array
from dataclasses import dataclass
from typing import Any, TypeAlias

import tantivy

from media_archive.search import counting
from media_archive.search.compiling import Query
from media_archive.search.index.places import Snapshot

#: ranks up to which a page is asked for by itself, and ranks that are asked for at once further down
SHALLOW, BLOCK = 2000, 10_000
#: how far an asset may have moved between two pages
DRIFT = 64

Key: TypeAlias = tuple[Any, ...]
#: where a result stands, by its rank and the halves of its id
Ranked: TypeAlias = "tuple[tuple[int, int, int], tantivy.DocAddress]"


@dataclass(frozen=True)
class Ranks:
    """The results of a question by relevance; `asked` identifies the question among others."""

    snapshot: Snapshot
    query: Query
    asked: Key

    def behind(self, after: tuple[int, int, int] | None, want: int) -> list[Ranked]:
        """The next `want` behind the asset with the rank and the id of `after`."""
        offset, last = (after[0], after[1:]) if after else (0, None)
        start = max(0, offset - DRIFT) if after else 0
        hits = self.between(start, offset + want + (DRIFT if after else 0))
        ids = halves(self.snapshot, hits)
        first = ids.index(last) + 1 if last in ids else offset - start
        rows = zip(ids[first:], hits[first:], strict=True)
        return [((start + first + at, *id_), hit) for at, (id_, hit) in enumerate(rows, 1)][:want]

    def between(self, start: int, end: int) -> list[tantivy.DocAddress]:
        """Those of these ranks."""
        if end <= SHALLOW:
            return ranked(self.snapshot, self.query, start, end - start)
        found: list[tantivy.DocAddress] = []
        for number in range(start // BLOCK, -(-end // BLOCK)):
            first = number * BLOCK
            rows = self._block(number)[max(0, start - first) : end - first]
            found += [tantivy.DocAddress(one >> 32, one & 0xFFFFFFFF) for one in rows]
        return found

    def _block(self, number: int) -> "array[int]":
        """Many ranks at once: who turns pages far down turns more than one."""

        def make() -> "array[int]":
            hits = ranked(self.snapshot, self.query, number * BLOCK, BLOCK)
            return array("Q", [one.segment_ord << 32 | one.doc for one in hits])

        generation = self.snapshot.generation
        # places in one state of the index mean nothing in another
        return counting.kept.get((*self.asked, "ranks", generation, number), generation, make)


def ranked(snapshot: Snapshot, query: Query, offset: int, limit: int) -> list[tantivy.DocAddress]:
    """So many results by relevance, from that rank on."""
    return [address for _, address in snapshot.searcher.search(query, limit, count=False, offset=offset).hits]


def halves(snapshot: Snapshot, hits: list[tantivy.DocAddress]) -> list[tuple[int, int]]:
    """The ids of assets, as the halves that the index keeps."""
    high, low = (snapshot.searcher.fast_field_values(name, hits) for name in ("high", "low"))
    return list(zip(high, low, strict=True))
