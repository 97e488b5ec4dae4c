"""Cells of the grid: what a page draws, and what a script asks for."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from media_archive.catalogue.queries import Card
from media_archive.search.language.snippets import Piece
from media_archive.search.passages import Passage
from media_archive.search.service import Shape
from media_archive.storage.standing import Standing
from media_archive.storage.stores.store import Thaw
from webapp.languages import say
from webapp.media.addresses import of_digest
from webapp.restoring.shown import badge
from webapp.shown import capture, duration
from webapp.translated import gettext

#: of a picture whose size is unknown
USUAL_RATIO = 1.5
#: the height of small pictures; widths follow the ratio
HEIGHT = 200
NARROWEST, WIDEST = 0.4, 4.0


def ratio(width: int | None, height: int | None) -> float:
    """Width over height, held within what a row can bear."""
    if not width or not height:
        return USUAL_RATIO
    return round(min(max(width / height, NARROWEST), WIDEST), 3)


def thumb(card: Card) -> str | None:
    """The address of the small picture."""
    return of_digest(*card.thumb, "jpg") if card.thumb else None


def detail(
    card: Card,
    found: Sequence[Passage] = (),
    cold: Standing | None = None,
    *,
    note: str = "",
    favourite: bool = False,
    columns: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """One cell's details, for scripts; `found` are the lines in it that hold what was searched for, `cold` how its
    original stands where that is not online, `note` what is said of it in its collection, `columns` those of a list.
    """
    pieces = said(found) or ([Piece(note)] if note else [])
    return {
        "said": [[piece.text, piece.met] for piece in pieces] or None,
        "id": str(card.id),
        "title": card.title,
        "thumb": thumb(card),
        "placeholder": card.placeholder,
        "kind": card.kind,
        "duration": duration(card.duration) if card.duration is not None else None,
        "taken": capture(card.taken_at, card.taken) if card.taken_at or card.taken else None,
        "problem": say(card.problem) or None,
        "rendered": card.rendered,
        "flag": card.flag,
        "rating": card.rating,
        "favourite": favourite,
        "columns": columns,
        "standing": cold.thaw if cold else Thaw.ONLINE,
        "cold": badge(cold),
        "width": card.width,
        "height": card.height,
        "href": url_for("assets.page", asset_id=card.id),
    }


def said(found: Sequence[Passage]) -> list[Piece]:
    """Where in an asset the words of a search stand, in one line: in the picture, or in the speech; they are marked."""
    if not found:
        return []
    first = found[0]
    inside = first.pieces or (Piece(first.text),)
    # the words go where the sentence of the reader's language has them
    if first.source == "text":
        line = gettext("In the picture: %(words)s", words="\0")
    else:
        line = gettext("Said: %(words)s", words="\0")
    before, _, behind = line.partition("\0")
    return [piece for piece in (Piece(before), *inside, Piece(behind)) if piece.text]


def skeleton(there: Sequence[Shape]) -> dict[str, list[Any]]:
    """Shape, kind and colour of assets, by columns: a hundred thousand cells fit into a small answer."""
    return {
        "ids": [str(row.id) for row in there],
        "ratios": [ratio(row.width, row.height) for row in there],
        "kinds": [str(row.kind) for row in there],
        "colours": [row.colour for row in there],
    }
