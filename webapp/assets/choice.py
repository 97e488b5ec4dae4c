"""What a list is narrowed to, as it stands in the address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal
from uuid import UUID

from media_archive.catalogue.models import Kind
from media_archive.catalogue.subjects.models import SubjectKind
from media_archive.errors import NotFound
from media_archive.search.fields import FACETS, Order
from media_archive.search.language.parsing import MOST_CHARACTERS
from media_archive.search.service import Filters
from webapp.listing import seen

#: one more than can be read, so that a longer one is refused and not cut
LONGEST_QUERY = MOST_CHARACTERS + 1
LONGEST_BOX = 100
_BOX = re.compile(r"-?\d{1,3}(\.\d{1,15})?(,-?\d{1,3}(\.\d{1,15})?){3}")
YEARS = range(1, 10_000)
RATINGS = tuple("012345")
#: filters by a subject, in the order they are offered
SUBJECTS = tuple(kind.value for kind in SubjectKind)
#: other filters, by the names of their fields
MORE = tuple(name for name in FACETS if name not in (*SUBJECTS, "kind", "shoot", "year"))
#: how lists can be sorted; with a minus the other way round
SORTS = ("relevance", "date", "-date", "added", "rating", "code")
#: how a list is drawn, and what its items are put together by; empty for pictures in rows, all together
VIEWS = ("list",)
GROUPS = ("day", "month", "shoot", "project", "street")
#: what says how a list looks and not what is in it
LOOKS = ("sort", "filtering", "view", "group")


@dataclass(frozen=True)
class Choice:
    """The words and filters of an address; empty strings where nothing was chosen."""

    q: str = ""
    kind: str = ""
    project: str = ""
    landmark: str = ""
    street: str = ""
    pipeline: str = ""
    place: str = ""
    event: str = ""
    person: str = ""
    organisation: str = ""
    shoot: str = ""
    year: str = ""
    keyword: str = ""
    photographer: str = ""
    camera: str = ""
    rights: str = ""
    licence: str = ""
    state: str = ""
    has: str = ""
    orientation: str = ""
    length: str = ""
    label: str = ""
    flag: str = ""
    format: str = ""
    tier: str = ""
    classification: str = ""
    openness: str = ""
    retention: str = ""
    rating: str = ""
    #: south, west, north and east of a part of the map: "37.4,116.2,37.5,116.4"
    box: str = ""
    #: id of the collection that it is of; without words, other filters and another order it has the collection's own
    collection: str = ""
    #: one of SORTS; empty for what suits the query
    sort: str = ""
    #: one of VIEWS and one of GROUPS
    view: str = ""
    group: str = ""
    #: "all" where every filter is offered
    filtering: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str]) -> "Choice":
        """The choice of a query string; NotFound where it names what cannot be."""
        given = {field.name: args.get(field.name, "").strip() for field in fields(cls)}
        given["q"] = given["q"][:LONGEST_QUERY]
        choice = cls(**given)
        choice.filters()
        return choice

    @classmethod
    def within(cls, args: Mapping[str, str], **of: str) -> "Choice":
        """The choice of a page that is about one thing: that thing, and of the query string only how the list looks."""
        return cls.of(of | {name: args[name] for name in ("sort", "view", "group") if name in args})

    def filters(self) -> Filters:
        """The same for the search; NotFound where it is of a collection that the person at the door does not see."""
        known = (("kind", list(Kind)), ("sort", SORTS), ("rating", RATINGS), ("view", VIEWS), ("group", GROUPS))
        for name, values in known:
            if getattr(self, name) and getattr(self, name) not in values:
                raise _unknown(getattr(self, name))
        subjects = tuple(_id(getattr(self, kind)) for kind in SUBJECTS if getattr(self, kind))
        return Filters(
            kind=self.kind or None,
            subjects=subjects,
            shoot=_id(self.shoot) if self.shoot else None,
            year=_year(self.year) if self.year else None,
            collection=seen.collection(_id(self.collection)) if self.collection else None,
            box=box_of(self.box) if self.box else None,
            more=tuple((name, getattr(self, name)) for name in MORE if getattr(self, name)),
        )

    @property
    def order(self) -> Order | Literal[""]:
        """How the list is sorted; empty for what suits the query."""
        return Order(self.sort.removeprefix("-")) if self.sort else ""

    @property
    def turned(self) -> bool:
        """Whether it is sorted the other way round."""
        return self.sort.startswith("-")

    def args(self, **changed: str) -> dict[str, str]:
        """The query string's values, with changes; empty ones are left out."""
        merged = {field.name: getattr(self, field.name) for field in fields(self)} | changed
        return {name: value for name, value in merged.items() if value}

    @property
    def is_narrowed(self) -> bool:
        return bool(self.args(**dict.fromkeys(LOOKS, "")))

    @property
    def narrowing(self) -> int:
        """How many filters are chosen, beside the words."""
        return len(self.args(q="", **dict.fromkeys(LOOKS, "")))

    @property
    def has_own_order(self) -> bool:
        """Whether it is a collection as it was arranged."""
        return bool(self.collection) and set(self.args()) <= {"collection", "view", "filtering"}


def box_of(text: str) -> tuple[float, float, float, float]:
    """South, west, north and east in degrees; NotFound where they are no box."""
    if len(text) > LONGEST_BOX or not _BOX.fullmatch(text):
        raise _unknown(text)
    south, west, north, east = map(float, text.split(","))
    if not (-90 <= south <= north <= 90 and -180 <= west <= east <= 180):
        raise _unknown(text)
    return south, west, north, east


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _unknown(text) from None


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text) in YEARS):
        raise _unknown(text)
    return int(text)


def _unknown(text: str) -> NotFound:
    return NotFound("The address asks for {what}, which is nothing to filter by. Start again.", what=text[:80])
