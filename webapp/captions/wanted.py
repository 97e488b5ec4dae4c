"""Which assets a caption table has: a page of a list by its address, or of a selection that a form brought."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy.orm import Session

from media_archive.errors import Invalid
from media_archive.search import chosen as chosen_assets
from media_archive.search import service as search
from media_archive.search.fields import Order
from webapp.assets.choice import Choice

#: rows of one page
PAGE = 100
#: far enough for any selection, and for numbers that a database takes
MOST_ROWS = 100_000_000


@dataclass(frozen=True)
class Wanted:
    """What is asked for; `chosen` is the packed selection of a form, and else `choice` the list of an address."""

    choice: Choice
    cursor: str = ""
    chosen: str = ""
    start: int = 0

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Wanted":
        """As an address or a form says it."""
        start = given.get("from", "0")
        if not (start.isascii() and start.isdigit() and int(start[:12]) < MOST_ROWS):
            raise Invalid("The form asks for something that cannot be done. Reload the page.")
        return cls(Choice.of(given), given.get("cursor", ""), given.get("chosen", ""), int(start))

    @property
    def told(self) -> dict[str, str]:
        """For hidden fields of the form, and for the address."""
        if self.chosen:
            return {"chosen": self.chosen, "from": str(self.start)}
        return self.choice.args() | ({"cursor": self.cursor} if self.cursor else {})

    @property
    def address(self) -> str:
        """The query string of the same page, where it has one."""
        return "" if self.chosen else f"?{urlencode(self.told)}"


@dataclass(frozen=True)
class Found:
    """The assets of one page, how many there are in all, and the pages before and behind."""

    ids: list[UUID]
    total: int
    before: Wanted | None = None
    following: Wanted | None = None


def find(session: Session, wanted: Wanted) -> Found:
    """The page: lists as they were taken unless they are sorted otherwise, selections as they were chosen."""
    if wanted.chosen:
        return _of_selection(session, wanted)
    choice = wanted.choice
    order, turned = (choice.order, choice.turned) if choice.sort else (Order.DATE, True)
    found = search.find(
        session, choice.q, choice.filters(), cursor=wanted.cursor or None, limit=PAGE, facets=False, order=order,
        turned=turned,
    )  # fmt: skip
    return Found(found.ids, found.total, following=Wanted(choice, found.next) if found.next else None)


def _of_selection(session: Session, wanted: Wanted) -> Found:
    given = unpacked(wanted.chosen)
    ids = [UUID(one) for one in given["ids"]] if "ids" in given else _found(session, given, wanted.start + PAGE + 1)
    here = ids[wanted.start : wanted.start + PAGE]
    behind, before = wanted.start + PAGE, max(0, wanted.start - PAGE)
    return Found(
        here,
        len(ids) if "ids" in given else _total(session, given),
        Wanted(wanted.choice, "", wanted.chosen, before) if wanted.start else None,
        Wanted(wanted.choice, "", wanted.chosen, behind) if len(ids) > behind else None,
    )


def _found(session: Session, given: Mapping[str, Any], most: int) -> list[UUID]:
    query, filters = chosen_assets.read(given)
    without = {UUID(one) for one in given.get("except", [])}
    rows, _ = search.shapes(session, query, filters, limit=most + len(without), order=Order.DATE, turned=True)
    return [row.id for row in rows if row.id not in without][:most]


def _total(session: Session, given: Mapping[str, Any]) -> int:
    query, filters = chosen_assets.read(given)
    return max(0, search.find(session, query, filters, limit=1, facets=False).total - len(given.get("except", [])))


def unpacked(text: str) -> dict[str, Any]:
    """The selection that a form carries along; Invalid where that is none."""
    try:
        found = json.loads(text)
        chosen_assets.read(found)
        [UUID(one) for one in (*found.get("ids", []), *found.get("except", []))]
    except (ValueError, TypeError, AttributeError) as exc:
        raise Invalid("The form asks for something that cannot be done. Reload the page.") from exc
    return dict(found)
