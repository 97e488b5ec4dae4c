"""Keeping the index of one machine: following the catalogue, one writer at a time, replaced as a whole when it grew.

The folder holds `current` (JSON: which generation serves, and up to which position it holds the catalogue) and the
generation's own folder. Everything in it can be made again from the catalogue; so it is, where it is lost or damaged.
"""

import fcntl
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.db import new_id
from media_archive.errors import Conflict, Damaged, Unavailable
from media_archive.likeness.index.bands import ENTRY, KEY_BYTES, Index, Neighbour
from media_archive.likeness.index.building import Builder
from media_archive.likeness.models import Fingerprint

Reading = Callable[[], AbstractContextManager[Session]]

BATCH = 50_000
#: the tail is merged when it is longer than a tenth of the rest, within these bounds
SHORTEST_TAIL, LONGEST_TAIL = 20_000, 500_000
#: a generation may be replaced between reading its name and opening it
ATTEMPTS = 3


@dataclass(frozen=True)
class Current:
    """The generation that serves: `count` entries in order, then the tail; `position` is the last of the former."""

    generation: str
    count: int
    position: int


class Keeper:
    """The index in `folder`; cheap to make, opened at the first question."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._open: tuple[Current, Index] | None = None

    def near(self, phash: int, radius: int, most: int) -> list[Neighbour]:
        """See `Index.near`; Unavailable where there is no index yet."""
        return self._index().near(phash, radius, most)

    def count(self) -> int:
        """Entries in order; 0 where there is no index."""
        current = self._current()
        return current.count if current else 0

    # ---- reading ---------------------------------------------------------------------------------------------------

    def _index(self) -> Index:
        with self._lock:
            for attempt in range(ATTEMPTS):
                current = self._current()
                if current is None:
                    break
                if self._open is not None and self._open[0] == current:
                    return self._open[1]
                try:
                    self._open = current, Index(self._folder / current.generation, current.count)
                except Damaged:
                    if attempt == ATTEMPTS - 1:
                        break
                else:
                    return self._open[1]
        raise Unavailable(
            "There is no index of alike pictures on this machine yet. It is made in the background; "
            "`media-archive likeness rebuild` makes it at once."
        )

    def _current(self) -> Current | None:
        try:
            return Current(**json.loads((self._folder / "current").read_text()))
        except (OSError, ValueError, TypeError):
            return None

    # ---- writing ---------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self, *, wait: bool = False) -> Iterator[bool]:
        """Holds the pen; gives False where another process or thread does and `wait` is not set."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
            else:
                yield True

    def follow(self, reading: Reading) -> int:
        """Adds what the catalogue has beyond the index; returns how many entries. Only inside `writing`."""
        current = self._current()
        if current is None or not self._is_whole():
            return self.rebuild(reading)
        tail = self._folder / current.generation / "tail"
        position, there = _last(tail, current.position)
        added = 0
        while entries := _entries(reading, position):
            _append(tail, entries)
            position, added = entries[-1][0], added + len(entries)
            if there + added > _longest_tail(current.count):
                self.rebuild(reading)
                break
        return added

    def rebuild(self, reading: Reading) -> int:
        """Makes the whole index anew from the catalogue and puts it in place of the old one. Only inside `writing`."""
        name = f"generation-{new_id().hex}"
        builder, position = Builder(self._folder / name), 0
        while entries := _entries(reading, position):
            made = _array(entries)
            builder.add(made["phash"], np.ascontiguousarray(made["key"]).view(np.uint8).reshape(-1, KEY_BYTES))
            position = entries[-1][0]
        current = Current(name, builder.finish(), position)
        self._publish(current)
        for old in self._folder.glob("generation-*"):
            if old.name != name:
                shutil.rmtree(old, ignore_errors=True)
        return current.count

    def _is_whole(self) -> bool:
        try:
            self._index()
        except (Unavailable, Conflict):
            return False
        return True

    def _publish(self, current: Current) -> None:
        draft = self._folder / "current.new"
        with draft.open("w") as file:
            json.dump(asdict(current), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / "current")


def _longest_tail(count: int) -> int:
    return min(max(count // 10, SHORTEST_TAIL), LONGEST_TAIL)


def _entries(reading: Reading, after: int) -> list[tuple[int, int, UUID]]:
    """The next entries of the catalogue: position, hash, asset; pictures with nothing to compare are left out."""
    rows = select(Fingerprint.position, Fingerprint.phash, Fingerprint.asset_id)
    wanted = rows.where(Fingerprint.position > after, Fingerprint.comparable).order_by(Fingerprint.position)
    with reading() as session:
        return [(position, phash, asset) for position, phash, asset in session.execute(wanted.limit(BATCH))]


def _array(entries: list[tuple[int, int, UUID]]) -> NDArray[np.void]:
    return np.array([(position, phash & 2**64 - 1, asset.bytes) for position, phash, asset in entries], ENTRY)


def _append(tail: Path, entries: list[tuple[int, int, UUID]]) -> None:
    with tail.open("r+b") as file:
        # a writer that died may have left a part of an entry
        file.seek(file.seek(0, os.SEEK_END) // ENTRY.itemsize * ENTRY.itemsize)
        file.write(_array(entries).tobytes())
        file.flush()
        os.fsync(file.fileno())


def _last(tail: Path, position: int) -> tuple[int, int]:
    """The position of the tail's last entry, or `position`; and how many entries it has."""
    count = tail.stat().st_size // ENTRY.itemsize
    if not count:
        return position, 0
    with tail.open("rb") as file:
        file.seek((count - 1) * ENTRY.itemsize)
        return int(np.frombuffer(file.read(ENTRY.itemsize), ENTRY)["position"][0]), count
