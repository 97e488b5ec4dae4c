"""A store that tells what it would do and does not do it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from media_archive.errors import Conflict, NotFound
from media_archive.storage.stores.store import Progress, Store, Stored, Thaw, agreed, valid_key
from media_archive.storage.stores.streams import pour
from media_archive.storage.stores.wrappers.around import Around


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was not done. `verb` is the method of Store; `size` is 0 where no bytes would move."""

    verb: str
    store: str
    key: str
    size: int = 0


class DryStore(Around):
    """Reads as `inner` does; every change is refused where `inner` would refuse it, and else told and left undone."""

    def __init__(self, inner: Store, tell: Callable[[Deed], None]) -> None:
        super().__init__(inner)
        self._tell = tell

    def found(self) -> None:
        self._tell(Deed("found", self.name, ""))

    def put(self, key: str, source: BinaryIO) -> Stored:
        if self._size(valid_key(key)) is not None:
            raise Conflict("The store {store} already holds {key}; nothing was changed.", store=self.name, key=key)
        sha256, size = pour(source)
        self._tell(Deed("put", self.name, key, size))
        return Stored(key, size, sha256)

    def keep(
        self, source: BinaryIO, *, size: int | None = None, sha256: str | None = None, progress: Progress | None = None
    ) -> Stored:
        digest, count = pour(source, progress=progress)
        agreed((digest, count), size, sha256)
        fresh = self._size(digest) != count
        if fresh:
            self._tell(Deed("keep", self.name, digest, count))
        return Stored(digest, count, digest, fresh)

    def reclass(self, key: str, storage_class: str) -> None:
        found = self.inner.stat(key)
        if found.storage_class != storage_class:
            self._tell(Deed("reclass", self.name, key, found.size))

    def restore(self, key: str, days: int) -> Thaw:
        found = self.inner.stat(key)
        if found.thaw in (Thaw.OFFLINE, Thaw.READY):
            self._tell(Deed("restore", self.name, key, found.size))
        return found.thaw

    def delete(self, key: str) -> None:
        self._tell(Deed("delete", self.name, key, self.inner.stat(key).size))

    def set_aside(self, key: str) -> str:
        self._tell(Deed("set_aside", self.name, key, self.inner.stat(key).size))
        return key

    def sweep(self) -> int:
        return 0

    def _size(self, key: str) -> int | None:
        try:
            return self.inner.stat(key).size
        except NotFound:
            return None
