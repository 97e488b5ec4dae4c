"""What lies in the store against what the catalogue says, when an archive is made again.

Pessimism: after a rebuild no copy counts as verified until it is read. What is not there is marked, what is there and
in nobody's books is looked at: the bytes of known files become copies, pictures, films and sound become assets of a shoot.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Archive, Kind
from media_archive.catalogue.register import Stored, register
from media_archive.context import Context
from media_archive.db import new_id, now
from media_archive.errors import ArchiveError, NotFound
from media_archive.metadata.formats import FORMATS, Format, recognise_path
from media_archive.storage import own
from media_archive.storage.models import Copy, DeletedFile, File, Parcel, Phase, Role
from media_archive.storage.stores.folder import DIGEST
from media_archive.storage.stores.store import Stat, Store
from media_archive.storage.stores.streams import pour
from media_archive.words import Message

ABSENT = Message("The store {store} does not hold it: so the archive was told when it was made again.")
#: copies that are looked for by name in one go
ROWS = 1000
SHOOT = "重建时找回 Found at the rebuild"


@dataclass
class Found:
    """What came of the look."""

    #: copies whose object is there; not there; there with another size
    present: int = 0
    absent: int = 0
    wrong: int = 0
    #: objects of known files that no copy row knew
    joined: int = 0
    #: objects that became assets of the shoot `SHOOT`
    assets: int = 0
    #: objects that are nothing the archive takes, and stay where they are
    left: int = 0
    #: objects whose files were deleted for good: they stay where they are, and nobody gets them back by a rebuild
    deleted: int = 0


def look(context: Context, name: str, who: str) -> Found:
    """Looks at every object of the store `name` once, a thousand at a time."""
    found, place = Found(), context.stores.store(name)
    missing = Message(ABSENT.template, {"store": name}).to_json()
    with context.transaction() as session:
        session.execute(update(Copy).values(verified_at=None, audited_at=None, readable_until=None))
        session.execute(update(Copy).where(Copy.store == name).values(problem=missing))
        # nobody is at work on them any more: what was being made is to be made, what was to go is there or not
        session.execute(delete(Copy).where(Copy.phase == Phase.COMING, Copy.store != name))
        session.execute(update(Copy).values(phase=Phase.HERE))
    for batch in place.batches():
        keys = [key for key in batch if not own.is_own(key)]
        with context.reading() as session:
            known = _known(session, name, keys)
            strange = _unclaimed(session, name, sorted({*keys} - {one.key for one in known}))
        seen = [(one, stat) for one in known if (stat := _stat(place, one.key))]
        with context.transaction() as session:
            for one, stat in seen:
                _is_there(session, name, one, stat, found)
        for key in strange:
            adopt(context, place, key, found, who)
    _ask_for_the_rest(context, place, missing, found)
    with context.reading() as session:
        bad = select(func.count()).select_from(Copy).where(Copy.store == name, Copy.problem.is_not(None))
        found.absent = (session.scalar(bad) or 0) - found.wrong
    return found


def _ask_for_the_rest(context: Context, place: Store, missing: dict[str, Any], found: Found) -> None:
    """What was not listed is asked for by name: a service may list late what it has."""
    after: UUID | None = None
    asked = _copies(place.name).where(Copy.problem == missing).order_by(Copy.id).limit(ROWS)
    while True:
        with context.reading() as session:
            some = [_Known(*row) for row in session.execute(asked if after is None else asked.where(Copy.id > after))]
        if not some:
            return
        after = some[-1].copy_id
        seen = [(one, stat) for one in some if (stat := _stat(place, one.key))]
        with context.transaction() as session:
            for one, stat in seen:
                _is_there(session, place.name, one, stat, found)


def adopt(context: Context, place: Store, key: str, found: Found, who: str) -> None:
    """Takes in an object that nobody knows: as a copy of the files whose bytes it has, else as an asset of its own.

    What was deleted for good is left alone.
    """
    with context.transaction() as session:
        joined = _join(session, context, place.name, key, found)
        deleted = session.scalar(select(DeletedFile.id).where(DeletedFile.sha256 == key).limit(1))
    if not joined and deleted:
        found.deleted += 1
    elif not joined:
        _take_in(context, place, key, found, who)


@dataclass(frozen=True, slots=True)
class _Known:
    copy_id: UUID
    key: str
    size: int


def _known(session: Session, store: str, keys: Sequence[str]) -> list[_Known]:
    # by the digests, which are indexed: they are the keys of whatever was deposited
    return [_Known(*row) for row in session.execute(_copies(store).where(File.sha256.in_(keys)))]


def _copies(store: str) -> Select[UUID, str, int]:
    return select(Copy.id, Copy.key, File.size).join(File, File.id == Copy.file_id).where(Copy.store == store)


def _stat(place: Store, key: str) -> Stat | None:
    try:
        return place.stat(key)
    except NotFound:
        return None


def _is_there(session: Session, store: str, one: _Known, stat: Stat, found: Found) -> None:
    """Marks the copy; a wrong size is as good as a wrong digest."""
    problem = None
    if stat.size != one.size:
        template = "The copy in the store {store} has {has} bytes instead of {wants}."
        problem = Message(template, {"store": store, "has": stat.size, "wants": one.size}).to_json()
        found.wrong += 1
    else:
        found.present += 1
    values = {"problem": problem, "storage_class": stat.storage_class}
    session.execute(update(Copy).where(Copy.id == one.copy_id).values(values))


def _join(session: Session, context: Context, store: str, key: str, found: Found) -> bool:
    """The object becomes a copy of the files whose bytes it is; False if there are none."""
    files = session.scalars(select(File.id).where(File.sha256 == key)).all()
    sealed = _key_of(context, store)
    session.add_all(Copy(id=new_id(), file_id=file, store=store, key=key, key_id=sealed) for file in files)
    found.joined += len(files)
    return bool(files)


def _key_of(context: Context, store: str) -> str | None:
    """The key that the store encrypts with now: what was put there is likely to be encrypted with it."""
    return context.stores.profile.stores[store].key or None


def _unclaimed(session: Session, store: str, keys: Sequence[str]) -> list[str]:
    parcels = set(session.scalars(select(Parcel.key).where(Parcel.store == store, Parcel.key.in_(keys))))
    return [key for key in keys if key not in parcels]


def _take_in(context: Context, place: Store, key: str, found: Found, who: str) -> None:
    """An asset of its own for an object that nothing tells of, if it is a picture, a film or sound."""
    try:
        with _bytes(context, place, key) as (path, sha256):
            known = recognise_path(path) if DIGEST.fullmatch(key) and sha256 == key else None
            size = path.stat().st_size
    except ArchiveError:
        known, size = None, 0
    if known is None or known.kind == "sidecar":
        found.left += 1
        return
    with context.transaction() as session:
        archive = session.scalars(select(Archive).order_by(Archive.created_at).limit(1)).one()
        shoot = catalogue.open_shoot(session, archive, SHOOT, who=who)
        register(session, shoot, Kind(known.kind), [_stored(context, place.name, key, size, known)], [], who)
    found.assets += 1


def _stored(context: Context, store: str, key: str, size: int, known: Format) -> Stored:
    return Stored(
        role=Role.ORIGINAL,
        name=f"{key[:12]}.{FORMATS[known.name].name}",
        raw_name=None,
        folder="",
        size=size,
        sha256=key,
        fingerprint=None,
        media_type=known.media_type,
        format=known.name,
        modified_at=None,
        store=store,
        key=key,
        verified_at=now(),
        key_id=_key_of(context, store),
    )


@contextmanager
def _bytes(context: Context, place: Store, key: str) -> Iterator[tuple[Path, str]]:
    """The object's bytes in a file, and their digest as read now."""
    if path := place.path(key):
        yield path, place.digest(key)
        return
    scratch = context.settings.scratch
    scratch.mkdir(parents=True, exist_ok=True)
    with place.open(key) as source, tempfile.NamedTemporaryFile(dir=scratch, prefix="found-") as file:
        sha256, _ = pour(source, file.write)
        file.flush()
        yield Path(file.name), sha256
