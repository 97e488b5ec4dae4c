"""Pictures that are being zoomed into, on disk: bounded, the longest unused go first, shared by all processes of the home."""

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from media_archive.errors import Unavailable
from media_archive.logs import Log
from media_archive.storage.stores import disk

#: how many things can be made at once; what shares a lock waits for the other
LOCKS = 64
#: a use is noted this often at most
NOTED_SECONDS = 60
#: a draft that is older was left by a process that died
FORGOTTEN_SECONDS = 3600
#: between two looks at a lock that somebody else holds
PAUSE = 0.03
DRAFT = ".draft"

log = Log()


class Cache:
    """Files by key; a key is lower-case hex and says everything that its file depends on."""

    def __init__(self, folder: Path, most: int, keep_free: int) -> None:
        self.folder, self.most, self.keep_free = folder, most, keep_free

    def get(self, key: str) -> Path | None:
        """The file under `key`, which counts as used now; None if there is none."""
        path = self._place(key)
        try:
            used = path.stat().st_mtime
        except FileNotFoundError:
            return None
        if time.time() - used > NOTED_SECONDS:
            with contextlib.suppress(FileNotFoundError):
                os.utime(path)
        return path

    def get_or_make(self, key: str, make: Callable[[Path], None], patience: float) -> Path:
        """The file under `key`; `make` writes it to the path that it is given where there is none.

        It is made once, however many ask for it at the same time: the others wait. Unavailable where that takes them
        longer than `patience` seconds. Errors of `make` pass through, and nothing is left of its work.
        """
        if found := self.get(key):
            return found
        with self._locked(key, patience):
            return self.get(key) or self._made(key, make)

    def _made(self, key: str, make: Callable[[Path], None]) -> Path:
        place = self._place(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        disk.room("cache", self.folder, self.keep_free)
        draft = place.with_name(f"{key}-{uuid4().hex}{DRAFT}")
        try:
            make(draft)
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)
        self.trim(keep=place)
        return place

    def trim(self, keep: Path | None = None) -> None:
        """Removes the longest unused until the rest fits the bound; never `keep`, which somebody is waiting for."""
        found = sorted(self._files(), key=lambda one: one[1])
        over = sum(size for _, _, size in found) - self.most
        for path, used, size in found:
            forgotten = path.suffix == DRAFT and time.time() - used > FORGOTTEN_SECONDS
            if forgotten or (over > 0 and path != keep and path.suffix != DRAFT):
                with contextlib.suppress(FileNotFoundError):
                    path.unlink()
                over -= size

    def _files(self) -> Iterator[tuple[Path, float, int]]:
        """Path, moment of last use, and bytes of everything there."""
        for path in self.folder.glob("??/*"):
            with contextlib.suppress(FileNotFoundError):
                facts = path.stat()
                yield path, facts.st_mtime, facts.st_size

    def _place(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.tif"

    @contextmanager
    def _locked(self, key: str, patience: float) -> Iterator[None]:
        """Holds the key's lock against every thread and process; it ends with its holder, whatever happens to that."""
        locks = self.folder / "locks"
        locks.mkdir(parents=True, exist_ok=True)
        handle = os.open(locks / f"{int(key[:8], 16) % LOCKS}", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _take(handle, time.monotonic() + patience)
            yield
        finally:
            os.close(handle)


def _take(handle: int, deadline: float) -> None:
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Unavailable("The picture is still being prepared. Try again in a moment.") from None
            time.sleep(PAUSE)
