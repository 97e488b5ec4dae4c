"""A store that counts what it is asked for."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import BinaryIO

from media_archive.storage.stores.store import Progress, Stat, Stored, Thaw
from media_archive.storage.stores.streams import buffered
from media_archive.storage.stores.wrappers.around import Around, Watched, told


@dataclass(slots=True)
class Tally:
    """One operation of one store, since this process began."""

    times: int = 0
    errors: int = 0
    seconds: float = 0
    bytes: int = 0


_tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
_lock = threading.Lock()


def tallies() -> dict[tuple[str, str], Tally]:
    """(store, operation) -> what this process did so far."""
    with _lock:
        return {key: replace(tally) for key, tally in _tallies.items()}


class MeasuredStore(Around):
    """Adds to the `tallies` of the process what `inner` does: operations, failures, seconds, bytes."""

    def put(self, key: str, source: BinaryIO) -> Stored:
        with self._timed("put"):
            stored = self.inner.put(key, source)
        self._moved("put", stored.size)
        return stored

    def keep(
        self, source: BinaryIO, *, size: int | None = None, sha256: str | None = None, progress: Progress | None = None
    ) -> Stored:
        with self._timed("keep"):
            stored = self.inner.keep(source, size=size, sha256=sha256, progress=progress)
        self._moved("keep", stored.size if stored.fresh else 0)
        return stored

    def open(self, key: str, start: int = 0, end: int | None = None) -> BinaryIO:
        with self._timed("open"):
            stream = self.inner.open(key, start, end)
        return buffered(Watched(stream, lambda count: self._moved("open", count)))

    def digest(self, key: str, progress: Progress | None = None) -> str:
        with self._timed("digest"):
            return self.inner.digest(key, told(lambda count: self._moved("digest", count), progress))

    def stat(self, key: str) -> Stat:
        with self._timed("stat"):
            return self.inner.stat(key)

    def reclass(self, key: str, storage_class: str) -> None:
        with self._timed("reclass"):
            self.inner.reclass(key, storage_class)

    def restore(self, key: str, days: int) -> Thaw:
        with self._timed("restore"):
            return self.inner.restore(key, days)

    def delete(self, key: str) -> None:
        with self._timed("delete"):
            self.inner.delete(key)

    def set_aside(self, key: str) -> str:
        with self._timed("set_aside"):
            return self.inner.set_aside(key)

    @contextmanager
    def _timed(self, operation: str) -> Iterator[None]:
        began, failed = time.monotonic(), 1
        try:
            yield
            failed = 0
        finally:
            seconds = time.monotonic() - began
            with _lock:
                tally = _tallies[self.name, operation]
                tally.times += 1
                tally.errors += failed
                tally.seconds += seconds

    def _moved(self, operation: str, count: int) -> None:
        with _lock:
            _tallies[self.name, operation].bytes += count
