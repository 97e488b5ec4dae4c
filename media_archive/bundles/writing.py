"""Writing the whole catalogue into the stores, reading it back, and letting the oldest go."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select

from media_archive.bundles import contents, opening
from media_archive.bundles.packing import Packed, pack, snapshot
from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import ArchiveError, Conflict, Damaged, NotFound
from media_archive.events import service as events
from media_archive.storage import own
from media_archive.storage.models import Bundle
from media_archive.storage.stores.store import Store
from media_archive.words import Message

#: clocks of several machines differ by less
MARGIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a bundle in one store; `problem` is None where it lies there and was read back."""

    store: str
    key: str
    size: int
    removed: int = 0
    problem: Message | None = None

    def to_json(self) -> dict[str, Any]:
        """For `storage bundle --json`."""
        problem = str(self.problem) if self.problem else None
        return {"store": self.store, "key": self.key, "size": self.size, "removed": self.removed, "problem": problem}


def write(context: Context, stores: Sequence[str] | None = None, who: str = "system") -> list[Written]:
    """Writes a bundle into each of `stores`, by default into all that may be written to, and reads it back.

    What one store refuses does not keep the others from theirs; the answer and the history tell. Only where the new
    one was read back do older ones go, beyond the number that is kept.
    """
    names = writable(context) if stores is None else list(stores)
    places = [context.stores.store(name) for name in names]
    with scratch(context) as folder:
        with snapshot(context.engine) as connection:
            about = contents.about(connection, context.settings)
            packed = pack(
                connection, folder / "bundle.zip", contents.tables(), about, whole=True, changed=contents.CHANGED
            )
        done = [_write(context, place, packed) for place in places]
    _enter(context, packed, done, who)
    return done


def writable(context: Context) -> list[str]:
    """The stores that the profile lets be written to."""
    profile = context.stores.profile
    return [name for name in context.stores.names if not profile.stores[name].read_only]


def due(context: Context) -> list[str]:
    """The stores whose last bundle is old, while something has changed since."""
    limit = now() - timedelta(hours=context.settings.bundle_hours)
    if not context.settings.bundle_hours:
        return []
    with snapshot(context.engine) as connection:
        event = contents.last_event(connection)
        found = []
        for name in writable(context):
            row = connection.execute(last(name)).one_or_none()
            if row is None or (_is_old(row.made_at, limit) and row.event_id != event):
                found.append(name)
    return found


def last(store: str) -> Select[datetime, UUID | None, str]:
    """Moment, event and key of the bundle that was written last into a store.

    By its key, which never is before that of another: clocks may be put back.
    """
    good = select(Bundle.made_at, Bundle.event_id, Bundle.key)
    good = good.where(Bundle.store == store, Bundle.problem.is_(None))
    return good.order_by(Bundle.key.desc()).limit(1)


def _is_old(made_at: datetime, limit: datetime) -> bool:
    """What bears a date from the future was made by a clock that was wrong."""
    return made_at <= limit or made_at > now() + MARGIN


@contextmanager
def scratch(context: Context) -> Iterator[Path]:
    """A folder to pack in."""
    context.settings.scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=context.settings.scratch, prefix="bundle-") as folder:
        yield Path(folder)


def put(place: Store, packed: Packed, prefix: str, at: datetime) -> str:
    """Stores what was packed under its own dated key, and reads it back; Damaged if other bytes come back."""
    key = own.dated(prefix, at, packed.sha256)
    with packed.path.open("rb") as source, suppress(Conflict):  # then the same bytes of the same second lie there
        place.put(key, source)
    if place.digest(key) != packed.sha256:
        place.set_aside(key)
        raise Damaged(
            "The store {store} gave back other bytes than were written to it. Check its disk or service.",
            store=place.name,
        )
    return key


def _write(context: Context, place: Store, packed: Packed) -> Written:
    try:
        place.check(writing=True)
        before = opening.keys(place, own.BUNDLE)
        # never before what is there already: the newest is found by its key
        after = own.moment(before[-1]) + timedelta(seconds=1) if before else packed.manifest.made_at
        key = put(place, packed, own.BUNDLE, max(packed.manifest.made_at, after))
        removed = _let_go(place, [*before, key], context.settings.bundles_kept)
    except ArchiveError as exc:
        return Written(place.name, "", packed.size, problem=exc.message)
    return Written(place.name, key, packed.size, removed)


def _let_go(place: Store, there: Sequence[str], kept: int) -> int:
    """Removes bundles beyond the newest `kept`, and what was told before the oldest of those."""
    oldest = own.moment(there[-kept:][0]) - MARGIN
    told = [key for key in opening.keys(place, own.ABOUT) if own.moment(key) < oldest]
    gone = [*there[:-kept], *told]
    for key in gone:
        try:
            place.delete(key)
        except NotFound:
            continue  # somebody else did
    return len(gone)


def _enter(context: Context, packed: Packed, done: Sequence[Written], who: str) -> None:
    told = packed.manifest
    with context.transaction() as session:
        for one in done:
            # what was tried last is all that counts of what failed
            session.execute(delete(Bundle).where(Bundle.store == one.store, Bundle.problem.is_not(None)))
            session.add(
                Bundle(
                    store=one.store,
                    key=one.key,
                    size=packed.size,
                    sha256=packed.sha256,
                    made_at=told.made_at,
                    event_id=told.event_id,
                    assets=told.rows("asset"),
                    files=told.rows("file"),
                    verified_at=None if one.problem else now(),
                    problem=one.problem.to_json() if one.problem else None,
                )
            )
            _forget(session, one.store, context.settings.bundles_kept)
            events.record(
                session,
                who,
                "backup",
                "bundle",
                None,
                outcome="failure" if one.problem else "success",
                store=one.store,
                key=one.key,
                sha256=packed.sha256,
                size=packed.size,
                assets=told.rows("asset"),
                reason=one.problem.to_json() if one.problem else None,
            )


def _forget(session: Any, store: str, kept: int) -> None:
    """The list of bundles is as long as what is kept."""
    session.flush()
    good = (Bundle.store == store, Bundle.problem.is_(None))
    newest = select(Bundle.id).where(*good).order_by(Bundle.key.desc()).limit(kept)
    session.execute(delete(Bundle).where(*good, Bundle.id.not_in(newest)))
