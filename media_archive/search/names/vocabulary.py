"""The names of the city's subjects in memory, so that queries are read with them; kept current by a cheap look.

A process keeps one vocabulary a database and choice of archives that somebody sees. Whether it still holds is asked again after a time that makes the asking
cost a twentieth at most.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from time import monotonic
from typing import Any, TypeAlias
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from media_archive.catalogue.seeing.viewer import VIEWER, Viewer
from media_archive.catalogue.subjects.models import Relation, Subject, SubjectName
from media_archive.search.language.folding import fold, is_ideograph
from media_archive.search.names.sounds import Sounds

RENAMED = ("renamed_from", "renamed_to")
#: share of the time that may go into asking whether the names still hold
SHARE = 20
#: seconds after which it is asked in any case
LONGEST = 2.0


@dataclass
class Called:
    """A subject and all its names: folded -> as it is written, the one in force first."""

    id: UUID
    archive_id: UUID
    kind: str
    name: str
    names: dict[str, str] = field(default_factory=dict)


class Vocabulary:
    """What subjects are called, and were."""

    def __init__(self, subjects: Mapping[UUID, Called], renamed: Mapping[UUID, set[UUID]]) -> None:
        self.subjects = subjects
        self.renamed = renamed
        self._owners: dict[str, list[UUID]] = defaultdict(list)
        for subject in subjects.values():
            for name in subject.names:
                self._owners[name].append(subject.id)
        self.longest = max(map(len, self._owners), default=0)
        #: what was understood with these names, for those who ask the same again
        self.kept: dict[Any, Any] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._owners

    def owners(self, name: str, archive_id: UUID | None) -> list[Called]:
        """The subjects that are or were called so (folded), of one archive or of all."""
        found = (self.subjects[one] for one in self._owners.get(name, ()))
        return [one for one in found if archive_id in (None, one.archive_id)]

    def other_names(self, subject: Called) -> dict[str, str]:
        """All names of a subject and of those it was renamed from or to: folded -> as it is written."""
        names = dict(subject.names)
        for other in self.renamed.get(subject.id, ()):
            if other in self.subjects:
                names |= self.subjects[other].names
        return names

    @cached_property
    def called(self) -> dict[str, tuple[str, str]]:
        """Ids as they are written, and the names in force, by ids as the index has them."""
        return {one.id.hex: (str(one.id), one.name) for one in self.subjects.values()}

    @cached_property
    def sounds(self) -> Sounds:
        """Names with Chinese characters by their sounds."""
        return Sounds(name for name in self._owners if any(map(is_ideograph, name)))

    @cached_property
    def gaps(self) -> dict[str, list[str]]:
        """Names of three characters and more by what is left with one replaced by a gap."""
        gaps: dict[str, list[str]] = defaultdict(list)
        for name in self._owners:
            if 3 <= len(name) <= 20 and any(map(is_ideograph, name)):
                for at in range(len(name)):
                    gaps[f"{name[:at]}\0{name[at + 1 :]}"].append(name)
        return gaps

    @cached_property
    def words(self) -> list[str]:
        """Latin words of names, each once."""
        return sorted({word for name in self._owners for word in name.split() if word.isascii() and word.isalpha()})


@dataclass
class _Kept:
    mark: Any
    vocabulary: Vocabulary
    #: when to look again, by the monotonic clock
    until: float


#: choices of archives whose names are kept
MOST_CHOICES = 8
Choice: TypeAlias = "frozenset[UUID] | None"
_kept: "WeakKeyDictionary[Engine, dict[Choice, _Kept]]" = WeakKeyDictionary()
_lock = Lock()


def vocabulary(session: Session) -> Vocabulary:
    """The names as they stand in the session's database, those that its viewer may see."""
    # a session that reads is bound to a connection of its own
    choices, choice = _kept.setdefault(session.get_bind().engine, {}), _choice(session)
    began = monotonic()
    kept = choices.get(choice)
    if kept and began < kept.until:
        return kept.vocabulary
    with _lock:
        mark = _mark(session)
        kept = choices.get(choice)
        if not kept or kept.mark != mark:
            kept = _Kept(mark, _load(session), 0.0)
            if len(choices) >= MOST_CHOICES:
                choices.clear()
            choices[choice] = kept
            began = monotonic()
        kept.until = monotonic() + min(LONGEST, SHARE * (monotonic() - began))
        return kept.vocabulary


def _choice(session: Session) -> Choice:
    viewer: Viewer | None = session.info.get(VIEWER)
    return None if viewer is None or viewer.everything else frozenset(viewer.by_archive)


def _mark(session: Session) -> tuple[Any, ...]:
    counted = select(func.count(), func.max(Subject.changed_at), func.sum(Subject.version))
    names = select(func.count()).select_from(SubjectName).scalar_subquery()
    relations = select(func.count()).select_from(Relation).scalar_subquery()
    return tuple(session.execute(counted.add_columns(names, relations)).one())


def _load(session: Session) -> Vocabulary:
    columns = (Subject.id, Subject.archive_id, Subject.kind, Subject.name, Subject.merged_into)
    rows = session.execute(select(*columns)).all()
    subjects = {row.id: Called(row.id, row.archive_id, str(row.kind), row.name) for row in rows if not row.merged_into}
    into = {row.id: row.merged_into for row in rows if row.merged_into}
    for row in rows:
        _call(subjects, into, row.id, row.name)
    named = select(SubjectName.subject_id, SubjectName.name).order_by(SubjectName.valid_from.desc())
    for subject_id, name in session.execute(named):
        _call(subjects, into, subject_id, name)
    renamed: dict[UUID, set[UUID]] = defaultdict(set)
    related = select(Relation.subject_id, Relation.other_id).where(Relation.kind.in_(RENAMED))
    for one, other in session.execute(related):
        renamed[_winner(into, one)].add(_winner(into, other))
        renamed[_winner(into, other)].add(_winner(into, one))
    return Vocabulary(subjects, renamed)


def _call(subjects: Mapping[UUID, Called], into: Mapping[UUID, UUID], subject_id: UUID, name: str) -> None:
    """A name of a merged subject is one of the subject that took it over."""
    subject = subjects.get(_winner(into, subject_id))
    if subject and (folded := fold(name)):
        subject.names.setdefault(folded, name)


def _winner(into: Mapping[UUID, UUID], subject_id: UUID) -> UUID:
    seen = set()
    while subject_id in into and subject_id not in seen:
        seen.add(subject_id)
        subject_id = into[subject_id]
    return subject_id
