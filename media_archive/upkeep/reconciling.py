"""What really lies in a store against what the catalogue says.

The keys of a store come in no order, so they are laid down in a small database in scratch, and both sides are then
compared a thousand at a time: memory does not grow with the store. Nothing is changed by looking; what somebody then
wants adopted or removed is looked at a second time.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.bundles import finding
from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import Conflict, NotFound
from media_archive.events import service as events
from media_archive.ingest.models import Intake
from media_archive.jobs.models import Job, State
from media_archive.storage import own
from media_archive.storage.models import Copy, File, Parcel, Phase
from media_archive.storage.stores.folder import DIGEST
from media_archive.storage.stores.store import Stat, Store

#: younger objects may be about to be registered
GRACE = timedelta(hours=1)
ROWS = 1000
#: requests under way at once: a service answers each in its own time
AT_ONCE = 8
#: of each sort so many are kept to be named; all are counted
NAMED = 10_000


#: kinds of jobs that store nothing in a hurry
READING = ("verify", "audit", "bundle")


class Sort(StrEnum):
    """What is wrong with an object or a copy."""

    #: a copy without an object
    MISSING = "missing"
    #: an object of the archive's that no copy knows
    ORPHAN = "orphan"
    #: an object that is none of the archive's: its key is no digest
    FOREIGN = "foreign"
    #: an object that is larger or smaller than its file
    WRONG_SIZE = "wrong size"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where store and catalogue do not agree."""

    sort: Sort
    store: str
    key: str
    #: what the object has; None where there is none
    size: int | None = None
    modified: datetime | None = None
    copy_id: UUID | None = None

    def to_json(self) -> dict[str, Any]:
        """For `storage reconcile --json`."""
        modified = self.modified.isoformat() if self.modified else None
        return {"sort": self.sort.value, "store": self.store, "key": self.key, "size": self.size, "modified": modified}


@dataclass
class Reconciled:
    """What one look at a store found."""

    store: str
    objects: int = 0
    copies: int = 0
    #: objects of the archive's own: bundles, what is told between them, what workers leave for each other
    own: int = 0
    counts: dict[str, int] = field(default_factory=lambda: {sort.value: 0 for sort in Sort})
    differences: list[Difference] = field(default_factory=list)
    adopted: int = 0
    removed: int = 0

    @property
    def good(self) -> bool:
        """Whether every copy has its object."""
        return not self.counts[Sort.MISSING] and not self.counts[Sort.WRONG_SIZE]

    def add(self, one: Difference) -> None:
        """Counts, and names up to a bound."""
        self.counts[one.sort] += 1
        if self.counts[one.sort] <= NAMED:
            self.differences.append(one)

    def to_json(self) -> dict[str, Any]:
        """For `storage reconcile --json`."""
        return {**vars(self), "differences": [one.to_json() for one in self.differences]}


def reconcile(context: Context, store: str, *, sizes: bool = True, grace: timedelta = GRACE) -> Reconciled:
    """Compares every object of `store` with every copy; `sizes` asks the store for the size of each.

    Objects younger than `grace` that no copy knows are left out.
    """
    found, place = Reconciled(store), context.stores.store(store)
    place.check()
    with _laid_down(context) as there:
        _list(context, place, there, found, grace)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for copies in _copies(context, store):
                found.copies += len(copies)
                _compare(place, there, copies, found, pool if sizes else None)
    return found


def adopt(context: Context, found: Reconciled, who: str) -> int:
    """Takes the orphans of `found` into the catalogue that are still there and still unknown; returns how many.

    The bytes of known files become copies, pictures, films and sound become assets of a shoot of their own.
    """
    made = finding.Found()
    for one in _still_orphans(context, found):
        finding.adopt(context, context.stores.store(one.store), one.key, made, who)
    found.adopted = made.joined + made.assets
    return found.adopted


def remove(context: Context, found: Reconciled, who: str, grace: timedelta = GRACE) -> int:
    """Removes the orphans of `found` that are still there, still unknown and old enough; returns how many.

    Bytes that any file of the catalogue has are no orphans here: they are adopted, never removed. Each removal is an
    event. Raises Conflict while an ingest or a worker is at work, that may be about to rest on what lies there.
    """
    for one in _still_orphans(context, found):
        place = context.stores.store(one.store)
        stat = _stat(place, one.key)
        if stat is None or stat.modified > now() - grace or _needed(context, one.key):
            continue
        _quiet(context)
        place.delete(one.key)
        found.removed += 1
        with context.transaction() as session:
            told = {"store": one.store, "key": one.key, "size": one.size}
            events.record(session, who, "deletion", "store", None, outcome="success", tool="", **told)
    return found.removed


