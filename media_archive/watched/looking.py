"""Looking into a watch folder: which files have come to rest, and were not taken in as they are now.

A file rests when its size and date stood still over two looks and the folder's quiet time, and no program of this
machine has it open for writing, as far as that can be known. Files of one name (a RAW and its JPEG, a film and its
sidecar) go together: none is taken before all of them rest.
"""

import errno
import fcntl
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from media_archive.db import now
from media_archive.ingest.find import Candidate, folders
from media_archive.ingest.intake import key_of
from media_archive.watched.models import Sighting, WatchFolder

#: rows named in one statement
TOGETHER = 500
#: files that are still being written by rsync, browsers, and programs that rename what is whole
UNFINISHED = (".part", ".partial", ".crdownload", ".tmp", ".download", ".!ut", ".filepart")


@dataclass(frozen=True)
class Seen:
    """A file as it lies there now."""

    candidate: Candidate
    key: str

    @property
    def together(self) -> tuple[Path, str]:
        """What the files have in common that may be one asset: the folder and the start of the name."""
        return self.candidate.path.parent, self.candidate.path.name.partition(".")[0].casefold()


@dataclass(frozen=True)
class Look:
    """What one look into the folder found."""

    files: int
    #: to be taken in now: keys of paths
    ripe: frozenset[str]
    #: that changed, or have not rested long enough
    waiting: int


def look(root: Path, own: Sequence[Path]) -> list[Seen]:
    """Every file below `root` that may be media; links are not followed."""
    found = (candidate for folder in folders([root], own) for candidate in folder.candidates)
    return [Seen(one, key_of(one.path)) for one in found if not one.path.name.lower().endswith(UNFINISHED)]


def compare(session: Session, folder: WatchFolder, seen: Sequence[Seen], moment: datetime | None = None) -> Look:
    """Notes what was seen, and tells what rests; to be called in a transaction."""
    moment = moment or now()
    before = _sightings(session, folder)
    new: set[str] = set()
    restless: set[tuple[Path, str]] = set()
    changed: list[Seen] = []
    for one in seen:
        sighting = before.get(one.key)
        if sighting is None or (sighting.size, sighting.modified_ns) != (one.candidate.size, one.candidate.modified_ns):
            changed.append(one)
            restless.add(one.together)
        elif sighting.taken_at is None:
            new.add(one.key)
            if moment - sighting.since < timedelta(seconds=folder.quiet_seconds):
                restless.add(one.together)
    # a folder with nothing in it is most often one whose disk is not mounted
    gone = before.keys() - {one.key for one in seen} if seen else set()
    _forget(session, folder, [*gone, *(one.key for one in changed if one.key in before)])
    _note(session, folder, changed, moment)
    return _told(seen, new, restless)


@dataclass(frozen=True)
class _Before:
    size: int
    modified_ns: int
    since: datetime
    taken_at: datetime | None


def _sightings(session: Session, folder: WatchFolder) -> dict[str, _Before]:
    wanted = select(Sighting.path_key, Sighting.size, Sighting.modified_ns, Sighting.since, Sighting.taken_at)
    rows = session.execute(wanted.where(Sighting.folder_id == folder.id))
    return {key: _Before(size, modified, since, taken) for key, size, modified, since, taken in rows}


def _forget(session: Session, folder: WatchFolder, keys: Sequence[str]) -> None:
    for start in range(0, len(keys), TOGETHER):
        some = keys[start : start + TOGETHER]
        session.execute(delete(Sighting).where(Sighting.folder_id == folder.id, Sighting.path_key.in_(some)))


def _note(session: Session, folder: WatchFolder, changed: Sequence[Seen], moment: datetime) -> None:
    session.add_all(
        Sighting(
            folder_id=folder.id,
            path_key=one.key,
            size=one.candidate.size,
            modified_ns=one.candidate.modified_ns,
            since=moment,
        )
        for one in changed
    )


def _told(seen: Sequence[Seen], new: set[str], restless: set[tuple[Path, str]]) -> Look:
    groups: dict[tuple[Path, str], list[Seen]] = defaultdict(list)
    for one in seen:
        groups[one.together].append(one)
    ripe = [
        members
        for together, members in groups.items()
        if together not in restless
        and any(one.key in new for one in members)
        and not any(is_written(one.candidate.path) for one in members)
    ]
    keys = frozenset(one.key for members in ripe for one in members)
    return Look(len(seen), keys, sum(len(groups[one]) for one in restless))


def taken(session: Session, folder: WatchFolder, keys: Iterable[str]) -> None:
    """Notes that these were given to the ingest."""
    some = list(keys)
    for start in range(0, len(some), TOGETHER):
        given = update(Sighting).where(
            Sighting.folder_id == folder.id, Sighting.path_key.in_(some[start : start + TOGETHER])
        )
        session.execute(given.values(taken_at=now()))


def is_written(path: Path) -> bool:
    """Whether a program of this machine has the file open for writing; False where that cannot be known."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        # the system grants a lease for reading only while nobody has it open for writing
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as exc:
        return exc.errno == errno.EAGAIN
    finally:
        os.close(handle)
    return False
