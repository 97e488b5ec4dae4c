"""Counts beside the results: of each value of a field, of each month, of each part of a map."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Shoot
from media_archive.catalogue.subjects.models import Subject
from media_archive.search.compiling import Query
from media_archive.search.fields import SUBJECTS
from media_archive.search.index import cells
from media_archive.search.index.places import Snapshot
from media_archive.search.names.vocabulary import vocabulary

#: values told of one field; of years all
MOST, MOST_YEARS = 50, 3000
#: answers, and names, kept of each process
KEPT, MOST_NAMES = 400, 20_000
#: counts that took at most this long (seconds of CPU) are made anew with every change of the index; those that took longer are told again
#: for so many times as long
QUICK, PATIENCE, MOST_PATIENCE = 0.010, 40.0, 30.0


@dataclass(slots=True)
class Facet:
    """One value that the results can be narrowed to: what to filter by, how to call it, how many have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Cluster:
    """Assets close to each other on a map: their middle in WGS-84 degrees, and how many they are."""

    latitude: float
    longitude: float
    count: int


Counts = list[tuple[Any, int]]
#: an id as the index has it -> as it is written, and the name; None for what is there no more
Names: TypeAlias = Callable[[str], "tuple[str, str] | None"]
_IDS = frozenset({*SUBJECTS, "shoot"})


def count(snapshot: Snapshot, query: Query, fields: Iterable[str], most: int = 0) -> dict[str, Counts]:
    """The values of each field among what a query finds, the most frequent first, with their counts; at most `most`, if given."""
    sizes = {name: most or (MOST_YEARS if name in _LONG else MOST) for name in fields}
    asked = {name: {"terms": {"field": name, "size": size}} for name, size in sizes.items()}
    if not asked:
        return {}
    told = snapshot.searcher.aggregate(query, asked)
    return {name: [(one["key"], one["doc_count"]) for one in told[name]["buckets"]] for name in asked}


_LONG = ("year", "month")


def label(session: Session, generation: Any, counts: Mapping[str, Counts]) -> dict[str, list[Facet]]:
    """The counts with names: of shoots and subjects from the catalogue, months as "1987-05"."""
    called_so = called.of(session, generation, counts)
    return {field: _labelled(field, values, called_so) for field, values in counts.items()}


def _labelled(field: str, values: Counts, called_so: Names) -> list[Facet]:
    if field in ("year", "rating"):
        return [Facet(text := str(int(value)), text, number) for value, number in sorted(values, reverse=True)]
    if field == "month":
        months = ((f"{int(value) // 12:04}-{int(value) % 12 + 1:02}", number) for value, number in sorted(values))
        return [Facet(month, month, number) for month, number in months]
    if field in _IDS:
        return [Facet(*name, number) for value, number in values if (name := called_so(value))]
    return [Facet(value, value, number) for value, number in values]


class Called:
    """Names of shoots and subjects as the catalogue has them, by their ids; looked up anew when the index changes, as it does with them.

    Nearly all subjects are in the vocabulary. The names are those that the session's viewer may see.
    """

    def __init__(self) -> None:
        self._generation: Any = None
        self._names: dict[Any, dict[str, tuple[str, str] | None]] = {}

    def of(self, session: Session, generation: Any, counts: Mapping[str, Counts]) -> Names:
        """How the values that are ids are called."""
        known = vocabulary(session)
        if generation != self._generation or sum(map(len, self._names.values())) > MOST_NAMES:
            self._generation, self._names = generation, {}
        names = self._names.setdefault(known, {})
        for model, fields in ((Subject, SUBJECTS), (Shoot, ("shoot",))):
            ids = (value for field in fields for value, _ in counts.get(field, ()))
            if missing := {one for one in ids if one not in known.called and one not in names}:
                rows = session.execute(select(model.id, model.name).where(model.id.in_(map(UUID, missing))))
                names |= dict.fromkeys(missing) | {row.id.hex: (str(row.id), row.name) for row in rows}
        return lambda value: known.called.get(value) or names.get(value)


called = Called()


def clusters(snapshot: Snapshot, query: Query, level: int) -> list[Cluster]:
    """What a query finds, by cells of that level (see `cells`), each with the middle of what is in it."""
    side = float(1 << 2 * (cells.FINEST - level))
    middle = {name: {"avg": {"field": name}} for name in ("latitude", "longitude")}
    asked = {"histogram": {"field": "cell", "interval": side, "min_doc_count": 1}, "aggs": middle}
    told = snapshot.searcher.aggregate(query, {"cells": asked})["cells"]["buckets"]
    return [
        Cluster(one["latitude"]["value"], one["longitude"]["value"], one["doc_count"])
        for one in told
        if one["doc_count"]
    ]


Answer = TypeVar("Answer")


class Kept:
    """Answers of a process that cost much, by what was asked, until the index changes; the dearest a little longer."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._answers: OrderedDict[Any, tuple[Any, float, Any]] = OrderedDict()
        self._lock = Lock()

    def get(self, asked: Any, generation: Any, make: Callable[[], Answer], least: float = 0.0) -> Answer:
        """The answer to `asked`, made if there is none that is good enough; each is, for `least` seconds."""
        with self._lock:
            there = self._answers.get(asked)
            if there and (there[0] == generation or time.monotonic() < there[1]):
                self._answers.move_to_end(asked)
                return there[2]  # type: ignore[no-any-return]
        began = time.thread_time()
        answer = make()
        took = time.thread_time() - began
        until = time.monotonic() + max(least, min(MOST_PATIENCE, took * PATIENCE) if took > QUICK else 0)
        with self._lock:
            self._answers[asked] = (generation, until, answer)
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
        return answer

    def clear(self) -> None:
        """Forgets all of them."""
        with self._lock:
            self._answers.clear()


kept = Kept()


def narrowed(
    query: Query, groups: Mapping[str, Query], fields: Sequence[str], join: Callable[[list[Query]], Query]
) -> list[tuple[Query, list[str]]]:
    """Which fields are counted together: each among what all filters but its own leave."""
    free = [name for name in fields if name not in groups]
    asked = [(join([query, *groups.values()]), free)] if free else []
    for own in groups:
        if own in fields:
            asked.append((join([query, *(one for name, one in groups.items() if name != own)]), [own]))
    return asked
