"""A store in a folder of a local or mounted disk.

store.toml      whose folder this is: without it the disk is not mounted, or is the wrong one
objects/ab/     objects whose key is a digest that begins with "ab"; others lie in objects/other/
incoming/       drafts, see `drafts`
damaged/        what was set aside
"""

import fcntl
import os
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from media_archive.errors import Conflict, Damaged, Invalid, NotFound, Unavailable
from media_archive.storage.stores.disk import (
    digest_from_medium,
    explain,
    explained,
    make_folder,
    publish,
    room,
    sync_folder,
)
from media_archive.storage.stores.drafts import Draft, Drafts
from media_archive.storage.stores.store import BATCH, STANDARD, Progress, Stat, Stored, Thaw, agreed, valid_key
from media_archive.storage.stores.streams import Slice, buffered, valid_range

MARK = "store.toml"
DIGEST = re.compile(r"[0-9a-f]{64}")


class FolderStore:
    """Objects as read-only files below `root`; deposits leave `keep_free` bytes of the disk free.

    A folder that is not yet a store is refused, since it may be the mount point of an absent disk: `found` makes
    it one. Where `note` is given the first use does, and leaves a note there: from then on, absent is absent.
    """

    def __init__(self, name: str, root: Path, keep_free: int = 0, *, note: Path | None = None) -> None:
        self._name, self._root, self._note = name, root, note
        self._objects = root / "objects"
        self._keep_free = keep_free
        self._drafts = Drafts(name, root / "incoming", keep_free)
        self._marked = False

    @property
    def root(self) -> Path | None:
        return self._root

    @property
    def name(self) -> str:
        return self._name

    def found(self) -> None:
        with explained(self._name, self._root):
            self._root.mkdir(parents=True, exist_ok=True)
            for folder in (self._objects, self._drafts.folder, self._root / "damaged"):
                make_folder(folder)
        if not (self._root / MARK).exists():
            with self._drafts.new() as draft:
                founded = datetime.now(UTC).isoformat(timespec="seconds")
                draft.fill(_text(f'# A store of Media Archive.\nname = "{self._name}"\nfounded = {founded}\n'))
                draft.sync()
                publish(self._name, draft.path, self._root / MARK)
        self._ready()
        if self._note and not self._note.exists():
            with explained(self._name, self._note):
                self._note.parent.mkdir(parents=True, exist_ok=True)
                self._note.touch()
                sync_folder(self._note.parent)

    def check(self, writing: bool = False) -> None:
        self._ready()
        if writing:
            room(self._name, self._root, self._keep_free)
            with self._drafts.new() as draft:
                draft.sync()

    def put(self, key: str, source: BinaryIO) -> Stored:
        place = self._place(key)
        if place.exists():
            raise self._taken(key)
        with self._drafts.new() as draft:
            sha256, size = draft.fill(source)
            draft.sync()
            if not publish(self._name, draft.path, place):
                raise self._taken(key)
        return Stored(key, size, sha256)

    def keep(
        self, source: BinaryIO, *, size: int | None = None, sha256: str | None = None, progress: Progress | None = None
    ) -> Stored:
        self._ready()
        with self._drafts.new() as draft:
            digest, count = draft.fill(source, progress, size)
            agreed((digest, count), size, sha256)
            place = self._place(digest)
            if self._holds(place, digest, count):
                return Stored(digest, count, digest, fresh=False)
            draft.sync()
            if digest_from_medium(self._name, draft.path) != digest:
                raise Damaged(
                    "The disk of the store {store} gave back other bytes than were written to it. Check the disk.",
                    store=self._name,
                )
            return Stored(digest, count, digest, fresh=self._settle(draft, place, digest, count))

    def open(self, key: str, start: int = 0, end: int | None = None) -> BinaryIO:
        valid_range(start, end)
        place = self._place(key)
        with self._present(key, place):
            file = place.open("rb", buffering=0)
        return buffered(Slice(file, start, end, lambda exc: explain(self._name, place, exc)))

    def digest(self, key: str, progress: Progress | None = None) -> str:
        place = self._place(key)
        with self._present(key, place):
            place.stat()
        return digest_from_medium(self._name, place, progress)

    def stat(self, key: str) -> Stat:
        place = self._place(key)
        with self._present(key, place):
            found = place.stat()
        return Stat(found.st_size, STANDARD, datetime.fromtimestamp(found.st_mtime, UTC))

    def batches(self) -> Iterator[list[str]]:
        self._ready()
        batch: list[str] = []
        with explained(self._name, self._objects):
            for shard in sorted(folder for folder in self._objects.iterdir() if folder.is_dir()):
                for entry in os.scandir(shard):
                    batch.append(entry.name)
                    if len(batch) == BATCH:
                        yield batch
                        batch = []
        if batch:
            yield batch

    def reclass(self, key: str, storage_class: str) -> None:
        self.stat(key)
        if storage_class != STANDARD:
            raise Invalid(
                "The store {store} is a folder: it has no storage class {name}. Mend the storage profile.",
                store=self._name,
                name=storage_class,
            )

    def restore(self, key: str, days: int) -> Thaw:
        self.stat(key)
        return Thaw.ONLINE

    def url(self, key: str, seconds: int, *, name: str, media_type: str) -> str | None:
        return None

    def delete(self, key: str) -> None:
        place = self._place(key)
        with self._present(key, place):
            place.unlink()
            sync_folder(place.parent)

    def set_aside(self, key: str) -> str:
        place = self._place(key)
        with self._present(key, place):
            aside = self._link_aside(place)
            place.unlink()
            sync_folder(place.parent)
        return str(aside)

    def path(self, key: str) -> Path | None:
        place = self._place(key)
        return place if place.is_file() else None

    def sweep(self) -> int:
        self._ready()
        return self._drafts.sweep()

    def _place(self, key: str) -> Path:
        self._ready()
        shard = key[:2] if DIGEST.fullmatch(key) else "other"
        return self._objects / shard / valid_key(key)

    def _ready(self) -> None:
        """Raises Unavailable unless the folder is this store's: a mount point without its disk must not fill up."""
        mark = self._root / MARK
        try:
            if self._marked and mark.exists():
                return
            name = tomllib.loads(mark.read_text("utf-8")).get("name")
        except FileNotFoundError:
            self._found_or_refuse()
            return
        except (OSError, ValueError) as exc:
            raise Unavailable(
                "The store {store} does not answer ({path}): {reason}. Check its disk.",
                store=self._name,
                path=str(mark),
                reason=str(exc),
            ) from exc
        if name != self._name:
            raise Unavailable(
                "{path} holds the store {found}, not {store}. Mount the right disk, or mend the storage profile.",
                path=str(self._root),
                found=str(name),
                store=self._name,
            )
        self._marked = True

    def _found_or_refuse(self) -> None:
        if self._note and not self._note.exists():
            self.found()
            return
        raise Unavailable(
            "{path} is not the store {store}. If its disk is not mounted, mount it; if the store is new, run"
            " `media-archive init`.",
            path=str(self._root),
            store=self._name,
        )

    def _holds(self, place: Path, digest: str, size: int) -> bool:
        """Whether the intact bytes lie there, as read now."""
        try:
            with explained(self._name, place):
                if place.stat().st_size != size:
                    return False
            return digest_from_medium(self._name, place) == digest
        except (NotFound, Damaged):
            return False

    def _settle(self, draft: Draft, place: Path, digest: str, size: int) -> bool:
        """Publishes verified bytes; a rotten file in their place is set aside. False if others were faster."""
        if publish(self._name, draft.path, place):
            return True
        with self._alone():
            # looked at again: another writer may have mended it
            if self._holds(place, digest, size):
                return False
            with explained(self._name, place):
                self._link_aside(place)
                draft.path.replace(place)
                sync_folder(place.parent)
        return True

    def _link_aside(self, place: Path) -> Path:
        stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{uuid4().hex[:8]}"
        folder = self._root / "damaged" / stamp
        make_folder(folder.parent)
        make_folder(folder)
        os.link(place, folder / place.name)
        sync_folder(folder)
        return folder / place.name

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time."""
        with explained(self._name, self._root), (self._root / "lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _present(self, key: str, place: Path) -> Iterator[None]:
        try:
            with explained(self._name, place):
                yield
        except NotFound as exc:
            raise NotFound("The store {store} does not hold {key}.", store=self._name, key=key) from exc

    def _taken(self, key: str) -> Conflict:
        return Conflict("The store {store} already holds {key}; nothing was changed.", store=self._name, key=key)


def _text(text: str) -> BinaryIO:
    import io

    return io.BytesIO(text.encode())
