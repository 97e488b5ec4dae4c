"""All names and boxes of the city's subjects, in memory: what a text names, and what lies around a place.

It is brought up to date by what changed since, and answers without looking through all of them: what an asset costs
does not grow with their number.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from media_archive.catalogue.subjects.models import Subject, SubjectName
from media_archive.folding import fold
from media_archive.geo import distances, shapes
from media_archive.geo.shapes import Box
from media_archive.suggesting.evidence.bounds import is_word
from media_archive.suggesting.rules import rules

BATCH = 500
#: a transaction may commit so long after the moment that it wrote as its own
OVERLAP = timedelta(minutes=10)
#: degrees of the cells of each level: a subject stands in at most four cells of the first level that is large enough
LEVELS = tuple(0.01 * 8**level for level in range(6))
#: positions given roughly reach no further than this
WORST_ACCURACY = 500.0

Cell = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a subject, folded, and when it was in force."""

    subject_id: UUID
    text: str
    kind: str
    since: str | None
    until: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the rules need of a subject."""

    id: UUID
    archive_id: UUID
    kind: str
    name: str
    parent_id: UUID | None
    #: the box around its geometry; None where it has no place
    box: Box | None
    #: metres that its geometry may be off
    accuracy: float
    #: when it stood, by its details: years, or as precise as known
    since: str | None
    until: str | None
    #: what tells one state of it from another
    mark: tuple[int, datetime]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Where in a text a name stands, and whose it is."""

    start: int
    end: int
    names: tuple[Name, ...]


class Gazetteer:
    """The subjects of one catalogue. Not for several threads at once."""

    def __init__(self) -> None:
        self._known: dict[UUID, Known] = {}
        self._names_of: dict[UUID, tuple[Name, ...]] = {}
        self._names: dict[str, tuple[Name, ...]] = {}
        #: first sign of a name -> lengths of the names that begin with it, with how many those are
        self._lengths: dict[str, Counter[int]] = {}
        self._cells: dict[Cell, set[UUID]] = {}
        self._until: datetime | None = None

    def __len__(self) -> int:
        return len(self._known)

    def subject(self, subject_id: UUID) -> Known | None:
        """The subject, if it stands by itself still."""
        return self._known.get(subject_id)

    def names_of(self, subject_id: UUID) -> tuple[Name, ...]:
        """All names of a subject."""
        return self._names_of.get(subject_id, ())

    def refresh(self, session: Session) -> None:
        """Takes in what changed since the last time."""
        wanted = select(Subject.id, Subject.version, Subject.changed_at)
        if self._until:
            wanted = wanted.where(Subject.changed_at >= self._until - OVERLAP)
        rows = session.execute(wanted).all()
        changed = [row.id for row in rows if not self._is_current(row.id, (row.version, row.changed_at))]
        for start in range(0, len(changed), BATCH):
            self._take(session, changed[start : start + BATCH])
        self._until = max((row.changed_at for row in rows), default=self._until)

    def _is_current(self, subject_id: UUID, mark: tuple[int, datetime]) -> bool:
        there = self._known.get(subject_id)
        return there is not None and there.mark == mark

    def _take(self, session: Session, ids: Sequence[UUID]) -> None:
        names: dict[UUID, list[SubjectName]] = {}
        for name in session.scalars(select(SubjectName).where(SubjectName.subject_id.in_(ids))):
            names.setdefault(name.subject_id, []).append(name)
        boxless = _without_box(session, ids)
        # outlines may be long, and their boxes are all that is needed here
        light = select(Subject).where(Subject.id.in_(ids)).options(defer(Subject.geometry), defer(Subject.description))
        for subject in session.scalars(light):
            self._forget(subject.id)
            if subject.merged_into is None:
                box = _box(subject, boxless.get(subject.id))
                self._add(_known(subject, box), _folded(subject, names.get(subject.id, ())))

    def _add(self, known: Known, names: Sequence[Name]) -> None:
        self._known[known.id] = known
        self._names_of[known.id] = tuple(names)
        for name in names:
            self._names[name.text] = (*self._names.get(name.text, ()), name)
            self._lengths.setdefault(name.text[0], Counter())[len(name.text)] += 1
        for cell in _cells(known):
            self._cells.setdefault(cell, set()).add(known.id)

    def _forget(self, subject_id: UUID) -> None:
        known = self._known.pop(subject_id, None)
        if known is None:
            return
        for name in self._names_of.pop(subject_id):
            self._names[name.text] = tuple(one for one in self._names[name.text] if one.subject_id != subject_id)
            self._lengths[name.text[0]][len(name.text)] -= 1
        for cell in _cells(known):
            self._cells[cell].discard(subject_id)

    def named(self, text: str) -> Iterator[Occurrence]:
        """Every name that stands in a folded text, also those that are part of a longer one."""
        for start, sign in enumerate(text):
            for length, count in self._lengths.get(sign, {}).items():
                names = self._names.get(text[start : start + length]) if count > 0 else None
                if names and is_word(text, start, start + length):
                    yield Occurrence(start, start + length, names)

    def around(self, latitude: float, longitude: float) -> list[Known]:
        """Subjects whose place may be within reach of that one."""
        found = set()
        for level, size in enumerate(LEVELS):
            found |= self._cells.get((level, math.floor(longitude / size), math.floor(latitude / size)), set())
        near = [self._known[one] for one in sorted(found)]
        return [one for one in near if one.box and _holds(_widened(one), latitude, longitude)]


