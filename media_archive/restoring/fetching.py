"""Asking a store for one object that lies offline, and how far it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from media_archive.errors import ArchiveError, Unavailable
from media_archive.storage.models import Copy
from media_archive.storage.service import Stores
from media_archive.storage.stores.store import Thaw
from media_archive.words import Message

#: stores round the end to whole days
SLACK = timedelta(hours=1)


@dataclass(frozen=True)
class Fetched:
    """How far a store is with one object."""

    thaw: Thaw
    readable_until: datetime | None = None
    #: why it did not go as it should, and whether trying again may help
    problem: Message | None = None
    passing: bool = True


def fetch(stores: Stores, copy: Copy, days: int, until: datetime) -> Fetched:
    """Asks for the copy to be readable for `days`, unless it is under way or can be read until `until`.

    Safe to repeat: the store's own word counts, so that what was asked for before a crash is not asked for again.
    """
    try:
        store = stores.store(copy.store)
        found = store.stat(copy.key)
        soon = found.thaw == Thaw.READY and found.readable_until is not None and found.readable_until < until - SLACK
        if found.thaw == Thaw.OFFLINE or soon:
            store.restore(copy.key, days)
            found = store.stat(copy.key)
    except ArchiveError as exc:
        return Fetched(Thaw.OFFLINE, problem=exc.message, passing=isinstance(exc, Unavailable))
    return Fetched(found.thaw, found.readable_until)
