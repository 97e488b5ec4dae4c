"""Moving one file: a further copy, another class, a copy that is no longer needed. Each is safe to repeat.

Bytes move while no transaction is open. What dies on the way leaves a row without its object (never an object
without a row), which counts for nothing and which the next attempt finishes.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session, joinedload

from media_archive.context import Context
from media_archive.db import new_id, now
from media_archive.errors import ArchiveError, Conflict, NotFound, Unavailable
from media_archive.events import service as events
from media_archive.placement.moving.confirming import confirm
from media_archive.placement.moving.looks import Look, look, look_alone, sharing, tier_called
from media_archive.placement.releasing import Released, release
from media_archive.storage.models import Copy, File, Phase
from media_archive.storage.profiles.places import Tier
from media_archive.storage.service import Deposited
from media_archive.storage.turns import being_removed, take_turn
from media_archive.words import Message

__all__ = ["Released", "condemn", "confirm", "copy_to", "reclass", "release"]

UNFINISHED = Message("This copy was begun and is not finished yet.")


@dataclass(frozen=True)
class _Reserved:
    """The row of an object that is there already, verified (`there`), that may be (`unknown`), or that is to come."""

    copy_id: UUID
    file: File
    there: bool = False
    unknown: bool = False


def copy_to(context: Context, file_id: UUID, tier: str, who: str) -> UUID:
    """A verified copy of the file in the tier of that name; returns the copy's id.

    The row is written first, then the bytes are copied from a good copy and read back, then the row is marked as
    verified. A rotten copy there is replaced; one that was condemned is wanted again. Raises NotFound (file or tier is
    gone), Damaged (no good source), NoSpace, Unavailable (a store; or the same bytes are just being removed there).
    """
    wanted = tier_called(context.stores.profile, tier)
    with context.transaction() as session:
        reserved = _reserve(session, look_alone(session, context, file_id), wanted)
    if not reserved.there and not (reserved.unknown and confirm(context, reserved.copy_id, who)):
        _bring(context, reserved, wanted.store, who)
    reclass(context, reserved.copy_id, tier, who)
    return reserved.copy_id


def _bring(context: Context, reserved: _Reserved, store: str, who: str) -> None:
    try:
        at = context.stores.replicate(reserved.file, store)
    except ArchiveError:
        _withdraw(context, reserved)
        raise
    with context.transaction() as session:
        certain = _enter(session, reserved, at, who)
    if not certain and not confirm(context, reserved.copy_id, who):
        raise Unavailable(
            "The copy of {name} in the store {store} was removed while it was being made. Try again.",
            name=reserved.file.name,
            store=store,
        )


def _withdraw(context: Context, reserved: _Reserved) -> None:
    """Takes a row back whose object never came; where that cannot be told, it stays for the next attempt."""
    with context.reading() as session:
        copy = session.get(Copy, reserved.copy_id)
    if copy is None or copy.phase != Phase.COMING:
        return
    try:
        context.stores.store(copy.store).stat(copy.key)
    except NotFound:
        with context.transaction() as session:
            session.execute(delete(Copy).where(Copy.id == copy.id, Copy.phase == Phase.COMING))
    except ArchiveError:
        return


def _reserve(session: Session, seen: Look, tier: Tier) -> _Reserved:
    file = seen.file
    if being_removed(session, file.sha256, tier.store):
        raise Unavailable(
            "The bytes of {name} are just being removed from the store {store}. Try again when that is done.",
            name=file.name,
            store=tier.store,
        )
    copy = next((one for one in file.copies if one.store == tier.store), None)
    if copy is None:
        copy = Copy(id=new_id(), store=tier.store, key=file.sha256, phase=Phase.COMING, problem=UNFINISHED.to_json())
        file.copies.append(copy)
    copy.condemned_at = None
    if copy.phase == Phase.COMING:
        copy.class_since = now()
        return _Reserved(copy.id, file)
    if copy.problem:
        return _Reserved(copy.id, file)
    return _Reserved(copy.id, file, there=copy.verified_at is not None, unknown=copy.verified_at is None)


def _enter(session: Session, reserved: _Reserved, at: Deposited, who: str) -> bool:
    """The object is there, so the copy is; returns whether that is certain: its row may have gone while bytes moved."""
    file = reserved.file
    take_turn(session, file.sha256)
    copy = session.get(Copy, reserved.copy_id, populate_existing=True)
    certain = copy is not None and copy.phase != Phase.GOING
    if copy is None:
        copy = Copy(id=reserved.copy_id, file_id=file.id, store=at.store)
        session.add(copy)
    copy.key, copy.storage_class, copy.phase = at.key, at.storage_class, Phase.HERE
    copy.verified_at = at.verified_at if certain else None
    copy.audited_at, copy.problem, copy.class_since = at.verified_at, None, now()
    copy.key_id = at.key_id
    detail: dict[str, Any] = {"stores": [at.store], "files": 1, "file": str(file.id), "class": at.storage_class}
    events.record(session, who, "replication", "asset", file.asset_id, **detail)
    return certain


def reclass(context: Context, copy_id: UUID, tier: str, who: str) -> None:
    """Moves the copy to the class of `tier`, a tier of the same store; nothing happens if it is there already.

    Before it goes offline its bytes are read back: later that costs hours and money. Raises NotFound (copy or tier is
    gone), Conflict (the tier lies elsewhere, the copy is bad, other files need the object where it is), Unavailable (the
    store; or it must be restored first), Invalid (the store has no such class).
    """
    profile = context.stores.profile
    wanted, storage_class = tier_called(profile, tier), profile.class_of(tier_called(profile, tier))
    with context.reading() as session:
        copy = _copy(session, copy_id)
        if copy.store != wanted.store:
            raise Conflict("The tier {tier} is not in the store {store}. Make a new plan.", tier=tier, store=copy.store)
        if copy.storage_class == storage_class:
            return
        _check_company(session, context, copy, tier)
    if not wanted.online and not confirm(context, copy_id, who):
        raise Conflict(
            "The copy of {name} in the store {store} is bad, so it does not go offline. It must be mended first.",
            name=copy.file.name,
            store=copy.store,
        )
    context.stores.store(copy.store).reclass(copy.key, storage_class)
    with context.transaction() as session:
        _reclassed(session, copy, storage_class, who)


def _copy(session: Session, copy_id: UUID) -> Copy:
    copy = session.get(Copy, copy_id, options=[joinedload(Copy.file)])
    if copy is None:
        raise NotFound("There is no copy {id} any more.", id=str(copy_id))
    return copy


def _check_company(session: Session, context: Context, copy: Copy, tier: str) -> None:
    """Other files with the same bytes rest on the same object: it goes only where all of them may lie."""
    for other in sharing(session, copy):
        if not look(session, context, other.file_id).wants(context.stores.profile, tier):
            raise Conflict(
                "The bytes of {name} in the store {store} are also those of {other}, which is not to lie in {tier}.",
                name=copy.file.name,
                store=copy.store,
                other=other.file.name,
                tier=tier,
            )


def _reclassed(session: Session, copy: Copy, storage_class: str, who: str) -> None:
    ids = [copy.id, *(other.id for other in sharing(session, copy))]
    values = {"storage_class": storage_class, "class_since": now(), "readable_until": None}
    session.execute(update(Copy).where(Copy.id.in_(ids)).values(values))
    detail = {"store": copy.store, "file": str(copy.file_id), "from": copy.storage_class, "to": storage_class}
    events.record(session, who, "transfer", "asset", copy.file.asset_id, **detail)


def condemn(session: Session, copy: Copy, who: str) -> None:
    """No rule needs this copy any more: after its rule's grace it may be released. Until then it is whole and counts for
    nothing. Repeating it does not begin the grace anew.
    """
    if copy.condemned_at is None:
        copy.condemned_at = now()
        detail = {"store": copy.store, "file": str(copy.file_id)}
        events.record(session, who, "condemnation", "asset", copy.file.asset_id, **detail)
