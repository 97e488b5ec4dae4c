"""What is asked of the index: the words as they are understood, the filters, and what the asker may find."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.collections.models import CollectionItem
from media_archive.catalogue.seeing import viewer as viewing
from media_archive.catalogue.seeing.viewer import VIEWER, Viewer
from media_archive.catalogue.subjects.models import Subject
from media_archive.context import INDEX
from media_archive.errors import Invalid
from media_archive.search import reading, rights
from media_archive.search.area import edges
from media_archive.search.compiling import Compiler, Query, all_of
from media_archive.search.fields import Order
from media_archive.search.index import places
from media_archive.search.index.places import Snapshot
from media_archive.search.index.schema import COUNTED, VALUES, schema
from media_archive.search.index.tokens import phrase
from media_archive.search.index.values import month
from media_archive.search.language import tree
from media_archive.search.language.folding import fold


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


def ask(
    session: Session, query: str | tree.Node, filters: Filters, archive_id: UUID | None, order: Order | str
) -> Asked:
    """The question to the index as it is now; Invalid where the query cannot be read."""
    root = session.info[INDEX]
    snapshot = places.reader(root).snapshot()
    viewer: Viewer | None = session.info.get(VIEWER)
    read = reading.read(session, query, archive_id)
    node = edges.drawn(snapshot, read.node)
    chosen = Order(order) if order else Order.RELEVANCE if _ranks(node) else Order.DATE
    today = viewing.today()
    opened = _opened(session, viewer)
    allowed = _allowed(viewer, today, opened)
    limits = [allowed] if allowed else []
    if archive_id:
        limits.append(_compiler().term("archive", archive_id.hex))
    # what is drawn for one state of the index is asked once
    compiled = _compiled if node is read.node else _compiled.__wrapped__
    words = all_of([compiled(node, False), *limits])
    ranked = all_of([compiled(node, True), *limits]) if chosen is Order.RELEVANCE else words
    collected = _collected(session, filters.collection)
    groups = _groups(session, filters, collected)
    key = (root, read.node, filters, archive_id, viewer, today, opened, collected)
    everything = isinstance(node, tree.All) and not limits and filters == Filters()
    return Asked(session, snapshot, read, key, words, ranked, groups, chosen, everything)


def _compiler(*, ranking: bool = False) -> Compiler:
    # indexes that are read have this schema: what has another is of another version
    return Compiler(schema(), ranking=ranking)


@lru_cache(maxsize=1000)
def _compiled(node: tree.Node, ranking: bool) -> Query:
    """People turn pages of, and narrow, what they asked for once."""
    return _compiler(ranking=ranking).query(node)


@lru_cache(maxsize=100)
def _allowed(viewer: Viewer | None, today: date, opened: tuple[str, ...]) -> Query | None:
    return rights.allowed(viewer, _compiler(), today, opened)


def _opened(session: Session, viewer: Viewer | None) -> tuple[str, ...]:
    """The assets that collections open to the viewer, which change without the index; the session leaves out the rest."""
    if viewer is None or viewer.everything or not viewer.opened:
        return ()
    ids = [one.collection_id for one in viewer.opened]
    items = select(CollectionItem.asset_id).where(CollectionItem.collection_id.in_(ids)).distinct()
    return tuple(sorted(one.hex for one in session.scalars(items)))


@lru_cache(maxsize=1000)
def _ranks(node: tree.Node) -> bool:
    """Whether some of what it finds has more of it than the rest."""
    return any(isinstance(one, tree.Word | tree.Phrase) and not phrase(fold(one.text))[1] for one in tree.walk(node))


def _collected(session: Session, collection: UUID | None) -> tuple[str, ...]:
    """What lies in a collection, which changes without the index."""
    if collection is None:
        return ()
    items = select(CollectionItem.asset_id).where(CollectionItem.collection_id == collection)
    return tuple(sorted(one.hex for one in session.scalars(items)))


def _groups(session: Session, filters: Filters, collected: Sequence[str]) -> dict[str, Query]:
    compiler = _compiler()
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
        narrow("collection", compiler.terms("id", collected))
    if filters.box:
        narrow("box", compiler.box(filters.box))
    return {name: all_of(queries) for name, queries in groups.items()}


def _of_field(compiler: Compiler, name: str, value: str) -> Query:
    if name == "month":
        return compiler.taken(*month(value))
    if name not in (*VALUES, *COUNTED):
        raise Invalid("There is nothing to filter by that is called {name}.", name=name)
    return compiler.term(name, int(value) if name in COUNTED else value)
