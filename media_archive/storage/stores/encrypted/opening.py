"""Reading an encrypted object, or a range of it."""

import io
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from media_archive.errors import Damaged, Unavailable
from media_archive.storage.stores.encrypted.keys import Key, Keys
from media_archive.storage.stores.encrypted.sealing import (
    CHUNK,
    HEADER,
    SEALED,
    TAG,
    Header,
    chunks_in,
    nonce,
    opened_size,
)
from media_archive.storage.stores.store import Store

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class Opened(io.RawIOBase):
    """Bytes [start, end) of what was sealed, clipped to its size. Every chunk is proved before a byte of it is given."""

    _cipher: AESGCM

    def __init__(self, inner: Store, keys: Keys, key: str, start: int, end: int | None) -> None:
        self._inner, self._key = inner, key
        sealed = inner.stat(key).size
        self._chunks = chunks_in(sealed)
        size = opened_size(sealed)
        self._at, self._end = start, size if end is None else min(end, size)
        self._number = start // CHUNK
        self._ready = memoryview(b"")
        self._stream: BinaryIO | None = None
        self.header: Header | None = None
        if self._at >= self._end and (start or size):
            return
        if sealed < HEADER + TAG:
            raise self._damaged()
        self._open(keys)

    def _open(self, keys: Keys) -> None:
        first = HEADER + self._number * SEALED
        until = HEADER + (max(self._end - 1, 0) // CHUNK + 1) * SEALED
        if self._number:
            with self._inner.open(self._key, 0, HEADER) as stream:
                head = stream.read(HEADER)
        self._stream = self._inner.open(self._key, first if self._number else 0, until)
        if not self._number:
            head = self._stream.read(HEADER)
        self.header = Header.read(head)
        if self.header is None:
            raise self._damaged()
        self._cipher = self.header.cipher(self._right_key(keys, self.header))
        if self._end == 0:
            self._next(self._stream)  # of nothing too it must be proved that it is all

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        left = self._end - self._at
        if left <= 0 or self._stream is None:
            return 0
        if not self._ready:
            self._next(self._stream)
            self._ready = self._ready[self._at % CHUNK :]
        view = memoryview(buffer).cast("B")
        count = min(len(view), len(self._ready), left)
        view[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        self._at += count
        return count

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()
        super().close()

    def _next(self, stream: BinaryIO) -> None:
        sealed = stream.read(SEALED)
        last = self._number == self._chunks - 1
        try:
            self._ready = memoryview(self._cipher.decrypt(nonce(self._number, last), sealed, None))
        except (InvalidTag, ValueError) as exc:
            raise self._damaged() from exc
        self._number += 1

    def _right_key(self, keys: Keys, header: Header) -> Key:
        key = keys.find(header.key_name)
        if key.fingerprint != header.fingerprint:
            raise Unavailable(
                "{key} in the store {store} was encrypted with another key than the one that is now called {name}."
                " Put the right key back.",
                key=self._key,
                store=self._inner.name,
                name=key.name,
            )
        return key

    def _damaged(self) -> Damaged:
        return Damaged(
            "{key} in the store {store} is damaged: its encrypted bytes do not prove to be what was written.",
            key=self._key,
            store=self._inner.name,
        )
