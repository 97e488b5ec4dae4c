"""A store that nothing is written to and nothing is removed from."""

from typing import BinaryIO

from media_archive.errors import Unavailable
from media_archive.storage.stores.store import Progress, Stored, valid_key
from media_archive.storage.stores.wrappers.around import Around


class ReadingOnlyStore(Around):
    """Refuses every change as Unavailable; founding and sweeping do nothing."""

    def found(self) -> None:
        return

    def check(self, writing: bool = False) -> None:
        self.inner.check()
        if writing:
            raise self._refusal()

    def put(self, key: str, source: BinaryIO) -> Stored:
        raise self._refusal(key)

    def keep(
        self, source: BinaryIO, *, size: int | None = None, sha256: str | None = None, progress: Progress | None = None
    ) -> Stored:
        raise self._refusal()

    def reclass(self, key: str, storage_class: str) -> None:
        raise self._refusal(key)

    def delete(self, key: str) -> None:
        raise self._refusal(key)

    def set_aside(self, key: str) -> str:
        raise self._refusal(key)

    def sweep(self) -> int:
        return 0

    def _refusal(self, key: str | None = None) -> Unavailable:
        if key is not None:
            valid_key(key)
        return Unavailable(
            "The store {store} is for reading only: nothing was changed. Take read_only out of the storage profile,"
            " or choose another store.",
            store=self.name,
        )
