"""Fixity: reading every copy back and comparing it with its file's digest (PREMIS: fixity check).

Pessimism first: `verified_at` of a batch is cleared before its bytes are read and set only after a match, so that
whatever dies in between leaves "unknown", never a false "good". No transaction is open while bytes move.
"""

import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Select, select, update
from sqlalchemy.orm import Session

from media_archive import program
from media_archive.db import now, reading, transaction
from media_archive.errors import ArchiveError, Damaged, NotFound, Unavailable
from media_archive.events.service import record
from media_archive.storage import standing
from media_archive.storage.models import Copy, File, Phase
from media_archive.storage.service import Stores
from media_archive.storage.stores.store import Thaw
from media_archive.words import Message

#: a batch ends with either
BATCH_COPIES = 200
BATCH_BYTES = 2 << 30


def tool() -> str:
    """What computes the digests, for the record."""
    return f"{program()}, SHA-256 of {ssl.OPENSSL_VERSION}"


@dataclass(frozen=True, slots=True)
class Checked:
    """What one copy was found to be. `reason` is None for a good one."""

    copy_id: UUID
    file_id: UUID
    asset_id: UUID
    store: str
    key: str
    sha256: str
    size: int
    name: str
    storage_class: str
    #: what the previous check found wrong
    before: dict[str, Any] | None
    reason: Message | None = None
    #: the store did not answer: the copy is neither good nor bad
    unreachable: bool = False
    #: it lies offline, and was not read: what was known of it still is
    offline: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "sha256": self.sha256,
            "store": self.store,
            "key": self.key,
            "reason": str(self.reason) if self.reason else None,
            "asset_id": str(self.asset_id),
            "name": self.name,
        }


@dataclass
class Report:
    """The sum of a run."""

    checked: int = 0
    bytes: int = 0
    bad: list[Checked] = field(default_factory=list)
    #: copies that could not be looked at, by the reason
    unreachable: dict[str, int] = field(default_factory=dict)
    #: copies that lie offline: to read them they have to be brought back
    offline: int = 0

    @property
    def good(self) -> bool:
        """Whether every copy was read and matched."""
        return not self.bad and not self.unreachable

    def add(self, one: Checked) -> None:
        """Counts one copy."""
        if one.offline:
            self.offline += 1
            return
        if one.unreachable:
            reason = str(one.reason)
            self.unreachable[reason] = self.unreachable.get(reason, 0) + 1
            return
        self.checked += 1
        self.bytes += one.size
        if one.reason:
            self.bad.append(one)

    def to_json(self) -> dict[str, Any]:
        return {
            "checked": self.checked,
            "bytes": self.bytes,
            "bad": [one.to_json() for one in self.bad],
            "unreachable": [{"reason": reason, "copies": count} for reason, count in self.unreachable.items()],
            "offline": self.offline,
        }


def verify(
    bind: Engine,
    stores: Stores,
    *,
    assets: Select[UUID] | None = None,
    store: str | None = None,
    who: str = "system",
    each: Callable[[Checked], None] | None = None,
) -> Report:
    """Reads back every copy, or those of `assets` (a query of their ids) or in one `store`, and records the outcome.

    Memory grows with the number of bad copies only. `each` is told of every copy. A bad copy, and one that was bad
    and is good again, becomes an event of its asset; the run becomes an event of its own.
    """
    report = Report()
    for one in checks(bind, stores, assets=assets, store=store, who=who):
        report.add(one)
        if each:
            each(one)
    conclude(bind, report, [store] if store else stores.names, who)
    return report


def conclude(bind: Engine, report: Report, stores: Sequence[str], who: str) -> None:
    """The event of a run that is over."""
    with transaction(bind) as session:
        record(
            session,
            who,
            "fixity check",
            "store",
            None,
            outcome="success" if report.good else "failure",
            tool=tool(),
            stores=list(stores),
            checked=report.checked,
            bytes=report.bytes,
            bad=len(report.bad),
            unreachable=sum(report.unreachable.values()),
        )


def checks(
    bind: Engine,
    stores: Stores,
    *,
    assets: Select[UUID] | None = None,
    store: str | None = None,
    who: str = "system",
) -> Iterator[Checked]:
    """The work of `verify`, one copy at a time; each outcome is committed before it is yielded."""
    for batch in _batches(bind, assets, store):
        yield from read(bind, stores, batch, who)


