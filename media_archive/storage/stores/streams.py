"""Moving bytes in chunks, hashed on the way: memory does not grow with the size of what moves."""

import hashlib
import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

from media_archive.errors import Invalid
from media_archive.storage.stores.store import Progress

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: large enough that Python's share of the time is nothing beside SHA-256's
CHUNK = 1 << 20
READ_AHEAD = 128 << 10


def pour(
    source: BinaryIO, sink: Callable[[memoryview], object] | None = None, progress: Progress | None = None
) -> tuple[str, int]:
    """Reads source once to its end, into `sink` if there is one: (SHA-256 in hex, size)."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks(source):
        digest.update(chunk)
        if sink:
            sink(chunk)
        size += len(chunk)
        if progress:
            progress(len(chunk))
    return digest.hexdigest(), size


def chunks(source: BinaryIO) -> Iterator[memoryview]:
    """The bytes of source up to its end; each chunk is good until the next is asked for."""
    readinto: Callable[[memoryview], int | None] | None = getattr(source, "readinto", None)
    if readinto is None:
        while data := source.read(CHUNK):
            yield memoryview(data)
        return
    buffer = memoryview(bytearray(CHUNK))
    while count := readinto(buffer):
        yield buffer[:count]
    if count is None:  # "nothing yet" must not pass for the end
        raise BlockingIOError("the source is not in blocking mode")


def valid_range(start: int, end: int | None) -> None:
    """Raises Invalid unless [start, end) is a range."""
    if start < 0 or (end is not None and end < start):
        raise Invalid("Bytes {start} to {end} are not a range.", start=start, end=str(end))


class Slice(io.RawIOBase):
    """Bytes [start, end) of a file; `explain` turns the file's errors into the archive's."""

    def __init__(self, file: io.FileIO, start: int, end: int | None, explain: Callable[[OSError], Exception]) -> None:
        self._file, self._start, self._at, self._end, self._explain = file, start, start, end, explain
        if start:
            file.seek(start)

    @property
    def whole(self) -> int | None:
        """The file's descriptor where this is all of the file and nothing was read yet."""
        return self._file.fileno() if (self._start, self._at, self._end) == (0, 0, None) else None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        size = self._file.seek(0, io.SEEK_END)
        end = size if self._end is None else min(self._end, size)
        base = {io.SEEK_SET: self._start, io.SEEK_CUR: self._at, io.SEEK_END: max(end, self._start)}[whence]
        self._at = max(base + offset, self._start)
        self._file.seek(self._at)
        return self._at - self._start

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        if self._end is not None:
            view = view[: max(self._end - self._at, 0)]
        try:
            count = self._file.readinto(view) or 0 if view else 0
        except OSError as exc:
            raise self._explain(exc) from exc
        self._at += count
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


def buffered(raw: io.RawIOBase) -> BinaryIO:
    """`raw` with a small read-ahead; large reads go straight through."""
    return cast(BinaryIO, io.BufferedReader(raw, READ_AHEAD))