def _known(subject: Subject, box: Box | None) -> Known:
    given: dict[str, Any] = subject.geometry_given or {}
    placed = rules().kinds.get(subject.kind)
    return Known(
        subject.id,
        subject.archive_id,
        str(subject.kind),
        subject.name,
        subject.parent_id,
        box if placed else None,
        min(float(given.get("accuracy") or 0.0), WORST_ACCURACY),
        _detail(subject, placed.since if placed else ()),
        _detail(subject, placed.until if placed else ()),
        (subject.version, subject.changed_at),
    )


def _without_box(session: Session, ids: Sequence[UUID]) -> dict[UUID, Any]:
    """Geometries of subjects whose box was never written down."""
    wanted = select(Subject.id, Subject.geometry)
    rows = session.execute(wanted.where(Subject.id.in_(ids), Subject.west.is_(None), Subject.geometry.is_not(None)))
    return {row.id: row.geometry for row in rows}


def _box(subject: Subject, geometry: Any) -> Box | None:
    if None not in (subject.west, subject.south, subject.east, subject.north):
        return (subject.west, subject.south, subject.east, subject.north)  # type: ignore[return-value]
    try:
        return shapes.box(geometry) if geometry else None
    except (KeyError, TypeError, ValueError, IndexError):
        return None  # what was entered before geometry was checked


def _detail(subject: Subject, fields: Sequence[str]) -> str | None:
    return next((str(subject.details[field]) for field in fields if (subject.details or {}).get(field)), None)


def _folded(subject: Subject, names: Sequence[SubjectName]) -> list[Name]:
    """Its names, each once: the name in force too, where the list of names has it not."""
    made = [Name(subject.id, fold(one.name), one.kind, one.valid_from, one.valid_to) for one in names]
    if fold(subject.name) not in {one.text for one in made}:
        made.append(Name(subject.id, fold(subject.name), "official", None, None))
    return [one for one in dict.fromkeys(made) if len(one.text) >= rules().words.least]


def _widened(known: Known) -> Box:
    """Its box, and all from where it could be suspected."""
    assert known.box
    west, south, east, north = known.box
    metres = rules().kinds[known.kind].reach + known.accuracy + rules().position.error
    wide, high = distances.degree(max(abs(south), abs(north)))
    x, y = metres / max(wide, 1.0), metres / high
    return west - x, south - y, east + x, north + y


def _holds(box: Box, latitude: float, longitude: float) -> bool:
    return box[0] <= longitude <= box[2] and box[1] <= latitude <= box[3]


def _cells(known: Known) -> Iterator[Cell]:
    if known.box is None:
        return
    west, south, east, north = _widened(known)
    breadth = max(east - west, north - south)
    level = next((number for number, size in enumerate(LEVELS) if size >= breadth), len(LEVELS) - 1)
    size = LEVELS[level]
    for x in range(math.floor(west / size), math.floor(east / size) + 1):
        for y in range(math.floor(south / size), math.floor(north / size) + 1):
            yield level, x, y
