"""Which words of an asset a query met in its picture or its speech."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Line
from media_archive.errors import Invalid
from media_archive.search import reading
from media_archive.search.language.folding import fold
from media_archive.search.language.snippets import Piece, snippet

#: of one asset
MOST = 20


@dataclass(frozen=True)
class Passage:
    """A line that holds a word of the query. `source` is "text" (in the picture) or "transcript" (in the speech)."""

    line_id: UUID
    source: str
    text: str
    #: seconds from the beginning; None in a photograph
    starts: float | None
    #: the part of the text around the words, with the words marked
    pieces: tuple[Piece, ...] = ()


def passages(session: Session, ids: Sequence[UUID], query: str | Sequence[str]) -> dict[UUID, list[Passage]]:
    """For those of `ids` where a word of `query` stands in the picture or the speech: where it does.

    The query as it was typed, or the folded words that a search says it looked for; one that cannot be read has none.
    """
    words = _words(session, query) if isinstance(query, str) else query
    found: dict[UUID, list[Passage]] = {}
    if not words or not ids:
        return found
    columns = (Line.asset_id, Line.id, Line.recipe, Line.text, Line.starts)
    shown = select(*columns).where(Line.asset_id.in_(ids), Line.hidden.is_(False))
    for row in session.execute(shown.order_by(Line.asset_id, Line.recipe, Line.position)):
        folded = fold(row.text)
        there = found.get(row.asset_id, [])
        if len(there) < MOST and any(word in folded for word in words):
            passage = Passage(row.id, row.recipe, row.text, row.starts, snippet(row.text, words))
            found[row.asset_id] = [*there, passage]
    return found


def _words(session: Session, query: str) -> list[str]:
    try:
        return reading.read(session, query).words
    except Invalid:
        return []
