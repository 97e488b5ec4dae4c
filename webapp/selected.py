"""What a form of the selection bar is about: the assets ticked, or everything that a list shows but some."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from media_archive.errors import Invalid, NotFound
from media_archive.search import chosen
from media_archive.search import service as search
from webapp.assets.choice import Choice

#: assets that a form can name; more are chosen by a query
MOST_IDS = 5000


@dataclass(frozen=True)
class Selected:
    """Plain data that `search.chosen` reads: {"ids": [...]}, or a query; and how many assets it is."""

    chosen: Mapping[str, Any]
    total: int

    @property
    def packed(self) -> str:
        """For a hidden field of the next form."""
        return json.dumps(self.chosen, ensure_ascii=False, separators=(",", ":"))


def of_form(session: Session) -> Selected:
    """What the form names: `ids`, or `query` (the address of a list) with `except`, or `chosen` of a form before."""
    form = request.form
    if packed := form.get("chosen"):
        return _counted(session, _unpacked(packed))
    if address := form.get("query"):
        given = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        choice = Choice.of(given)
        without = [_id(one) for text in form.getlist("except") for one in text.split(",") if one]
        return _counted(session, chosen.plain(choice.q, choice.filters(), without))
    ids = list(dict.fromkeys(_id(one) for text in form.getlist("ids") for one in text.split(",") if one))
    if len(ids) > MOST_IDS:
        raise Invalid("More than {most} assets cannot be ticked one by one. Choose them by a search.", most=MOST_IDS)
    return _counted(session, {"ids": [str(one) for one in ids]})


def _unpacked(packed: str) -> dict[str, Any]:
    try:
        found = json.loads(packed)
        chosen.read(found)
        [UUID(one) for one in (*found.get("ids", []), *found.get("except", []))]
    except (ValueError, TypeError, AttributeError) as exc:
        raise Invalid("The form asks for something that cannot be done. Reload the page.") from exc
    return dict(found)


def _counted(session: Session, given: dict[str, Any]) -> Selected:
    total = len(given["ids"]) if "ids" in given else 0
    if "ids" not in given:
        query, filters = chosen.read(given)
        found = search.find(session, query, filters, limit=1, facets=False).total
        total = max(0, found - len(given.get("except", [])))
    if not total:
        raise Invalid("Nothing is selected. Select some assets first.")
    return Selected(given, total)


def first(session: Session, given: Selected, limit: int) -> list[UUID]:
    """The first of the selected assets."""
    if "ids" in given.chosen:
        return [UUID(one) for one in given.chosen["ids"][:limit]]
    query, filters = chosen.read(given.chosen)
    without = {UUID(one) for one in given.chosen.get("except", [])}
    rows, _ = search.shapes(session, query, filters, limit=limit + len(without))
    return [row.id for row in rows if row.id not in without][:limit]


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as exc:
        raise NotFound("An id in the address is none. Reload the page.") from exc
