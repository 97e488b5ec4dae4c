"""What a row would change: its subject found, and what it says laid beside what is known."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from media_archive.catalogue.subjects.exchange.rows import Said
from media_archive.catalogue.subjects.models import Subject, SubjectKind
from media_archive.catalogue.subjects.placing import of
from media_archive.catalogue.subjects.service import Given, name_of
from media_archive.catalogue.subjects.values import NameGiven, checked_names
from media_archive.errors import ArchiveError, Conflict
from media_archive.geo.shapes import Points, figures

#: two coordinates that differ by less are the same, in degrees (a millimetre)
SAME = 1e-8
#: how a parent is named that the same table brings
COMING = "coming"


@dataclass
class Decision:
    """What becomes of a row: new, changed, same or refused; and what is written for it."""

    row: Said
    what: str
    subject: Subject | None = None
    given: Given = field(default_factory=Given)
    #: field -> [before, after], for people to read
    changes: dict[str, list[Any]] = field(default_factory=dict)


@dataclass
class Known:
    """The subjects that rows may be about, and those that they may be part of."""

    by_code: dict[tuple[str, str], Subject] = field(default_factory=dict)
    by_name: dict[tuple[str, str], list[Subject]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, session: Session, archive_id: UUID, rows: Sequence[Said]) -> "Known":
        """Those that have a code or a name of the rows."""
        known = cls()
        texts = {one for row in rows for one in (row.code, row.name, row.parent) if one}
        wanted = sorted(texts)
        for start in range(0, len(wanted), 400):  # SQLite takes so many values at once, twice
            some = wanted[start : start + 400]
            query = select(Subject).where(
                Subject.archive_id == archive_id, or_(Subject.code.in_(some), Subject.name.in_(some))
            )
            for subject in session.scalars(query.options(selectinload(Subject.names))):
                known.add(subject)
        return known

    def add(self, subject: Subject) -> None:
        """One more."""
        if subject.code:
            self.by_code[(str(subject.kind), subject.code)] = subject
        there = self.by_name[(str(subject.kind), subject.name)]
        if subject.merged_into is None and all(one.id != subject.id for one in there):
            there.append(subject)

    def above(self, row: Said) -> list[Subject]:
        """What a row may be part of: by code, else by name; of its own kind first."""
        order = [str(row.kind), *(kind.value for kind in SubjectKind if kind != row.kind)]
        for kind in order:
            if (found := self.by_code.get((kind, row.parent))) and found.merged_into is None:
                return [found]
        return next((same for kind in order if (same := self.by_name.get((kind, row.parent)))), [])


def decide(known: Known, row: Said, parent: UUID | str | None) -> Decision:
    """What becomes of the row; `parent` is the id of what it is part of, or COMING, or None where it says nothing."""
    if row.problem is not None:
        return Decision(row, "refused")
    try:
        subject = _match(known, row, parent)
        if subject is None:
            return Decision(row, "new", given=_for_new(row, parent))
        given, changes = _differences(subject, row, parent)
    except ArchiveError as exc:
        row.problem = exc.message
        return Decision(row, "refused")
    return Decision(row, "changed" if changes else "same", subject, given, changes)


def _match(known: Known, row: Said, parent: UUID | str | None) -> Subject | None:
    """The subject of the row: by its code, else by its name under the same parent."""
    kind = str(row.kind)
    found = known.by_code.get((kind, row.code)) if row.code else None
    if found is not None:
        if found.merged_into is not None:
            raise Conflict("The code {code} is that of a subject that was merged into another.", code=row.code)
        return found
    same = [one for one in known.by_name.get((kind, row.name), ()) if not (row.code and one.code)]
    if row.parent:
        same = [one for one in same if one.parent_id in (parent, None)]
    if len(same) > 1:
        raise Conflict("{count} subjects are called {name}. Give the code.", count=len(same), name=row.name)
    return same[0] if same else None


def _for_new(row: Said, parent: UUID | str | None) -> Given:
    given = Given(**row.given)
    if isinstance(parent, UUID):
        given["parent"] = parent
    given["name"] = row.name or row.code
    given["names"] = checked_names((one for names in row.names.values() for one in names), given["name"])
    return given


def _differences(subject: Subject, row: Said, parent: UUID | str | None) -> tuple[Given, dict[str, list[Any]]]:
    """What the row says otherwise than is known."""
    given = Given()
    changes: dict[str, list[Any]] = {}
    for name in ("code", "name", "description", "sources"):
        if name in row.given and row.given[name] != getattr(subject, name):
            given[name] = row.given[name]
            changes[name] = [getattr(subject, name), row.given[name]]
    for name, value in row.given.get("details", {}).items():
        if subject.details.get(name) != value:
            given["details"] = dict(given.get("details", {})) | {name: value}
            changes[f"details.{name}"] = [subject.details.get(name), value]
    _compare_names(subject, row, given, changes)
    if row.parent and parent != subject.parent_id:
        if isinstance(parent, UUID):
            given["parent"] = parent
        changes["parent"] = [subject.parent.name if subject.parent else "", row.parent]
    _compare_place(subject, row, given, changes)
    return given, changes


def _compare_names(subject: Subject, row: Said, given: Given, changes: dict[str, list[Any]]) -> None:
    """Names of the kinds that the table has replace those of these kinds; others stay."""
    if not row.names:
        return
    present = [name_of(one) for one in subject.names]
    others = [one for one in present if one["kind"] not in row.names]
    wanted = checked_names([*others, *(one for names in row.names.values() for one in names)], row.name or subject.name)
    if _plain(wanted) != _plain(present):
        given["names"] = wanted
        changes["names"] = [sorted(one["name"] for one in present), sorted(one["name"] for one in wanted)]


def _plain(names: Iterable[NameGiven]) -> set[tuple[object, ...]]:
    return {(one["name"], one["kind"], one["valid_from"], one["valid_to"]) for one in names}


def _compare_place(subject: Subject, row: Said, given: Given, changes: dict[str, list[Any]]) -> None:
    place, before = row.given.get("place"), of(subject)
    if place is None:
        return
    same = before is not None and _same_geometry(subject.geometry, row.geometry)
    says_more = before is not None and (
        (place.source and place.source != before.source)
        or (place.accuracy is not None and place.accuracy != before.accuracy)
    )
    if not same:
        given["place"] = place
        changes["place"] = ["" if before is None else "…", place.geometry["type"]]
    elif says_more and before is not None:
        accuracy = before.accuracy if place.accuracy is None else place.accuracy
        given["place"] = type(place)(before.geometry, before.datum, place.source or before.source, accuracy)
        changes["place"] = [before.source, place.source]


def _same_geometry(one: dict[str, Any] | None, two: dict[str, Any] | None) -> bool:
    """Whether both have the same points in the same order; rings may run the other way, as Shapefiles have them."""
    if one is None or two is None:
        return one is two
    these, those = list(figures(one)), list(figures(two))
    return len(these) == len(those) and all(
        here[0] == there[0] and len(here[1]) == len(there[1]) and all(map(_same_run, here[1], there[1]))
        for here, there in zip(these, those, strict=True)
    )


def _same_run(one: Points, two: Points) -> bool:
    if one.shape != two.shape:
        return False
    return any(np.allclose(one, way, rtol=0, atol=SAME) for way in (two, two[::-1]))
