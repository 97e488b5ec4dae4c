"""Finding assets: by words and by filters, with counts, page by page, in one order.

The index answers; the catalogue gives names. A session knows the index of its catalogue, and for whom is searched (see `context.INDEX` and
`VIEWER` in its info).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.search import counting, reading
from media_archive.search.asking import Asked, Filters, ask
from media_archive.search.compiling import all_of
from media_archive.search.counting import Cluster, Facet
from media_archive.search.fields import USUAL, Order
from media_archive.search.index.values import KINDS, NO_COLOUR, whole
from media_archive.search.language import tree
from media_archive.search.names.expanding import Expansion
from media_archive.search.pages import paging, ranking, walking
from media_archive.search.reading import Correction

__all__ = [
    "MOST",
    "MOST_SHAPES",
    "Cluster",
    "Facet",
    "Filters",
    "Found",
    "Shape",
    "clusters",
    "find",
    "neighbours",
    "shapes",
]

MOST = 1000
MOST_SHAPES = 50_000
#: how far by relevance the neighbours of an asset are looked for
MOST_RANKS = 2000
#: fields whose frequent values are offered where they were misspelt
_SPELT = ("keyword", "photographer", "camera", "rights")
#: seconds for which they are good enough, whatever comes in
FREQUENT_KEPT = 60.0
_frequent = counting.Kept(64)
#: every asset has one value of it, and there are few: their counts together are the number of assets
WHOLE = "kind"


@dataclass(frozen=True)
class Found:
    """One page of results in their order."""

    total: int
    ids: list[UUID]
    #: cursor of the next page; None on the last
    next: str | None
    #: field -> values, the most frequent first (years and ratings: highest first; months: earliest first)
    facets: dict[str, list[Facet]] = field(default_factory=dict)
    #: what was looked for besides what was typed
    expansions: tuple[Expansion, ...] = ()
    #: what may have been meant, where little was found
    correction: Correction | None = None
    #: the folded texts that were looked for, for marking them
    words: tuple[str, ...] = ()


class Shape(NamedTuple):
    """What a grid needs of a result before it is seen. The colour is "#rrggbb"."""

    id: UUID
    width: int | None
    height: int | None
    kind: str
    colour: str | None
    #: days since 1970 between which it was taken; None where nobody knows, or nobody asked
    taken: tuple[int, int] | None = None


def find(
    session: Session,
    query: str | tree.Node = "",
    filters: Filters | None = None,
    *,
    archive_id: UUID | None = None,
    cursor: str | None = None,
    limit: int = 100,
    facets: bool | Sequence[str] = True,
    order: Order | str = "",
    turned: bool = False,
) -> Found:
    """Assets that `query` (see `language`) finds and that pass `filters`; at most 1,000 a page.

    The order is by relevance where words were typed, else by date; `turned` has it the other way round. `facets` are
    the fields to count, True for the usual ones.
    """
    asked = ask(session, query, filters or Filters(), archive_id, order)
    counts = _counts(asked, USUAL if facets is True else tuple(facets or ()))
    number = total(asked, counts)
    page = _page(asked, cursor, max(1, min(limit, MOST)), turned, number)
    return Found(
        number,
        page.ids,
        page.next,
        counting.label(session, asked.snapshot.generation, counts),
        asked.read.expansions,
        None if cursor else _correction(asked, number, filters or Filters(), archive_id),
        tuple(asked.read.words),
    )


def _page(asked: Asked, cursor: str | None, limit: int, turned: bool, number: int) -> paging.Page:
    return paging.page(
        asked.snapshot, asked.sorted, asked.order, cursor, limit, turned=turned, total=number, asked=asked.key
    )


def _correction(asked: Asked, number: int, filters: Filters, archive_id: UUID | None) -> Correction | None:
    """What may have been meant instead of what finds little."""

    def found(query: str) -> int:
        return total(ask(asked.session, query, filters, archive_id, asked.order))

    def known() -> list[str]:
        everything = ask(asked.session, "", Filters(), archive_id, "")
        make = lambda: counting.count(everything.snapshot, everything.query, _SPELT)  # noqa: E731
        counted = _frequent.get(everything.key, everything.snapshot.generation, make, FREQUENT_KEPT)
        return [str(value) for values in counted.values() for value, _ in values]

    return reading.correction(asked.session, asked.read, number, found, known, archive_id)


def shapes(
    session: Session,
    query: str | tree.Node = "",
    filters: Filters | None = None,
    *,
    archive_id: UUID | None = None,
    cursor: str | None = None,
    limit: int = MOST_SHAPES,
    order: Order | str = "",
    turned: bool = False,
    dated: bool = False,
) -> tuple[list[Shape], str | None]:
    """What a grid needs of many results at once, and the next cursor; with `dated` when each was taken."""
    asked = ask(session, query, filters or Filters(), archive_id, order)
    page = _page(asked, cursor, max(1, min(limit, MOST_SHAPES)), turned, total(asked))
    names = ("width", "height", "look", *(("taken", "taken_to") if dated else ()))
    columns = [asked.snapshot.searcher.fast_field_values(name, page.addresses) for name in names]
    return [_shape(*row) for row in zip(page.ids, *columns, strict=True)], page.next


def _shape(
    asset_id: UUID, width: int | None, height: int | None, look: int, first: int | None = None, last: int | None = None
) -> Shape:
    colour = look & (1 << 25) - 1
    taken = None if first is None else (first, first if last is None else last)
    return Shape(asset_id, width, height, KINDS[look >> 25], None if colour == NO_COLOUR else f"#{colour:06x}", taken)


def neighbours(
    session: Session,
    asset: Asset,
    query: str | tree.Node = "",
    filters: Filters | None = None,
    *,
    archive_id: UUID | None = None,
    order: Order | str = "",
    turned: bool = False,
) -> tuple[UUID | None, UUID | None]:
    """The assets before and after `asset` among the results, in their order; None at the ends.

    By relevance, None as well where it stands further down than anybody turns pages.
    """
    asked = ask(session, query, filters or Filters(), archive_id, order)
    if asked.order is Order.RELEVANCE:
        return _beside(asked, asset.id)
    here = walking.place_of(asked.snapshot, asset.id, asked.order)
    if here is None:
        return None, None
    number = total(asked)
    before, after = (
        paging.walk(asked.snapshot, asked.query, asked.order, turned=way, total=number).behind(here, 1)
        for way in (not turned, turned)
    )
    return _first(before), _first(after)


def _first(found: list[walking.Found]) -> UUID | None:
    return whole(found[0][0].high, found[0][0].low) if found else None


def _beside(asked: Asked, asset_id: UUID) -> tuple[UUID | None, UUID | None]:
    hits = ranking.ranked(asked.snapshot, asked.sorted, 0, MOST_RANKS)
    ids = [whole(*halves) for halves in ranking.halves(asked.snapshot, hits)]
    if asset_id not in ids:
        return None, None
    at = ids.index(asset_id)
    return ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None


def clusters(
    session: Session,
    query: str | tree.Node = "",
    filters: Filters | None = None,
    *,
    archive_id: UUID | None = None,
    level: int = 12,
) -> list[Cluster]:
    """Where on the map the results lie: in cells whose sides are 360 / 2^level degrees of longitude."""
    asked = ask(session, query, filters or Filters(), archive_id, Order.DATE)
    level = max(2, min(level, 24))
    make = lambda: counting.clusters(asked.snapshot, asked.query, level)  # noqa: E731
    return counting.kept.get((*asked.key, "clusters", level), asked.snapshot.generation, make)


def total(asked: Asked, counts: Mapping[str, counting.Counts] | None = None) -> int:
    """How many assets the question finds; `counts` are those that were made for it."""
    searcher = asked.snapshot.searcher

    def make() -> int:
        number: int = searcher.search(asked.query, 1, count=True).count
        return number

    if asked.everything:
        # all but the document that is none
        return int(searcher.num_docs) - 1
    if counts and WHOLE in counts and WHOLE not in asked.groups:
        return sum(number for _, number in counts[WHOLE])
    return counting.kept.get((*asked.key, "total"), asked.snapshot.generation, make)


def _counts(asked: Asked, fields: tuple[str, ...]) -> dict[str, counting.Counts]:
    """The counts of the fields, each among what the filters of all others leave."""

    def make() -> dict[str, counting.Counts]:
        found: dict[str, counting.Counts] = {}
        for query, names in counting.narrowed(asked.words, asked.groups, fields, all_of):
            found |= counting.count(asked.snapshot, query, names)
        return {name: found[name] for name in fields}

    return counting.kept.get((*asked.key, "facets", fields), asked.snapshot.generation, make) if fields else {}
