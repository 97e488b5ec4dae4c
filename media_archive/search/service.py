"""Finding assets: by words and by filters, with counts, page by page, in one order.

The index answers; the catalogue gives names. A session knows the index of its catalogue, and for whom is searched (see `context.INDEX` and
`VIEWER` in its info).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.collections.models import CollectionItem
from media_archive.catalogue.models import Asset
from media_archive.catalogue.shown import VIEWER, Viewer
from media_archive.catalogue.subjects.models import Subject
from media_archive.context import INDEX
from media_archive.errors import Invalid
from media_archive.search import counting, paging, reading, rights
from media_archive.search.compiling import Compiler, Query, all_of
from media_archive.search.counting import Cluster, Facet
from media_archive.search.fields import USUAL, Order
from media_archive.search.index import places
from media_archive.search.index.documents import KINDS, NO_COLOUR, month, whole
from media_archive.search.index.places import Snapshot
from media_archive.search.index.schema import COUNTED, VALUES
from media_archive.search.index.tokens import phrase
from media_archive.search.language import tree
from media_archive.search.language.folding import fold
from media_archive.search.names.expanding import Expansion
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
#: how far by relevance or by code the neighbours of an asset are looked for
MOST_RANKS = 2000
#: fields whose frequent values are offered where they were misspelt
_SPELT = ("keyword", "photographer", "camera", "rights")
#: a year begins in China
_EAST = timedelta(hours=8)


@dataclass(frozen=True)
class Filters:
    """What the results must have; subjects are ids. Several subjects must all be shown.

    `more` are other fields and the value that each must have, as facets name it: {"camera": "NIKON D850"}; `box` is
    south, west, north and east in WGS-84 degrees.
    """

    kind: str | None = None
    subjects: tuple[UUID, ...] = ()
    shoot: UUID | None = None
    year: int | None = None
    collection: UUID | None = None
    more: tuple[tuple[str, str], ...] = ()
    box: tuple[float, float, float, float] | None = None


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


@dataclass(frozen=True)
class Asked:
    """A question to one snapshot of the index."""

    session: Session
    snapshot: Snapshot
    read: reading.Query
    #: what identifies it among others
    key: tuple[Any, ...]
    #: words and rights
    words: Query
    #: the same for ranking
    ranked: Query
    #: each filter by the field that it narrows
    groups: Mapping[str, Query]
    order: Order
    #: whether nothing narrows it
    everything: bool

    @property
    def query(self) -> Query:
        """All of it."""
        return all_of([self.words, *self.groups.values()])

    @property
    def sorted(self) -> Query:
        """All of it, for its order."""
        return all_of([self.ranked, *self.groups.values()]) if self.order is Order.RELEVANCE else self.query


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
    page = paging.page(asked.snapshot, asked.sorted, asked.order, cursor, max(1, min(limit, MOST)), turned=turned)
    wanted = USUAL if facets is True else tuple(facets or ())
    number = total(asked)
    return Found(
        number,
        page.ids,
        page.next,
        count(asked, wanted) if wanted else {},
        asked.read.expansions,
        None if cursor else _correction(asked, number, filters or Filters(), archive_id),
        tuple(asked.read.words),
    )


def _correction(asked: Asked, number: int, filters: Filters, archive_id: UUID | None) -> Correction | None:
    """What may have been meant instead of what finds little."""

    def found(query: str) -> int:
        return total(ask(asked.session, query, filters, archive_id, asked.order))

    def known() -> list[str]:
        counted = count(ask(asked.session, "", Filters(), archive_id, ""), _SPELT)
        return [value.value for values in counted.values() for value in values]

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
) -> tuple[list[Shape], str | None]:
    """What a grid needs of many results at once, and the next cursor."""
    asked = ask(session, query, filters or Filters(), archive_id, order)
    page = paging.page(
        asked.snapshot, asked.sorted, asked.order, cursor, max(1, min(limit, MOST_SHAPES)), turned=turned
    )
    columns = [asked.snapshot.searcher.fast_field_values(name, page.addresses) for name in ("width", "height", "look")]
    return [_shape(*row) for row in zip(page.ids, *columns, strict=True)], page.next


def _shape(asset_id: UUID, width: int | None, height: int | None, look: int) -> Shape:
    colour = look & (1 << 25) - 1
    return Shape(asset_id, width, height, KINDS[look >> 25], None if colour == NO_COLOUR else f"#{colour:06x}")


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

    By relevance and by code, None as well where it stands further down than anybody turns pages.
    """
    asked = ask(session, query, filters or Filters(), archive_id, order)
    if asked.order not in paging.KEYS:
        return _beside(asked, asset.id, turned)
    key = paging.KEYS[asked.order]
    here = paging.place_of(asked.snapshot, asset.id, key)
    if here is None:
        return None, None
    before, after = (paging.Walk(asked.snapshot, asked.query, key, way).behind(here, 1) for way in (not turned, turned))
    return _first(before), _first(after)


