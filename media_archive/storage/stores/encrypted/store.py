"""A store around a store outside the house: what leaves is encrypted, what comes back is proved and opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

from media_archive.errors import Conflict, Damaged, NotFound
from media_archive.storage.stores.contents import Scratch
from media_archive.storage.stores.encrypted.keys import Keys
from media_archive.storage.stores.encrypted.opening import Opened
from media_archive.storage.stores.encrypted.sealing import Sealer, opened_size, sealed_size
from media_archive.storage.stores.store import Progress, Stat, Store, Stored, agreed, comparable, valid_key
from media_archive.storage.stores.streams import buffered, pour, valid_range
from media_archive.storage.stores.wrappers.around import Around

#: what is larger waits in scratch, sealed
HELD = 16 << 20


class EncryptedStore(Around):
    """Seals with the key `key_name`; opens with whichever key of `keys` an object names.

    Objects keep the SHA-256 of their open bytes as their key, and `stat` tells the open size. There is no address and
    no file that anybody else could read.
    """

    def __init__(self, inner: Store, keys: Keys, key_name: str, scratch: Path, keep_free: int = 0) -> None:
        super().__init__(inner)
        self._keys, self._key_name = keys, key_name
        self._scratch = Scratch(inner.name, scratch, keep_free, HELD)

    def check(self, writing: bool = False) -> None:
        self._keys.find(self._key_name)
        self.inner.check(writing)

    def put(self, key: str, source: BinaryIO) -> Stored:
        valid_key(key)
        with self._sealed(source) as (sha256, size, sealed):
            stored = self.inner.put(key, sealed)
        return replace(stored, size=size, sha256=sha256, key_id=self._key_name)

    def keep(
        self, source: BinaryIO, *, size: int | None = None, sha256: str | None = None, progress: Progress | None = None
    ) -> Stored:
        with self._sealed(source, progress, size) as (digest, count, sealed):
            agreed((digest, count), size, sha256)
            there = self._intact(digest)
            if there is None:
                try:
                    self.inner.put(digest, sealed)
                except Conflict:
                    there = self._intact(digest)
                    if there is None:
                        raise
        return there or self._read_back(digest)

    def open(self, key: str, start: int = 0, end: int | None = None) -> BinaryIO:
        valid_range(start, end)
        return buffered(Opened(self.inner, self._keys, valid_key(key), start, end))

    def digest(self, key: str, progress: Progress | None = None) -> str:
        return self._read(key, progress).sha256

    def stat(self, key: str) -> Stat:
        found = self.inner.stat(key)
        return replace(found, size=opened_size(found.size))

    def url(self, key: str, seconds: int, *, name: str, media_type: str) -> str | None:
        valid_key(key)
        return None

    def path(self, key: str) -> Path | None:
        valid_key(key)
        return None

    @contextmanager
    def _sealed(
        self, source: BinaryIO, progress: Progress | None = None, size: int | None = None
    ) -> Iterator[tuple[str, int, BinaryIO]]:
        """(SHA-256 and size of the open bytes, the sealed ones)."""
        key = self._keys.find(self._key_name)
        with self._scratch.spool(0 if size is None else sealed_size(size)) as spool:
            sealer = Sealer(key, spool.write)
            sha256, count = pour(source, sealer.write, progress)
            sealer.finish()
            yield sha256, count, spool.stream()

    def _intact(self, digest: str) -> Stored | None:
        """What lies there, if it opens and is what it should be; anything else there is set aside."""
        try:
            comparable(self.name, digest, self.inner.stat(digest))
            found = self._read(digest)
            if found.sha256 == digest:
                return found
        except NotFound:
            return None
        except Damaged:
            pass
        self.inner.set_aside(digest)
        return None

    def _read_back(self, digest: str) -> Stored:
        try:
            found = self._read(digest)
            if found.sha256 == digest:
                return replace(found, fresh=True)
        except Damaged:
            self.inner.set_aside(digest)
            raise
        self.inner.set_aside(digest)
        raise Damaged("The store {store} gave back other bytes than were sent to it. Check the store.", store=self.name)

    def _read(self, key: str, progress: Progress | None = None) -> Stored:
        with Opened(self.inner, self._keys, valid_key(key), 0, None) as opened:
            sha256, size = pour(cast(BinaryIO, opened), progress=progress)
            key_id = opened.header.key_name if opened.header else None
        return Stored(key, size, sha256, False, self.inner.stat(key).storage_class, key_id)
