"""Removing a copy: the one place where the object of a file is deleted, and only after a second look.

judge -> read back what it rests on -> judge again, mark as going -> delete the object -> delete the row

Whatever dies in between leaves a row that counts for nothing and that the next call takes up again, from the start.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session, joinedload

from media_archive.catalogue.models import Asset
from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import NotFound, Unavailable
from media_archive.events import service as events
from media_archive.jobs import service as jobs
from media_archive.placement.moving.confirming import confirm
from media_archive.placement.moving.looks import look, sharing
from media_archive.placement.moving.standing import ABANDONED, Standing, claimed, safe_without
from media_archive.storage.models import Copy, Phase
from media_archive.storage.profiles import Profile
from media_archive.storage.turns import take_turn
from media_archive.words import Message

#: a look of the caller's own in place of the rule and of the other copies: why it must stay, or None. For files that
#: go for good, where no copy is to remain; holds, restores and shared bytes are looked at in any case
Allowed = Callable[[Session, Asset], Message | None]

GOING = Message("This copy is being removed.")


@dataclass(frozen=True)
class Released:
    """What became of it. `reason` says why it stays; `later` that the reason may pass by itself."""

    gone: bool
    reason: Message | None = None
    later: bool = False


@dataclass(frozen=True)
class _Verdict:
    """`unsure`: copies to be read back before it can be told."""

    stays: Message | None = None
    later: bool = False
    #: a rule wants it again: it is no longer condemned
    wanted: bool = False
    unsure: list[UUID] = field(default_factory=list)


def release(context: Context, copy_id: UUID, who: str, allowed: Allowed | None = None) -> Released:
    """Deletes the copy's object and then its row, if at this moment nothing speaks against it.

    Against it speak: a rule that wants it, a grace that is not over, a hold, a restore or a job that reads it, too few
    other copies at too few sites that were read and matched within the hour (they are read now if they were not). Where
    other files or parcels rest on the same object, only the row goes. Raises Unavailable if a store does not answer.
    """
    with context.reading() as session:
        copy = session.get(Copy, copy_id, options=[joinedload(Copy.file)])
        if copy is None:
            return Released(True)
        sha256 = copy.file.sha256
    empty = copy.phase == Phase.COMING and not _has_object(context, copy)
    with context.reading() as session:
        copy = session.get(Copy, copy_id, options=[joinedload(Copy.file)])
        if copy is None:
            return Released(True)
        verdict = _judge(session, context, copy, allowed, frozenset(), empty)
    good = frozenset(one for one in verdict.unsure if _is_good(context, one, who))
    with context.transaction() as session:
        take_turn(session, sha256)
        copy = session.get(Copy, copy_id, options=[joinedload(Copy.file)], populate_existing=True)
        if copy is None:
            return Released(True)
        verdict = _judge(session, context, copy, allowed, good, empty)
        stays = verdict.stays or (_TOO_FEW if verdict.unsure else None)
        if stays:
            returned = _keep(copy, verdict)
        elif not copy.key or claimed(session, copy):
            _drop(session, copy, who, shared=True)
            return Released(True)
        else:
            copy.phase, copy.verified_at, copy.problem = Phase.GOING, None, GOING.to_json()
    if stays:
        if returned:
            confirm(context, copy_id, who)
        return Released(False, stays, verdict.later or bool(verdict.unsure))
    _remove(context, copy)
    with context.transaction() as session:
        take_turn(session, sha256)
        if there := session.get(Copy, copy_id, options=[joinedload(Copy.file)], populate_existing=True):
            _drop(session, there, who)
    return Released(True)


_TOO_FEW = Message("The other copies could not be read back just now.")


def _has_object(context: Context, copy: Copy) -> bool:
    """Whether anything lies there: who made a copy may have died just before saying that it is whole."""
    try:
        context.stores.store(copy.store).stat(copy.key)
    except NotFound:
        return False
    return True


def _judge(
    session: Session, context: Context, copy: Copy, allowed: Allowed | None, good: frozenset[UUID], empty: bool
) -> _Verdict:
    seen = look(session, context, copy.file_id)
    standing = Standing(session, copy, seen)
    if reason := standing.held():
        return _Verdict(reason)
    if reason := standing.in_use():
        return _Verdict(reason, later=True)
    if allowed is not None:
        return _Verdict(allowed(session, seen.asset))
    return _by_rule(context.stores.profile, standing, good, empty)


def _by_rule(profile: Profile, standing: Standing, good: frozenset[UUID], empty: bool) -> _Verdict:
    copy, seen = standing.copy, standing.seen
    if seen.wants_store(profile, copy.store):
        return _Verdict(
            Message("The rule for {name} wants a copy in {store}.", {"name": copy.file.name, "store": copy.store}),
            wanted=True,
        )
    if copy.phase == Phase.COMING:
        if copy.class_since is not None and copy.class_since > now() - ABANDONED:
            return _Verdict(Message("Somebody may still be making this copy."), later=True)
        if empty:
            return _Verdict()
    elif reason := standing.in_grace():
        return _Verdict(reason, later=copy.condemned_at is not None)
    safe = safe_without(profile, seen, copy, good)
    return _Verdict(safe.reason, later=True, unsure=safe.unsure)


def _is_good(context: Context, copy_id: UUID, who: str) -> bool:
    """Whether it could be read and matched; a store that does not answer vouches for nothing."""
    try:
        return confirm(context, copy_id, who)
    except Unavailable:
        return False


def _keep(copy: Copy, verdict: _Verdict) -> bool:
    """It stays after all; returns whether it was on its way out, so that nobody knows what is left of it."""
    if verdict.wanted:
        copy.condemned_at = None
    if copy.phase != Phase.GOING:
        return False
    copy.phase, copy.problem = Phase.HERE, None
    return True


def _remove(context: Context, copy: Copy) -> None:
    try:
        context.stores.store(copy.store).delete(copy.key)
    except NotFound:
        return  # an earlier attempt came so far, or it was lost before


def _drop(session: Session, copy: Copy, who: str, *, shared: bool = False) -> None:
    """Deletes the row, and tells of it.

    Copies of other files that were entered while the object was going may rest on nothing: they are looked at again.
    """
    others = [] if shared else sharing(session, copy)
    for other in others:
        session.execute(update(Copy).where(Copy.id == other.id).values(verified_at=None))
        jobs.request(session, "place", other.file.asset_id, who=who)
    session.execute(delete(Copy).where(Copy.id == copy.id))
    detail: dict[str, Any] = {
        "file": str(copy.file_id),
        "name": copy.file.name,
        "sha256": copy.file.sha256,
        "store": copy.store,
        "key": copy.key,
        "class": copy.storage_class,
        "bytes_stay": shared,
    }
    events.record(session, who, "deletion", "asset", copy.file.asset_id, **detail)
