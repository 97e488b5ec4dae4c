"""Subjects that may be one and the same: suggested, never merged by itself."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.subjects.models import Subject, SubjectKind, SubjectName
from media_archive.catalogue.subjects.values import folded
from media_archive.geo.distances import between

#: metres between the middles of two that may be one
NEAR = 500.0
#: a name must have so many characters for one that differs in a single one to be like it
SHORTEST = 3
#: of more that share a key nothing can be said
MOST_ALIKE = 40


@dataclass(frozen=True)
class Pair:
    """Two that may be one, and why: same code, same name, like name nearby."""

    one: UUID
    two: UUID
    why: str


@dataclass(frozen=True)
class _Known:
    id: UUID
    code: str
    parent: UUID | None
    middle: tuple[float, float] | None
    names: frozenset[str]


def pairs(session: Session, archive_id: UUID, kind: SubjectKind, most: int = 500) -> list[Pair]:
    """Up to `most` pairs of a kind, the surest first.

    Same code written otherwise; the same name, under the same parent or without one, or near one another; names that
    differ in one character, near one another. Villages of the same name in two townships are no pair.
    """
    known = _known(session, archive_id, kind)
    found: dict[tuple[UUID, UUID], str] = {}
    for why, candidates in (
        ("code", _sharing((one, [one.code] if one.code else []) for one in known)),
        ("name", (pair for pair in _sharing((one, one.names) for one in known) if _same_place(*pair))),
        ("like", (pair for pair in _sharing((one, _shortened(one.names)) for one in known) if _near(*pair))),
    ):
        for one, two in candidates:
            low, high = sorted((one.id, two.id), key=lambda each: each.bytes)
            found.setdefault((low, high), why)
            if len(found) >= most:
                break
    return [Pair(low, high, why) for (low, high), why in found.items()]


def _known(session: Session, archive_id: UUID, kind: SubjectKind) -> list[_Known]:
    wanted = (Subject.archive_id == archive_id, Subject.kind == kind, Subject.merged_into.is_(None))
    names: dict[UUID, set[str]] = defaultdict(set)
    for subject, name in session.execute(
        select(SubjectName.subject_id, SubjectName.name).join(Subject).where(*wanted, SubjectName.kind == "official")
    ):
        names[subject].add(folded(name))
    columns = (Subject.id, Subject.code, Subject.parent_id, Subject.name, Subject.west, Subject.south, Subject.east)
    query = select(*columns, Subject.north).where(*wanted).order_by(Subject.id)
    return [
        _Known(
            row.id,
            folded(row.code or ""),
            row.parent_id,
            _middle(row),
            frozenset(names[row.id] | {folded(row.name)} - {""}),
        )
        for row in session.execute(query)
    ]


def _middle(row: Any) -> tuple[float, float] | None:
    return None if row.west is None else ((row.west + row.east) / 2, (row.south + row.north) / 2)


def _sharing(keyed: Iterable[tuple[_Known, Iterable[str]]]) -> Iterator[tuple[_Known, _Known]]:
    """Pairs that have a key in common."""
    groups: dict[str, list[_Known]] = defaultdict(list)
    for one, keys in keyed:
        for key in keys:
            groups[key].append(one)
    for group in groups.values():
        if 1 < len(group) <= MOST_ALIKE:
            yield from combinations(group, 2)


def _shortened(names: Iterable[str]) -> set[str]:
    """The names, and each without one of its characters: two that share one differ in a character at most."""
    long = [name for name in names if len(name) >= SHORTEST]
    return {name[:place] + "\0" + name[place + 1 :] for name in long for place in range(len(name))} | {
        key for name in long for key in (name, *(name[:place] + name[place + 1 :] for place in range(len(name))))
    }


def _same_place(one: _Known, two: _Known) -> bool:
    if one.parent is not None and two.parent is not None and one.parent != two.parent:
        return _near(one, two)
    return one.middle is None or two.middle is None or _near(one, two)


def _near(one: _Known, two: _Known) -> bool:
    return one.middle is not None and two.middle is not None and between(one.middle, two.middle) <= NEAR