def _first(found: list[paging.Found]) -> UUID | None:
    return whole(found[0][0].high, found[0][0].low) if found else None


def _beside(asked: Asked, asset_id: UUID, turned: bool) -> tuple[UUID | None, UUID | None]:
    hits = paging.ranked(asked.snapshot, asked.sorted, asked.order, 0, MOST_RANKS, turned)
    ids = [whole(place.high, place.low) for place, _ in paging.placed(asked.snapshot, hits, "shown")]
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


def ask(
    session: Session, query: str | tree.Node, filters: Filters, archive_id: UUID | None, order: Order | str
) -> Asked:
    """The question to the index as it is now; Invalid where the query cannot be read."""
    root = session.info[INDEX]
    snapshot = places.reader(root).snapshot()
    viewer: Viewer | None = session.info.get(VIEWER)
    read = reading.read(session, query, archive_id)
    node = read.node
    chosen = Order(order) if order else Order.RELEVANCE if any(map(_ranks, tree.walk(node))) else Order.DATE
    plain, ranking = Compiler(snapshot.schema), Compiler(snapshot.schema, ranking=True)
    today = (datetime.now(UTC) + _EAST).date()
    allowed = rights.allowed(viewer, plain, today)
    limits = [allowed] if allowed else []
    if archive_id:
        limits.append(plain.term("archive", archive_id.hex))
    words = all_of([plain.query(node), *limits])
    ranked = all_of([ranking.query(node), *limits]) if chosen is Order.RELEVANCE else words
    key = (root, node, filters, archive_id, viewer, today)
    everything = isinstance(node, tree.All) and not limits and filters == Filters()
    groups = _groups(session, plain, filters)
    return Asked(session, snapshot, read, key, words, ranked, groups, chosen, everything)


def _ranks(node: tree.Node) -> bool:
    """Whether some of what it finds has more of it than the rest."""
    return isinstance(node, tree.Word | tree.Phrase) and not phrase(fold(node.text))[1]


def _groups(session: Session, compiler: Compiler, filters: Filters) -> dict[str, Query]:
    groups: dict[str, list[Query]] = {}

    def narrow(name: str, query: Query) -> None:
        groups.setdefault(name, []).append(query)

    if filters.kind:
        narrow("kind", compiler.term("kind", filters.kind))
    if filters.shoot:
        narrow("shoot", compiler.term("shoot", filters.shoot.hex))
    if filters.year is not None:
        narrow("year", compiler.term("year", filters.year))
    for name, value in filters.more:
        narrow(name, _of_field(compiler, name, value))
    if filters.subjects:
        kinds = dict(session.execute(select(Subject.id, Subject.kind).where(Subject.id.in_(filters.subjects))).all())
        for one in filters.subjects:
            narrow(str(kinds.get(one, "subject")), compiler.term("shows", one.hex))
    if filters.collection:
        items = session.scalars(
            select(CollectionItem.asset_id).where(CollectionItem.collection_id == filters.collection)
        )
        narrow("collection", compiler.terms("id", [one.hex for one in items]))
    if filters.box:
        narrow("box", compiler.boxes([filters.box]))
    return {name: all_of(queries) for name, queries in groups.items()}


def _of_field(compiler: Compiler, name: str, value: str) -> Query:
    if name == "month":
        return compiler.taken(*month(value))
    if name not in (*VALUES, *COUNTED):
        raise Invalid("There is nothing to filter by that is called {name}.", name=name)
    return compiler.term(name, int(value) if name in COUNTED else value)


def total(asked: Asked) -> int:
    """How many assets the question finds."""
    searcher = asked.snapshot.searcher

    def make() -> int:
        number: int = searcher.search(asked.query, 1, count=True).count
        return number

    if asked.everything:
        # all but the document that is none
        return int(searcher.num_docs) - 1
    return counting.kept.get((*asked.key, "total"), asked.snapshot.generation, make)


def count(asked: Asked, fields: Sequence[str]) -> dict[str, list[Facet]]:
    """The counts of the fields, each among what the filters of all others leave."""

    def make() -> dict[str, counting.Counts]:
        found: dict[str, counting.Counts] = {}
        for query, names in counting.narrowed(asked.words, asked.groups, fields, all_of):
            found |= counting.count(asked.snapshot, query, names)
        return {name: found[name] for name in fields}

    counts = counting.kept.get((*asked.key, "facets", tuple(fields)), asked.snapshot.generation, make)
    return counting.label(asked.session, counts)
