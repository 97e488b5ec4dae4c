"""Objects that no Copy row knows: what a deposit leaves that died before it was registered.

They are reported, never deleted: the ingest that is started again finds the bytes there and uses them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select

from media_archive.db import now, reading
from media_archive.errors import NotFound
from media_archive.storage import own
from media_archive.storage.models import Copy, File, Parcel
from media_archive.storage.service import Stores
from media_archive.storage.stores.store import Store

#: younger ones may be about to be registered
GRACE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Orphan:
    """An object that no Copy row knows."""

    store: str
    key: str
    size: int
    modified: datetime

    def to_json(self) -> dict[str, Any]:
        return {"store": self.store, "key": self.key, "size": self.size, "modified": self.modified.isoformat()}


def orphans(bind: Engine, stores: Stores, *, store: str | None = None, grace: timedelta = GRACE) -> Iterator[Orphan]:
    """Every object, in all stores or one, that no Copy row knows and that is older than `grace`."""
    limit = now() - grace
    for name in [store] if store else stores.names:
        place = stores.store(name)
        for batch in place.batches():
            unknown = {key for key in batch if not own.is_own(key)} - _known(bind, name, batch)
            yield from (found for key in sorted(unknown) if (found := _look(place, key)) and found.modified <= limit)


def _known(bind: Engine, store: str, keys: list[str]) -> set[str]:
    # by the files' digests, which are indexed and are the keys of everything that was deposited
    found = select(Copy.key).join(Copy.file).where(File.sha256.in_(keys), Copy.store == store)
    taken_away = select(Parcel.key).where(Parcel.key.in_(keys), Parcel.store == store)
    with reading(bind) as session:
        return {*session.scalars(found), *filter(None, session.scalars(taken_away))}


def _look(store: Store, key: str) -> Orphan | None:
    try:
        stat = store.stat(key)
    except NotFound:  # deleted meanwhile
        return None
    return Orphan(store.name, key, stat.size, stat.modified)
