"""The bytes of one upload on the disk where it arrives: added at the end, safe before they are acknowledged.

How much has come is the length of the file, and nothing else, so that no crash can make two records disagree. Bytes
that came with a checksum count only once it has matched: until then a note beside the file says where they began.
"""

import fcntl
import hashlib
import os
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from media_archive.errors import Busy, Conflict, Invalid, Mismatched, NotFound, TooLarge
from media_archive.storage.stores import disk

BLOCK = 1 << 20
#: seconds that a request waits for the one before it to let go: its connection may have broken off
PATIENCE = 3.0
STEP = 0.05
#: what errors of the disk call this place
PLACE = "incoming"
Read = Callable[[int], bytes]


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


class _Crc32:
    """CRC-32 in the shape of hashlib's digests, big-endian."""

    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes, /) -> None:
        self._value = zlib.crc32(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4, "big")


#: the checksums that the protocol's clients may send
ALGORITHMS: dict[str, Callable[[], Any]] = {
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
    "sha512": hashlib.sha512,
    "crc32": _Crc32,
}


@dataclass(frozen=True)
class Checksum:
    """What the bytes of one request must have."""

    algorithm: str
    digest: bytes

    def __post_init__(self) -> None:
        if self.algorithm not in ALGORITHMS:
            raise Invalid(
                "The checksum {algorithm} is not known here. Known: {known}.",
                algorithm=self.algorithm[:32],
                known=", ".join(ALGORITHMS),
            )


def length(file: Path) -> int:
    """How many bytes have come and would survive a loss of power; Busy while others are being added."""
    if not file.exists():
        return 0
    with _locked(file) as handle:
        os.fdatasync(handle)
        return os.fstat(handle).st_size


def append(file: Path, at: int, size: int | None, read: Read, checksum: Checksum | None = None) -> int:
    """Adds all that `read(n)` gives behind byte `at`; returns the new length, which survives a loss of power.

    Raises Conflict where `at` is not the end, Busy while others are being added, TooLarge beyond `size`, Mismatched
    where the checksum does not fit, and NoSpace; what had come before stays as it was.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with disk.explained(PLACE, file), _locked(file) as handle:
        there = os.fstat(handle).st_size
        if at != there:
            raise Conflict(
                "The upload has {there} bytes, and these are to begin at {at}. Ask how far it is, and go on from there.",
                there=there,
                at=at,
            )
        if checksum is None:
            return _pour(handle, file, there, size, read, None)
        return _checked(handle, file, there, size, read, checksum)


def _checked(handle: int, file: Path, there: int, size: int | None, read: Read, checksum: Checksum) -> int:
    note = _note(file)
    with note.open("w") as told:
        told.write(str(there))
        told.flush()
        os.fsync(told.fileno())
    disk.sync_folder(file.parent)
    digest = ALGORITHMS[checksum.algorithm]()
    try:
        new = _pour(handle, file, there, size, read, digest)
        if digest.digest() != checksum.digest:
            raise Mismatched("The bytes that came do not have the checksum that was sent with them. Send them again.")
    except BaseException:
        os.ftruncate(handle, there)
        os.fsync(handle)
        note.unlink()
        raise
    note.unlink()
    disk.sync_folder(file.parent)
    return new


def _pour(handle: int, file: Path, there: int, size: int | None, read: Read, digest: _Digest | None) -> int:
    new = there
    try:
        while block := read(BLOCK):
            if size is not None and new + len(block) > size:
                raise TooLarge("More bytes came than the upload has. Its length was told as {size}.", size=size)
            if digest:
                digest.update(block)
            _write(handle, block)
            new += len(block)
    finally:
        # what came before a broken connection, too, is told when it is asked for
        os.fdatasync(handle)
        if not there:
            disk.sync_folder(file.parent)
    return new


def _write(handle: int, block: bytes) -> None:
    view = memoryview(block)
    while view:
        view = view[os.write(handle, view) :]


def remove(file: Path) -> None:
    """Removes what came; Busy while more is being added."""
    if not file.exists():
        return
    with disk.explained(PLACE, file), _locked(file):
        file.unlink()
        _note(file).unlink(missing_ok=True)


def _note(file: Path) -> Path:
    return file.with_name(f"{file.name}.from")


@contextmanager
def _locked(file: Path) -> Iterator[int]:
    """The file, for this request alone among those of all processes; its position is the end."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    try:
        _wait(handle)
        if not os.fstat(handle).st_nlink:
            raise NotFound("This upload was ended meanwhile. Begin it anew.")
        _forget_unchecked(handle, file)
        yield handle
    finally:
        os.close(handle)


def _wait(handle: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise Busy("Bytes of this upload are just coming in by another connection. Try again.") from None
            time.sleep(STEP)


def _forget_unchecked(handle: int, file: Path) -> None:
    """Whoever added these bytes died before their checksum was looked at."""
    note = _note(file)
    try:
        began = int(note.read_text())
    except (FileNotFoundError, ValueError):
        return
    os.ftruncate(handle, began)
    os.fsync(handle)
    note.unlink(missing_ok=True)
