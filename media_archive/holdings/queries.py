"""What is not covered: subjects of the city that too little shows. Sessions of viewers list only subjects they see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.subjects.kinds import rules
from media_archive.catalogue.subjects.models import Subject, SubjectKind
from media_archive.holdings.figures import Figures

#: subjects that a page tells by their names; the table for spreadsheets has MOST_ROWS
MOST, MOST_ROWS = 50, 50_000


@dataclass(frozen=True)
class Gap:
    """Subjects of a kind of which something is missing: how many there are in all, how many lack it, and which."""

    kind: SubjectKind
    total: int
    lacking: int
    #: id, code, name, latest year of what shows it
    subjects: Sequence[tuple[UUID, str, str, int | None]]


def unstaged(session: Session, figures: Figures, stage: str, most: int = MOST) -> Gap:
    """Projects of which nothing shows that stage, nor a stage that is part of it."""
    stages = {one.code for one in rules().stages if stage in (one.code, one.part_of)}
    covered = {UUID(one.subject) for one in figures.staged if one.stage in stages}
    return _without(session, SubjectKind.PROJECT, covered, figures.latest, most)


def unseen_since(session: Session, figures: Figures, kind: SubjectKind, year: int, most: int = MOST) -> Gap:
    """Subjects of a kind that nothing shows which was taken in that year or later."""
    last = figures.latest
    covered = {subject for subject, taken in last.items() if taken is not None and taken >= year}
    return _without(session, kind, covered, last, most)


def unpictured(session: Session, figures: Figures, kind: SubjectKind, most: int = MOST) -> Gap:
    """Subjects of a kind that nothing shows at all."""
    last = figures.latest
    return _without(session, kind, last.keys(), last, most)


def _without(
    session: Session, kind: SubjectKind, covered: Collection[UUID], last: Mapping[UUID, int | None], most: int
) -> Gap:
    wanted = (Subject.kind == kind, Subject.merged_into.is_(None))
    every = session.execute(select(Subject.id, Subject.code, Subject.name).where(*wanted)).all()
    lacking = [(one.id, one.code or "", one.name, last.get(one.id)) for one in every if one.id not in covered]
    # those that were shown longest ago first, then those that never were
    lacking.sort(key=lambda one: (one[3] is None, one[3] or 0, one[1], one[2]))
    return Gap(kind, len(every), len(lacking), lacking[:most])


def called(session: Session, kind: SubjectKind) -> dict[UUID, str]:
    """The names of the subjects of a kind that the viewer sees."""
    rows = session.execute(select(Subject.id, Subject.name).where(Subject.kind == kind, Subject.merged_into.is_(None)))
    return {row.id: row.name for row in rows}
