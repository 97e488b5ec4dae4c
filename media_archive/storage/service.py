"""The stores of an archive: bytes in, bytes out, further copies."""

import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from media_archive.config import Settings
from media_archive.db import now
from media_archive.errors import ArchiveError, Damaged, NotFound, Unavailable
from media_archive.storage import profiles, standing
from media_archive.storage.models import Copy, File, Phase, Role
from media_archive.storage.profiles import Profile
from media_archive.storage.stores import disk
from media_archive.storage.stores.store import Progress, Store, Stored
from media_archive.storage.stores.streams import pour
from media_archive.words import Message


@dataclass(frozen=True, slots=True)
class Deposited:
    """Bytes that were stored and read back. `fresh` is false where the store held them already."""

    sha256: str
    size: int
    store: str
    key: str
    storage_class: str
    verified_at: datetime
    fresh: bool
    #: name of the key that the store encrypted them with; None where they lie open
    key_id: str | None = None


class Stores:
    """The stores of one profile. Knows no database: who registers what was stored is the caller's affair."""

    def __init__(self, settings: Settings, profile: Profile, stores: Mapping[str, Store]) -> None:
        self.settings, self.profile, self._stores = settings, profile, dict(stores)

    @classmethod
    def of(cls, settings: Settings) -> "Stores":
        """The stores of the profile that is set; nothing is connected to yet."""
        profile = profiles.load(settings.storage_profile, settings)
        return cls(settings, profile, profiles.open_stores(profile, settings))

    @property
    def names(self) -> list[str]:
        """Names of the stores, in the profile's order."""
        return list(self._stores)

    def check_edition(self) -> None:
        """Raises Unavailable where the profile was changed since this process read it: what is moved or removed by rules
        goes by those that are in force. Invalid where it holds a mistake now.
        """
        if profiles.load(self.settings.storage_profile, self.settings).edition != self.profile.edition:
            raise Unavailable(
                "The storage profile {profile} was changed since this worker read it. Restart the archive: until then"
                " nothing is moved or removed.",
                profile=self.profile.key,
            )

    def folders(self) -> list[Path]:
        """The folders of those stores that are folders of this machine."""
        return [store.root for store in self._stores.values() if store.root]

    def store(self, name: str) -> Store:
        """The store of that name; raises NotFound if the profile has none."""
        try:
            return self._stores[name]
        except KeyError:
            raise NotFound(
                "The storage profile {profile} has no store {store}. Add it to the profile, or move its copies.",
                profile=self.profile.key,
                store=name,
            ) from None

    def found(self, used: Collection[str] = ()) -> None:
        """Makes every store ready for its first object; safe to repeat. Part of `init`.

        Stores in `used` hold copies already, so they are not founded: where such a one is empty, its disk is not
        mounted, and filling the mount point would hide the loss.
        """
        for name, store in self._stores.items():
            if name not in used:
                store.found()

    def check(self, writing: bool = False) -> dict[str, str | None]:
        """For every store None if it can be read, and written to if that is asked, else the reason."""
        return {name: str(trouble) if trouble else None for name, trouble in self.troubles(writing).items()}

    def troubles(self, writing: bool = False) -> dict[str, Message | None]:
        """The same, to be told in the reader's language."""
        return {name: _trouble(store, writing) for name, store in self._stores.items()}

    def deposit(
        self, source: BinaryIO, role: Role, *, size: int | None = None, progress: Progress | None = None
    ) -> Deposited:
        """Streams source once into the first store for its role and reads it back.

        Raises NoSpace, Unavailable, Damaged (the medium gave back other bytes) or, where `size` is told, Invalid
        (source ended elsewhere); errors of source pass through. Nothing is left behind then.
        """
        name = self.profile.landing(role).store
        return self._deposited(name, self.store(name).keep(source, size=size, progress=progress))

    def digest(self, source: BinaryIO, progress: Progress | None = None) -> str:
        """SHA-256, in hex, of source; stores nothing."""
        return pour(source, progress=progress)[0]

    def open(self, copy_store: str, key: str, start: int = 0, end: int | None = None) -> BinaryIO:
        """Bytes [start, end) of a stored object, clipped to its size."""
        return self.store(copy_store).open(key, start, end)

    def path(self, copy_store: str, key: str) -> Path | None:
        """The object's own file, for reading only, if it has one on this machine."""
        return self.store(copy_store).path(key)

    def read_back(self, store: str, key: str) -> str:
        """SHA-256, in hex, of what the medium holds now; raises NotFound, Damaged (unreadable) or Unavailable."""
        return self.store(store).digest(key)

    def sweep(self) -> int:
        """Removes what writers that died left in the stores; returns how many pieces."""
        return sum(store.sweep() for store in self._stores.values())

    def by_nearness(self, file: File) -> list[Copy]:
        """The file's copies, best to read from first: sound before faulty, online before offline, here before afar.

        None is among them that is not whole yet, or about to go.
        """
        moment = now()

        def rank(copy: Copy) -> tuple[bool, bool, bool]:
            online = standing.can_be_read(self.profile, copy, moment)
            return copy.problem is not None, not online, not self._is_here(copy)

        passing = (Phase.COMING, Phase.GOING)
        within = (copy for copy in file.copies if copy.store in self._stores and copy.phase not in passing)
        return sorted(within, key=rank)

    def readable(self, file: File) -> list[Copy]:
        """The copies of `by_nearness` that can be read now; Offline if every sound one must be asked for first."""
        moment = now()
        copies = self.by_nearness(file)
        ready = [copy for copy in copies if standing.can_be_read(self.profile, copy, moment)]
        if any(copy.problem is None for copy in copies) and not any(copy.problem is None for copy in ready):
            raise standing.refusal(self.profile, file, moment)
        return ready

    def sound(self, file: File) -> list[Copy]:
        """The copies of `readable` that nothing is known against; Damaged if no copy is left."""
        copies = self.by_nearness(file)
        left = [copy for copy in self.readable(file) if copy.problem is None]
        if copies and not left:
            raise Damaged(
                "Every copy of {name} is known to be damaged or missing. `media-archive verify` tells where; "
                "ingest the file again, or have it restored.",
                name=file.name,
            )
        return left

    @contextmanager
    def at_hand(self, file: File) -> Iterator[Path]:
        """A path, for reading only and only inside the block, to the file's bytes.

        The stored file itself where one lies here; else the bytes fetched into scratch, and matched with the
        file's digest. Tries every copy that can be read now; raises what the last one failed with, or Offline if there
        is none. `file.copies` must be loaded.
        """
        trouble = _no_copy(file)
        for copy in self.readable(file):
            try:
                if path := self.path(copy.store, copy.key):
                    break
                fetched = self._fetch(file, copy)
            except ArchiveError as exc:
                trouble = exc
                continue
            with fetched:
                yield Path(fetched.name)
            return
        else:
            raise trouble
        yield path

    def replicate(self, file: File, to_store: str, progress: Progress | None = None) -> Deposited:
        """A further copy of the file in `to_store`, read back; also mends a rotten one there.

        Tries every other copy as the source; what does not match the file's digest is never stored.
        `file.copies` must be loaded.
        """
        target, trouble = self.store(to_store), _no_copy(file)
        for copy in self.readable(file):
            if copy.store == to_store:
                continue
            try:
                source = self.open(copy.store, copy.key)
            except ArchiveError as exc:
                trouble = exc
                continue
            with source:
                try:
                    stored = target.keep(source, size=file.size, sha256=file.sha256, progress=progress)
                except (Damaged, NotFound) as exc:
                    trouble = exc
                    continue
            return self._deposited(to_store, stored)
        raise trouble

    def _deposited(self, store: str, stored: Stored) -> Deposited:
        return Deposited(
            stored.sha256,
            stored.size,
            store,
            stored.key,
            stored.storage_class,
            now(),
            stored.fresh,
            stored.key_id,
        )

    def _is_here(self, copy: Copy) -> bool:
        try:
            return self.path(copy.store, copy.key) is not None
        except ArchiveError:
            return False

    def _fetch(self, file: File, copy: Copy) -> "tempfile._TemporaryFileWrapper[bytes]":
        """The bytes of a copy in a scratch file that vanishes when closed; Damaged if they do not match."""
        scratch = self.settings.scratch
        scratch.mkdir(parents=True, exist_ok=True)
        disk.room("scratch", scratch, self.settings.keep_free, file.size)
        with self.open(copy.store, copy.key) as source:
            fetched = tempfile.NamedTemporaryFile(dir=scratch, prefix="fetched-")  # noqa: SIM115 - closed by the caller
            try:
                sha256, _ = pour(source, fetched.write, None)
                if sha256 != file.sha256:
                    raise Damaged(
                        "The copy of {name} in the store {store} no longer matches its digest. Run"
                        " `media-archive verify`.",
                        name=file.name,
                        store=copy.store,
                    )
                fetched.flush()
            except BaseException:
                fetched.close()
                raise
        return fetched


def _trouble(store: Store, writing: bool) -> Message | None:
    try:
        store.check(writing)
    except ArchiveError as exc:
        return exc.message
    return None


def _no_copy(file: File) -> ArchiveError:
    return Unavailable(
        "No store that is set up holds another copy of {name}. See `media-archive verify`.", name=file.name
    )
