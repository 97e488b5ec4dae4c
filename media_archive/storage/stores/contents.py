"""All the bytes of a source, hashed, where they can be read again at any place and by several threads at once."""

import io
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast, runtime_checkable

from media_archive.errors import Invalid
from media_archive.storage.stores import disk
from media_archive.storage.stores.store import Progress
from media_archive.storage.stores.streams import pour


@runtime_checkable
class Whole(Protocol):
    """A stream that knows whether it is all of a file."""

    @property
    def whole(self) -> int | None:
        """The descriptor of that file, where nothing was read yet."""


@dataclass(frozen=True)
class Contents:
    """Bytes whose digest is known. `read(start, count)` gives exactly so many of them."""

    sha256: str
    size: int
    read: Callable[[int, int], bytes]
    #: raises Invalid if they are no longer those that were hashed
    check: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Scratch:
    """Where what does not fit into `held` bytes of memory is laid down."""

    store: str
    folder: Path
    keep_free: int
    held: int

    @contextmanager
    def contents(
        self, source: BinaryIO, progress: Progress | None = None, size: int | None = None
    ) -> Iterator[Contents]:
        """Reads source to its end. A large file is left where it lies and read there again."""
        handle = descriptor(source)
        if handle is not None and os.fstat(handle).st_size > self.held:
            before = _state(handle)
            digest, count = pour(source, progress=progress)
            yield Contents(digest, count, lambda at, many: _exactly(handle, at, many), lambda: _same(handle, before))
            return
        with self.spool(size or 0) as spool:
            digest, count = pour(source, spool.write, progress)
            yield Contents(digest, count, spool.read)

    @contextmanager
    def spool(self, expected: int = 0) -> "Iterator[Spool]":
        """Somewhere to lay down about so many bytes until the end of the block."""
        with ExitStack() as opened:
            yield Spool(self, opened, expected)

    def room(self, needed: int = 0) -> None:
        """Raises NoSpace if the scratch folder has no room for so many bytes."""
        with disk.explained(self.store, self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        disk.room(f"{self.store} (scratch)", self.folder, self.keep_free, needed)


class Spool:
    """Bytes on their way, in memory while they are few, then in a nameless file: the system removes it even if this
    process is killed."""

    def __init__(self, scratch: Scratch, opened: ExitStack, expected: int) -> None:
        self._scratch, self._opened, self._expected = scratch, opened, expected
        self._held = bytearray()
        self._file: io.FileIO | None = None
        if expected > scratch.held:
            self._file = self._spill()

    def write(self, chunk: memoryview) -> None:
        if self._file is None and len(self._held) + len(chunk) <= self._scratch.held:
            self._held += chunk
            return
        if self._file is None:
            self._file = self._spill()
            held, self._held = self._held, bytearray()
            self._into(self._file, memoryview(held))
        self._into(self._file, chunk)

    def read(self, start: int, count: int) -> bytes:
        if self._file is None:
            return bytes(self._held[start : start + count])
        with disk.explained(f"{self._scratch.store} (scratch)", self._scratch.folder):
            return _exactly(self._file.fileno(), start, count)

    def stream(self) -> BinaryIO:
        """All of them, from the start."""
        if self._file is None:
            return io.BytesIO(self._held)
        self._file.seek(0)
        return cast(BinaryIO, self._file)

    def _spill(self) -> io.FileIO:
        self._scratch.room(self._expected)
        with disk.explained(f"{self._scratch.store} (scratch)", self._scratch.folder):
            file = tempfile.TemporaryFile(dir=self._scratch.folder, buffering=0)  # noqa: SIM115 - closed by the stack
            return self._opened.enter_context(file)

    def _into(self, file: io.FileIO, chunk: memoryview) -> None:
        with disk.explained(f"{self._scratch.store} (scratch)", self._scratch.folder):
            while chunk:
                chunk = chunk[file.write(chunk) :]


def descriptor(source: BinaryIO) -> int | None:
    """The descriptor of the regular file that source gives all of, from its start; None if it is anything else."""
    raw = getattr(source, "raw", source)
    if isinstance(raw, Whole):
        return raw.whole
    if type(raw) is not io.FileIO:
        return None
    try:
        handle = raw.fileno()
        at_start = source.tell() == 0
    except (OSError, ValueError):
        return None
    return handle if at_start and stat.S_ISREG(os.fstat(handle).st_mode) else None


def _state(handle: int) -> tuple[int, int]:
    found = os.fstat(handle)
    return found.st_size, found.st_mtime_ns


def _same(handle: int, before: tuple[int, int]) -> None:
    if _state(handle) != before:
        raise Invalid("The source changed while it was being stored. Try again when nothing writes to it.")


def _exactly(handle: int, start: int, count: int) -> bytes:
    data = os.pread(handle, count, start)
    while len(data) < count:
        more = os.pread(handle, count - len(data), start + len(data))
        if not more:
            raise Invalid("The source changed while it was being stored. Try again when nothing writes to it.")
        data += more
    return data
