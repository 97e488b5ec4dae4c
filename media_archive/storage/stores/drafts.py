"""Files on their way into a folder store: nobody sees them until they are whole."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from media_archive.storage.stores.disk import explained, room
from media_archive.storage.stores.store import Progress
from media_archive.storage.stores.streams import pour

#: a writer locks its draft at once; this is far longer than it takes between the two
YOUNG_SECONDS = 60
#: where locks do not work, as on some network file systems, age alone decides
OLD_SECONDS = 24 * 3600
READ_ONLY = 0o444
#: bytes between two looks at the space left
LOOK_EVERY = 64 << 20


class Drafts:
    """The folder of a store's unfinished files. A draft is locked by its writer, and a lock dies with its holder."""

    def __init__(self, store: str, folder: Path, keep_free: int) -> None:
        self.store, self.folder, self.keep_free = store, folder, keep_free

    @contextmanager
    def new(self) -> Iterator["Draft"]:
        """An empty draft; removed at the end of the block, whatever was made of it."""
        path = self.folder / f"{os.getpid()}-{uuid4().hex}"
        with explained(self.store, self.folder):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, READ_ONLY)
        try:
            with suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield Draft(self, path, handle)
        finally:
            with suppress(OSError):
                path.unlink(missing_ok=True)
            os.close(handle)

    def sweep(self) -> int:
        """Removes the drafts whose writers are dead; returns how many."""
        with explained(self.store, self.folder):
            found = [Path(entry.path) for entry in os.scandir(self.folder)]
        return sum(_remove_abandoned(draft) for draft in found)


def _remove_abandoned(draft: Path) -> bool:
    with suppress(OSError):
        age = time.time() - draft.stat().st_mtime
        handle = os.open(draft, os.O_RDONLY | os.O_CLOEXEC)
        try:
            if age > YOUNG_SECONDS and (_lockable(handle) or age > OLD_SECONDS):
                draft.unlink()
                return True
        finally:
            os.close(handle)
    return False


def _lockable(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


class Draft:
    """A file being written."""

    def __init__(self, drafts: Drafts, path: Path, handle: int) -> None:
        self.path = path
        self._drafts, self._handle, self._unseen = drafts, handle, 0

    def fill(self, source: BinaryIO, progress: Progress | None = None, size: int | None = None) -> tuple[str, int]:
        """Writes all of source: (SHA-256 in hex, size)."""
        room(self._drafts.store, self._drafts.folder, self._drafts.keep_free, size or 0)
        return pour(source, self._write, progress)

    def sync(self) -> None:
        """Makes the bytes survive a loss of power."""
        with explained(self._drafts.store, self.path):
            os.fsync(self._handle)

    def _write(self, chunk: memoryview) -> None:
        self._unseen += len(chunk)
        if self._unseen > LOOK_EVERY:
            room(self._drafts.store, self._drafts.folder, self._drafts.keep_free)
            # starts writing out what is dirty and drops what is written: a long film must not fill the page cache
            os.posix_fadvise(self._handle, 0, 0, os.POSIX_FADV_DONTNEED)
            self._unseen = 0
        with explained(self._drafts.store, self.path):
            while chunk:
                chunk = chunk[os.write(self._handle, chunk) :]