def _quiet(context: Context) -> None:
    """Refuses while anybody may be depositing: bytes that are there already are not stored a second time."""
    ingest = select(Intake.id).where(Intake.ended_at.is_(None), Intake.held_until > now())
    reading = (Job.state == State.RUNNING, Job.held_until > now(), Job.kind.not_in(READING))
    with context.reading() as session:
        busy = session.scalar(ingest.limit(1)) or session.scalar(select(Job.id).where(*reading).limit(1))
    if busy:
        raise Conflict("An ingest or a worker is at work and may need what lies there. Try again when it has ended.")


def _still_orphans(context: Context, found: Reconciled) -> Iterator[Difference]:
    for one in found.differences:
        if one.sort is Sort.ORPHAN:
            with context.reading() as session:
                known = _known(session, one.store, [one.key])
            if not known:
                yield one


def _needed(context: Context, key: str) -> bool:
    with context.reading() as session:
        return session.scalar(select(File.id).where(File.sha256 == key).limit(1)) is not None


def _known(session: Session, store: str, keys: Sequence[str]) -> set[str]:
    # by the files' digests, which are indexed and are the keys of everything that was deposited
    asked = select(Copy.key).join(File, File.id == Copy.file_id).where(File.sha256.in_(keys), Copy.store == store)
    parcels = select(Parcel.key).where(Parcel.key.in_(keys), Parcel.store == store)
    return {*session.scalars(asked), *filter(None, session.scalars(parcels))}


@contextmanager
def _laid_down(context: Context) -> Iterator[sqlite3.Connection]:
    """A table of keys on the disk, for as long as the block runs."""
    context.settings.scratch.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory(dir=context.settings.scratch, prefix="reconcile-") as folder,
        closing(sqlite3.connect(Path(folder) / "keys.sqlite", isolation_level=None)) as there,
    ):
        there.execute("PRAGMA synchronous=OFF")
        there.execute("PRAGMA journal_mode=OFF")
        there.execute("CREATE TABLE object (key TEXT PRIMARY KEY) WITHOUT ROWID")
        yield there


def _list(context: Context, place: Store, there: sqlite3.Connection, found: Reconciled, grace: timedelta) -> None:
    limit = now() - grace
    for batch in place.batches():
        found.objects += len(batch)
        keys = [key for key in batch if not own.is_own(key)]
        found.own += len(batch) - len(keys)
        there.executemany("INSERT OR IGNORE INTO object VALUES (?)", ((key,) for key in keys))
        with context.reading() as session:
            unknown = sorted({*keys} - _known(session, place.name, keys))
        for key in unknown:
            stat = _stat(place, key)
            if stat and stat.modified <= limit:
                sort = Sort.ORPHAN if DIGEST.fullmatch(key) else Sort.FOREIGN
                found.add(Difference(sort, place.name, key, stat.size, stat.modified))


@dataclass(frozen=True, slots=True)
class _Held:
    copy_id: UUID
    key: str
    size: int


def _copies(context: Context, store: str) -> Iterator[list[_Held]]:
    after: UUID | None = None
    asked = select(Copy.id, Copy.key, File.size).join(File, File.id == Copy.file_id)
    asked = asked.where(Copy.store == store, Copy.phase == Phase.HERE).order_by(Copy.id).limit(ROWS)
    while True:
        with context.reading() as session:
            rows = session.execute(asked.where(Copy.id > after) if after else asked).all()
        if not rows:
            return
        after = rows[-1].id
        yield [_Held(*row) for row in rows]


def _compare(
    place: Store, there: sqlite3.Connection, copies: Sequence[_Held], found: Reconciled, pool: ThreadPoolExecutor | None
) -> None:
    marks = ",".join("?" * len(copies))
    asked = there.execute(f"SELECT key FROM object WHERE key IN ({marks})", [one.key for one in copies])  # noqa: S608 # nosec B608 - question marks
    listed = {key for (key,) in asked}
    # what was not listed is asked for by name: it may have come since
    doubtful = [one for one in copies if pool or one.key not in listed]
    look = pool.map if pool else map
    for one, stat in zip(doubtful, look(lambda held: _stat(place, held.key), doubtful), strict=True):
        if stat is None:
            found.add(Difference(Sort.MISSING, place.name, one.key, copy_id=one.copy_id))
        elif stat.size != one.size:
            found.add(Difference(Sort.WRONG_SIZE, place.name, one.key, stat.size, stat.modified, one.copy_id))


def _stat(place: Store, key: str) -> Stat | None:
    try:
        return place.stat(key)
    except NotFound:
        return None
