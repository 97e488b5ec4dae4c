"""A query as it is understood: its tree, what was added to it, and what may have been meant instead."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from sqlalchemy.orm import Session

from media_archive.search.language import parsing, tree
from media_archive.search.language.snippets import looked_for
from media_archive.search.names import expanding, spelling
from media_archive.search.names.expanding import Expansion
from media_archive.search.names.terms import terms
from media_archive.search.names.vocabulary import vocabulary

#: queries that are kept as they were understood
KEPT = 1000
#: with more hits than this nobody asks what was meant
FEW = 3


@dataclass(frozen=True)
class Query:
    """What was typed, and what the index is asked."""

    typed: str
    #: as it was typed
    said: tree.Node
    #: with other names, synonyms and the like
    node: tree.Node
    expansions: tuple[Expansion, ...] = field(default=(), compare=False)

    @cached_property
    def words(self) -> list[str]:
        """The folded texts that it looks for, for marking them in what was found."""
        return looked_for(self.node)


@dataclass(frozen=True)
class Correction:
    """A query that may have been meant, and how many assets it finds."""

    query: str
    total: int


def read(session: Session, query: str | tree.Node, archive_id: UUID | None = None) -> Query:
    """The query understood; Invalid, with the offset `at`, where it cannot be."""
    names = vocabulary(session)
    # what a query means changes with names and terms only; people turn pages of it, and narrow it
    asked = (query, archive_id, terms(session))
    kept = names.kept.get(asked)
    if kept is None:
        said = parsing.parse(query) if isinstance(query, str) else query
        expanded = expanding.expand(session, said, archive_id)
        kept = Query(query if isinstance(query, str) else "", said, expanded.node, expanded.expansions)
        if len(names.kept) >= KEPT:
            names.kept.clear()
        names.kept[asked] = kept
    return kept


def correction(
    session: Session,
    query: Query,
    found: int,
    count: Callable[[str], int],
    known: Callable[[], Iterable[str]],
    archive_id: UUID | None = None,
) -> Correction | None:
    """What may have been meant by a query that finds few: the correction that `count` says finds most, and more.

    `known` gives values that occur in the index, such as keywords, beside the names of subjects.
    """
    if found > FEW or not any(map(spelling.may_be_wrong, spelling.words(query.said))) or not query.typed:
        return None
    tried = spelling.corrections(session, query.typed, query.said, archive_id, known())
    best = max((Correction(one, count(one)) for one in tried), key=lambda one: one.total, default=None)
    return best if best and best.total > found else None
