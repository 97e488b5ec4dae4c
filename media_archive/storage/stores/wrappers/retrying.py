"""A store that is asked again when it broke off."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import BinaryIO, TypeVar

from media_archive.storage.stores.store import Interrupted, Progress, Stat, Store, Stored, Thaw
from media_archive.storage.stores.wrappers.around import Around

T = TypeVar("T")

TRIES = 4
#: seconds before the second try, doubled for each further one; each wait is a random part of it
FIRST_WAIT, LONGEST_WAIT = 0.5, 20.0


class Budget:
    """How many second tries a process has for all its stores: `most`, and one more every `seconds`.

    A store that is down for good would otherwise hold up every worker for as long as all tries of all files take.
    """

    def __init__(self, most: float = 60, seconds: float = 2) -> None:
        self._most, self._seconds = most, seconds
        self._left, self._at = most, time.monotonic()
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Whether there is one left; it is gone then."""
        with self._lock:
            now = time.monotonic()
            self._left = min(self._most, self._left + (now - self._at) / self._seconds)
            self._at = now
            if self._left < 1:
                return False
            self._left -= 1
            return True


OF_THIS_PROCESS = Budget()


class RetryingStore(Around):
    """Tries again, after a pause that grows, what failed because the store was interrupted; nothing else.

    Sources that cannot be rewound are read once: what fails with them, fails. A stream that was opened takes care
    of itself, and `check` is to answer at once.
    """

    def __init__(
        self,
        inner: Store,
        *,
        tries: int = TRIES,
        budget: Budget = OF_THIS_PROCESS,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(inner)
        self._tries, self._budget, self._wait = tries, budget, wait

    def put(self, key: str, source: BinaryIO) -> Stored:
        return self._from(source, lambda: self.inner.put(key, source))

    def keep(
        self, source: BinaryIO, *, size: int | None = None, sha256: str | None = None, progress: Progress | None = None
    ) -> Stored:
        # what is read a second time is no progress
        heard = iter([progress])
        return self._from(source, lambda: self.inner.keep(source, size=size, sha256=sha256, progress=next(heard, None)))

    def open(self, key: str, start: int = 0, end: int | None = None) -> BinaryIO:
        return self._again(lambda: self.inner.open(key, start, end))

    def digest(self, key: str, progress: Progress | None = None) -> str:
        heard = iter([progress])
        return self._again(lambda: self.inner.digest(key, next(heard, None)))

    def stat(self, key: str) -> Stat:
        return self._again(lambda: self.inner.stat(key))

    def batches(self) -> Iterator[list[str]]:
        return self.inner.batches()  # half a listing cannot be taken up again; each page was tried often enough below

    def reclass(self, key: str, storage_class: str) -> None:
        self._again(lambda: self.inner.reclass(key, storage_class))

    def restore(self, key: str, days: int) -> Thaw:
        return self._again(lambda: self.inner.restore(key, days))

    def _from(self, source: BinaryIO, do: Callable[[], T]) -> T:
        start = _place(source)
        if start is None:
            return do()

        def again() -> T:
            source.seek(start)
            return do()

        return self._again(again)

    def _again(self, do: Callable[[], T]) -> T:
        for attempt in range(self._tries):
            try:
                return do()
            except Interrupted:
                if attempt + 1 == self._tries or not self._budget.take():
                    raise
                longest = min(LONGEST_WAIT, FIRST_WAIT * 2**attempt)
                self._wait(random.uniform(longest / 4, longest))  # noqa: S311 - not a secret
        raise AssertionError("unreachable")


def _place(source: BinaryIO) -> int | None:
    try:
        return source.tell() if source.seekable() else None
    except (AttributeError, OSError, ValueError):
        return None
