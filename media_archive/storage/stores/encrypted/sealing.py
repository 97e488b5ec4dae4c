"""How an encrypted object is laid out, and one chunk of it sealed and opened.

    bytes   0 -   7  the mark "MA-SEAL1"
    bytes   8 -  71  name of the key, filled up with zeros
    bytes  72 - 103  salt
    bytes 104 - 119  fingerprint of the key
    bytes 120 - 127  the first bytes of the SHA-256 of all before
    then chunks: AES-256-GCM of 64 KiB each, the last shorter, every one with its tag of 16 bytes

Each object has a key of its own: HKDF-SHA-256 of the secret with the object's salt, bound to the whole header. Chunks
follow the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance, 2015): the nonce is the chunk's number in 11 bytes and one byte that is 1 for the last.
What is changed, swapped, left out or cut off therefore fails to open.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from media_archive.storage.stores.encrypted.keys import Key

MAGIC = b"MA-SEAL1"
HEADER = 128
CHUNK = 64 << 10
TAG = 16
SEALED = CHUNK + TAG


@dataclass(frozen=True)
class Header:
    """What stands before the chunks."""

    key_name: str
    salt: bytes
    fingerprint: bytes

    @classmethod
    def new(cls, key: Key) -> "Header":
        """The header of an object that `key` is to seal."""
        return cls(key.name, os.urandom(32), key.fingerprint)

    @classmethod
    def read(cls, data: bytes) -> "Header | None":
        """None if these bytes are no header, or not an intact one."""
        if len(data) != HEADER or not data.startswith(MAGIC) or _check(data[:120]) != data[120:]:
            return None
        return cls(data[8:72].rstrip(b"\0").decode("ascii", "replace"), data[72:104], data[104:120])

    @property
    def data(self) -> bytes:
        """Its 128 bytes."""
        start = MAGIC + self.key_name.encode().ljust(64, b"\0") + self.salt + self.fingerprint
        return start + _check(start)

    def cipher(self, key: Key) -> AESGCM:
        """What seals and opens the chunks of this one object."""
        return AESGCM(HKDF(SHA256(), 32, self.salt, b"media-archive object" + self.data).derive(key.secret))


class Sealer:
    """Takes bytes as they come and gives the sealed object to `sink`; `finish` closes it."""

    def __init__(self, key: Key, sink: Callable[[memoryview], object]) -> None:
        header = Header.new(key)
        self._cipher, self._sink = header.cipher(key), sink
        self._pending, self._number = bytearray(), 0
        sink(memoryview(header.data))

    def write(self, data: memoryview) -> None:
        self._pending += data
        at = 0
        while len(self._pending) - at > CHUNK:  # a full one may be the last, so one byte more is waited for
            self._seal(self._pending[at : at + CHUNK], last=False)
            at += CHUNK
        del self._pending[:at]

    def finish(self) -> None:
        self._seal(self._pending, last=True)

    def _seal(self, data: bytearray, *, last: bool) -> None:
        self._sink(memoryview(self._cipher.encrypt(nonce(self._number, last), data, None)))
        self._number += 1


def nonce(number: int, last: bool) -> bytes:
    """The nonce of chunk `number`, counted from 0."""
    return number.to_bytes(11, "big") + bytes([last])


def chunks_in(sealed: int) -> int:
    """How many chunks an object of that many bytes has, headers included."""
    return max(1, -(-(sealed - HEADER) // SEALED))


def opened_size(sealed: int) -> int:
    """Bytes inside an object of that many bytes; 0 for what is too short to be one."""
    return max(0, sealed - HEADER - TAG * chunks_in(sealed))


def sealed_size(size: int) -> int:
    """Bytes of an object that holds `size`."""
    return HEADER + size + TAG * max(1, -(-size // CHUNK))


def _check(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()[:8]
