"""What every store promises. The contract tests hold each backend to these words."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol

from media_archive.errors import Damaged, Invalid, Unavailable

#: called with the number of bytes that were moved since the last call
Progress = Callable[[int], None]

LONGEST_KEY = 255
#: neither a slash nor a control character
PLAIN = re.compile(r"[^/\x00-\x1f\x7f-\x9f]+")
#: most keys in one of `batches`
BATCH = 1000
STANDARD = "STANDARD"


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes that a store now holds. `fresh` is false where it held them already."""

    key: str
    size: int
    sha256: str
    fresh: bool = True
    storage_class: str = STANDARD
    #: name of the key that the store encrypted them with
    key_id: str | None = None


class Interrupted(Unavailable):
    """A store broke off, or has too much to do: trying again soon may help."""


class Thaw(StrEnum):
    """Whether an object can be read."""

    #: it always can
    ONLINE = "online"
    #: it lies in an offline class and was not asked for
    OFFLINE = "offline"
    #: it was asked for and is being brought back
    UNDER_WAY = "under way"
    #: it was brought back, and can be read until `Stat.readable_until`
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Stat:
    """What a store knows of an object without reading it."""

    size: int
    storage_class: str
    modified: datetime
    thaw: Thaw = Thaw.ONLINE
    readable_until: datetime | None = None


class Store(Protocol):
    """A flat set of immutable objects.

    Keys are 1 to 255 bytes of UTF-8 without "/" or control characters, and not "." or "..": others are refused
    as Invalid. An object is visible under its key whole or not at all, whatever dies, and is never overwritten.
    What was stored survives a loss of power once the call has returned. Errors of `source` pass through
    unchanged and leave nothing behind; a full disk is NoSpace, a store that does not answer is Unavailable.
    """

    @property
    def name(self) -> str:
        """The name that Copy rows use."""

    @property
    def root(self) -> Path | None:
        """The folder of this machine that holds everything of this store, if it is one."""

    def found(self) -> None:
        """Make the place ready for its first object; safe to repeat."""

    def check(self, writing: bool = False) -> None:
        """Raise Unavailable if the store cannot be read, or written to if that is asked; say what to do."""

    def put(self, key: str, source: BinaryIO) -> Stored:
        """Store all of source; raise Conflict, and change nothing, if the key exists."""

    def keep(
        self, source: BinaryIO, *, size: int | None = None, sha256: str | None = None, progress: Progress | None = None
    ) -> Stored:
        """Store all of source under its own SHA-256 in hex, having read the bytes back from the medium.

        It lies in the class that the store gives to deposits: one that can be read at once.

        Reads source once, or twice where that is cheap: a file of this machine. Raises Invalid if it ends before or
        after `size` bytes, Damaged if its digest is not `sha256`, or if the medium gives back other bytes than it was
        given. Bytes that are there already are read and kept if intact; if rotten they are set aside and replaced. Invalid
        where those that are there lie offline, so that nobody can tell.
        """

    def open(self, key: str, start: int = 0, end: int | None = None) -> BinaryIO:
        """Bytes [start, end) of an object, clipped to its size; raise NotFound if it is not there."""

    def digest(self, key: str, progress: Progress | None = None) -> str:
        """SHA-256 in hex of what the medium, not a cache, holds now; raise NotFound or Damaged (unreadable)."""

    def stat(self, key: str) -> Stat:
        """Size, class and age of an object; raise NotFound if it is not there."""

    def batches(self) -> Iterator[list[str]]:
        """Every key once, in batches of at most 1000, in no promised order."""

    def reclass(self, key: str, storage_class: str) -> None:
        """Move an object to another class of the store, whole or not at all; nothing happens if it is there already.

        Raise Invalid if the store has no such class, Unavailable if the object must be restored first.
        """

    def restore(self, key: str, days: int) -> Thaw:
        """Ask for an offline object to be readable for `days`; safe to repeat, which prolongs a ready one.

        Returns how far it is: READY or UNDER_WAY, or ONLINE where there was nothing to ask for.
        """

    def url(self, key: str, seconds: int, *, name: str, media_type: str) -> str | None:
        """An address that anybody may read the object at for `seconds`, saved as `name`; None if there is no such way."""

    def delete(self, key: str) -> None:
        """Remove an object for good; raise NotFound if it is not there."""

    def set_aside(self, key: str) -> str:
        """Take a rotten object out of sight but keep its bytes; returns where they lie now."""

    def path(self, key: str) -> Path | None:
        """The object's own file if it has one on this machine; reading only."""

    def sweep(self) -> int:
        """Remove what writers that died left behind; returns how many pieces."""


def valid_key(key: str) -> str:
    """`key` if it follows the rule of `Store`; raises Invalid otherwise."""
    try:
        length = len(key.encode())
    except UnicodeEncodeError:
        length = 0
    if not 1 <= length <= LONGEST_KEY or key in (".", "..") or not PLAIN.fullmatch(key):
        raise Invalid(
            "{key} cannot be a key of a store: use 1 to {longest} bytes of text without a slash.",
            key=repr(key),
            longest=LONGEST_KEY,
        )
    return key


def comparable(store: str, key: str, found: Stat) -> Stat:
    """`found` if what lies there can be read now, to compare it with what is to be kept; raises Invalid otherwise."""
    if found.thaw in (Thaw.ONLINE, Thaw.READY):
        return found
    raise Invalid(
        "The store {store} holds these bytes ({key}) in its class {storage_class}, where they cannot be compared. Have them"
        " brought back first, then try again.",
        store=store,
        key=key,
        storage_class=found.storage_class,
    )


def agreed(got: tuple[str, int], size: int | None, sha256: str | None) -> None:
    """Raises if the digest and size that came are not those that were promised."""
    if sha256 is not None and got[0] != sha256:
        raise Damaged("The source has the digest {got} instead of {sha256}: it is damaged.", got=got[0], sha256=sha256)
    if size is not None and got[1] != size:
        raise Invalid(
            "The source gave {got} bytes instead of {size}: it changed or broke off while it was read. Try again.",
            got=got[1],
            size=size,
        )