def read(bind: Engine, stores: Stores, batch: Sequence[Checked], who: str = "system") -> Iterator[Checked]:
    """Reads back the copies of `batch`; each outcome is committed before it is yielded."""
    troubles = {name: _unreachable(stores, name) for name in {one.store for one in batch}}
    answering = [one for one in batch if troubles[one.store] is None]
    asleep = [one for one in answering if _is_asleep(stores, one)]
    within_reach = [one for one in answering if one not in asleep]
    _forget(bind, within_reach)
    done = [_check(stores, one) for one in within_reach]
    _write(bind, done, who)
    yield from done
    yield from (replace(one, offline=True) for one in asleep)
    yield from (_with(one, trouble, True) for one in batch if (trouble := troubles[one.store]))


def to_check(copy: Copy, file: File) -> Checked:
    """What is to be read back, before it is."""
    return Checked(
        copy_id=copy.id,
        file_id=file.id,
        asset_id=file.asset_id,
        store=copy.store,
        key=copy.key,
        sha256=file.sha256,
        size=file.size,
        name=file.name,
        storage_class=copy.storage_class,
        before=copy.problem,
    )


def _batches(bind: Engine, assets: Select[UUID] | None, store: str | None) -> Iterator[list[Checked]]:
    """The copies in the order of their ids, so that a place in the list is an id and not a count."""
    after: UUID | None = None
    while True:
        batch = _batch(bind, assets, store, after)
        if not batch:
            return
        after = batch[-1].copy_id
        yield batch


def _batch(bind: Engine, assets: Select[UUID] | None, store: str | None, after: UUID | None) -> list[Checked]:
    wanted = select(Copy, File).join(Copy.file).where(Copy.phase == Phase.HERE).order_by(Copy.id).limit(BATCH_COPIES)
    if after is not None:
        wanted = wanted.where(Copy.id > after)
    if store is not None:
        wanted = wanted.where(Copy.store == store)
    if assets is not None:
        wanted = wanted.where(File.asset_id.in_(assets))
    batch: list[Checked] = []
    with reading(bind) as session:
        for copy, file in session.execute(wanted):
            batch.append(to_check(copy, file))
            if sum(one.size for one in batch) >= BATCH_BYTES:
                break
    return batch


def _unreachable(stores: Stores, name: str) -> Message | None:
    try:
        stores.store(name).check()
    except ArchiveError as exc:
        return exc.message
    return None


def _is_asleep(stores: Stores, one: Checked) -> bool:
    """Whether it lies offline and was not brought back: to try to read it would only cost what is known of it."""
    if not standing.is_offline(stores.profile, one.store, one.storage_class):
        return False
    try:
        return stores.store(one.store).stat(one.key).thaw in (Thaw.OFFLINE, Thaw.UNDER_WAY)
    except NotFound:
        return False
    except ArchiveError:
        return True


def _forget(bind: Engine, batch: Sequence[Checked]) -> None:
    if batch:
        with transaction(bind) as session:
            ids = [one.copy_id for one in batch]
            session.execute(update(Copy).where(Copy.id.in_(ids)).values(verified_at=None))


def _check(stores: Stores, one: Checked) -> Checked:
    try:
        found = stores.read_back(one.store, one.key)
    except (NotFound, Damaged) as exc:
        return _with(one, exc.message)
    except Unavailable as exc:
        return _with(one, exc.message, True)
    if found != one.sha256:
        return _with(
            one,
            Message(
                "The copy of {name} in the store {store} no longer matches its digest: it is {found}.",
                {"name": one.name, "store": one.store, "found": found},
            ),
        )
    return one


def _with(one: Checked, reason: Message, unreachable: bool = False) -> Checked:
    return replace(one, reason=reason, unreachable=unreachable)


def _write(bind: Engine, batch: Sequence[Checked], who: str) -> None:
    at = now()
    with transaction(bind) as session:
        for one in batch:
            if one.unreachable:
                continue
            problem = one.reason.to_json() if one.reason else None
            values = {"verified_at": None if problem else at, "audited_at": at, "problem": problem}
            session.execute(update(Copy).where(Copy.id == one.copy_id).values(values))
            if problem or one.before:
                _tell(session, one, who)


def _tell(session: Session, one: Checked, who: str) -> None:
    record(
        session,
        who,
        "fixity check",
        "asset",
        one.asset_id,
        outcome="failure" if one.reason else "success",
        tool=tool(),
        file=str(one.file_id),
        name=one.name,
        store=one.store,
        key=one.key,
        sha256=one.sha256,
        reason=one.reason.to_json() if one.reason else None,
    )
