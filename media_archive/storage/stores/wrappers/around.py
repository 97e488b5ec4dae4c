"""What all stores around stores have in common."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from media_archive.storage.stores.contents import descriptor
from media_archive.storage.stores.store import Progress, Stat, Store, Stored, Thaw

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class Around:
    """Passes everything on to `inner`. What a wrapper changes, it overrides."""

    def __init__(self, inner: Store) -> None:
        self.inner = inner

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def root(self) -> Path | None:
        return self.inner.root

    def found(self) -> None:
        self.inner.found()

    def check(self, writing: bool = False) -> None:
        self.inner.check(writing)

    def put(self, key: str, source: BinaryIO) -> Stored:
        return self.inner.put(key, source)

    def keep(
        self, source: BinaryIO, *, size: int | None = None, sha256: str | None = None, progress: Progress | None = None
    ) -> Stored:
        return self.inner.keep(source, size=size, sha256=sha256, progress=progress)

    def open(self, key: str, start: int = 0, end: int | None = None) -> BinaryIO:
        return self.inner.open(key, start, end)

    def digest(self, key: str, progress: Progress | None = None) -> str:
        return self.inner.digest(key, progress)

    def stat(self, key: str) -> Stat:
        return self.inner.stat(key)

    def batches(self) -> Iterator[list[str]]:
        return self.inner.batches()

    def reclass(self, key: str, storage_class: str) -> None:
        self.inner.reclass(key, storage_class)

    def restore(self, key: str, days: int) -> Thaw:
        return self.inner.restore(key, days)

    def url(self, key: str, seconds: int, *, name: str, media_type: str) -> str | None:
        return self.inner.url(key, seconds, name=name, media_type=media_type)

    def delete(self, key: str) -> None:
        self.inner.delete(key)

    def set_aside(self, key: str) -> str:
        return self.inner.set_aside(key)

    def path(self, key: str) -> Path | None:
        return self.inner.path(key)

    def sweep(self) -> int:
        return self.inner.sweep()


class Watched(io.RawIOBase):
    """A stream that tells `moved` how many bytes each reading gave."""

    def __init__(self, stream: BinaryIO, moved: Callable[[int], None]) -> None:
        self._stream, self._moved = stream, moved

    @property
    def whole(self) -> int | None:
        """The descriptor of the regular file that this gives all of, if it is one."""
        return descriptor(self._stream)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._stream.seekable()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        readinto = getattr(self._stream, "readinto", None)
        if readinto is None:
            data = self._stream.read(len(view))
            view[: len(data)] = data
            count = len(data)
        else:
            count = int(readinto(view) or 0)
        self._moved(count)
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()


def told(moved: Callable[[int], None], progress: Progress | None) -> Progress:
    """Both in one."""

    def tell(count: int) -> None:
        moved(count)
        if progress:
            progress(count)

    return tell
