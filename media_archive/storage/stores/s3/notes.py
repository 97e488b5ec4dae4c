"""Notes in scratch of uploads under way, by which the next writer takes them up again."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from media_archive.storage.stores.s3.sending import Target


@dataclass(frozen=True)
class Begun:
    """An upload in parts of `length` bytes."""

    upload_id: str
    writer: str
    size: int
    length: int

    @property
    def numbers(self) -> range:
        """The numbers of its parts, from 1."""
        return range(1, -(-self.size // self.length) + 1)

    def span(self, number: int) -> tuple[int, int]:
        """Where part `number` begins, and how many bytes it has."""
        start = (number - 1) * self.length
        return start, min(self.length, self.size - start)


class Note:
    """What is noted of the upload to one key. Without a handle, because another process sends there, it does nothing."""

    def __init__(self, path: Path, handle: int | None) -> None:
        self._path, self._handle = path, handle

    def read(self) -> Begun | None:
        if self._handle is None:
            return None
        text = os.pread(self._handle, 1 << 16, 0)
        try:
            return Begun(**json.loads(text))
        except (ValueError, TypeError):  # empty, or cut by a crash
            return None

    def write(self, begun: Begun) -> None:
        if self._handle is not None:
            with suppress(OSError):  # without a note the upload cannot be taken up again; that is all
                os.ftruncate(self._handle, 0)
                os.pwrite(self._handle, json.dumps(asdict(begun)).encode(), 0)

    def forget(self) -> None:
        if self._handle is not None:
            self._path.unlink(missing_ok=True)


@contextmanager
def note_of(scratch: Path, target: "Target") -> Iterator[Note]:
    """The note of the upload to `target`, which nobody else reads or writes inside the block."""
    place = "\n".join((target.client.meta.endpoint_url, target.bucket, target.key, target.storage_class))
    path = scratch / f"upload-{hashlib.sha256(place.encode()).hexdigest()[:32]}"
    handle = _locked(path)
    try:
        note = Note(path, handle)
        yield note
    finally:
        if handle is not None:
            if note.read() is None:
                note.forget()
            os.close(handle)


def _locked(path: Path) -> int | None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # its last holder may have removed it between our opening and our locking
        if os.fstat(handle).st_nlink:
            return handle
    except OSError:
        pass
    os.close(handle)
    return None
