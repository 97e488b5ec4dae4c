"""A store that moves no more than so many bytes a second."""

import threading
import time
from collections.abc import Callable
from typing import BinaryIO, cast

from media_archive.storage.stores.store import Progress, Store, Stored
from media_archive.storage.stores.streams import buffered
from media_archive.storage.stores.wrappers.around import Around, Watched, told


class Pace:
    """Tokens for bytes: `per_second` come in, what was not used in a second is lost.

    Called with what moved or is about to; returns when that much was due. Whoever takes more than there is waits until
    the debt is paid, so that large pieces keep the pace too.
    """

    def __init__(
        self,
        per_second: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._per_second, self._clock, self._wait = per_second, clock, wait
        self._left, self._at = per_second, clock()
        self._lock = threading.Lock()

    def __call__(self, count: int) -> None:
        with self._lock:
            now = self._clock()
            self._left = min(self._per_second, self._left + (now - self._at) * self._per_second) - count
            self._at = now
            owed = -self._left / self._per_second
        if owed > 0:
            self._wait(owed)


class LimitedStore(Around):
    """Everything that is read from or written to `inner` keeps one `pace`."""

    def __init__(self, inner: Store, pace: Pace) -> None:
        super().__init__(inner)
        self._pace = pace

    def put(self, key: str, source: BinaryIO) -> Stored:
        return self.inner.put(key, cast(BinaryIO, Watched(source, self._pace)))

    def keep(
        self, source: BinaryIO, *, size: int | None = None, sha256: str | None = None, progress: Progress | None = None
    ) -> Stored:
        return self.inner.keep(source, size=size, sha256=sha256, progress=told(self._pace, progress))

    def open(self, key: str, start: int = 0, end: int | None = None) -> BinaryIO:
        return buffered(Watched(self.inner.open(key, start, end), self._pace))

    def digest(self, key: str, progress: Progress | None = None) -> str:
        return self.inner.digest(key, told(self._pace, progress))
