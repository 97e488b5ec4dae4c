"""Which words of an asset a query met in its picture or its speech."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Line
from media_archive.search.text import fold, terms

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


def passages(session: Session, ids: Sequence[UUID], query: str) -> dict[UUID, list[Passage]]:
    """For those of `ids` where a word of `query` stands in the picture or the speech: where it does."""
    words = terms(query)
    found: dict[UUID, list[Passage]] = {}
    if not words or not ids:
        return found
    columns = (Line.asset_id, Line.id, Line.recipe, Line.text, Line.starts)
    shown = select(*columns).where(Line.asset_id.in_(ids), Line.hidden.is_(False))
    for row in session.execute(shown.order_by(Line.asset_id, Line.recipe, Line.position)):
        folded = fold(row.text)
        there = found.get(row.asset_id, [])
        if len(there) < MOST and any(word in folded for word in words):
            found[row.asset_id] = [*there, Passage(row.id, row.recipe, row.text, row.starts)]
    return found
