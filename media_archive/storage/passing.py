"""Passing objects: what one worker leaves in a store for another, perhaps on another machine, until both are done.

They are no files of the archive: no Copy row knows them, and whoever put them there removes them. Each has a name of
its own, so that removing one never takes away bytes that something else rests on.
"""

from pathlib import Path
from uuid import UUID

from media_archive.errors import Conflict, Damaged, NotFound
from media_archive.storage import own
from media_archive.storage.models import Role
from media_archive.storage.service import Stores
from media_archive.storage.stores.streams import pour


def place(stores: Stores) -> str:
    """The store where passing objects are left: the first for renditions."""
    return stores.profile.landing(Role.RENDITION).store


def put(stores: Stores, name: UUID, path: Path) -> tuple[str, str]:
    """Leaves the bytes at `path` under `name`; in which store, and their SHA-256 in hex.

    What a worker that died had left under that name is replaced.
    """
    store = place(stores)
    remove(stores, store, name)
    with path.open("rb") as file:
        try:
            return store, stores.store(store).put(_key(name), file).sha256
        except Conflict:  # another worker is at the same work: what it left is as good
            return store, stores.store(store).digest(_key(name))


def fetch(stores: Stores, store: str, name: UUID, sha256: str, target: Path) -> None:
    """Writes the bytes under `name` to `target`; NotFound, or Damaged if they are not those that were left."""
    with stores.open(store, _key(name)) as source, target.open("wb") as file:
        digest, _ = pour(source, file.write, None)
    if digest != sha256:
        raise Damaged("A piece of a film in the store {store} does not match its digest.", store=store)


def remove(stores: Stores, store: str, name: UUID) -> None:
    """Removes what lies under `name`, if anything does."""
    try:
        stores.store(store).delete(_key(name))
    except NotFound:
        return


def _key(name: UUID) -> str:
    return f"{own.PASSING}{name}"
