"""Reading one copy back before something is decided that rests on it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session, joinedload

from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import Damaged, NotFound, Unavailable
from media_archive.events import service as events
from media_archive.jobs import service as jobs
from media_archive.storage.fixity import tool
from media_archive.storage.models import Copy
from media_archive.storage.stores.store import Thaw
from media_archive.words import Message


@dataclass(frozen=True)
class _Found:
    """What was found: good, or bad for a reason."""

    good: bool = False
    reason: Message | None = None


def confirm(context: Context, copy_id: UUID, who: str = "system") -> bool:
    """Whether the copy is good, as read now; one that is offline only needs to be there, and to have been good before.

    Pessimism first: its mark is cleared before its bytes are read. A bad one is marked, told of, and its mending asked for.
    Raises Unavailable where its store does not answer: it stays unknown then.
    """
    with context.reading() as session:
        copy = session.get(Copy, copy_id, options=[joinedload(Copy.file)])
    if copy is None:
        return False
    if not _is_online(context, copy):
        return copy.verified_at is not None and _is_there(context, copy, who)
    with context.transaction() as session:
        session.execute(update(Copy).where(Copy.id == copy_id).values(verified_at=None))
    found = _read(context, copy)
    with context.transaction() as session:
        _write(session, copy, found, who)
    return found.good


def _is_online(context: Context, copy: Copy) -> bool:
    profile = context.stores.profile
    name = profile.tier_at(copy.store, copy.storage_class)
    if name is None or profile.tiers[name].online:
        return True
    return copy.readable_until is not None and copy.readable_until > now()


def _is_there(context: Context, copy: Copy, who: str) -> bool:
    try:
        stat = context.stores.store(copy.store).stat(copy.key)
    except NotFound as exc:
        with context.transaction() as session:
            _write(session, copy, _Found(reason=exc.message), who)
        return False
    return stat.thaw is not Thaw.ONLINE or stat.storage_class == copy.storage_class


def _read(context: Context, copy: Copy) -> _Found:
    try:
        digest = context.stores.read_back(copy.store, copy.key)
    except Unavailable:
        raise
    except (NotFound, Damaged) as exc:
        return _Found(reason=exc.message)
    if digest == copy.file.sha256:
        return _Found(good=True)
    template = "The copy of {name} in the store {store} no longer matches its digest: it is {found}."
    return _Found(reason=Message(template, {"name": copy.file.name, "store": copy.store, "found": digest}))


def _write(session: Session, copy: Copy, found: _Found, who: str) -> None:
    problem = found.reason.to_json() if found.reason else None
    values = {"verified_at": now() if found.good else None, "audited_at": now(), "problem": problem}
    session.execute(update(Copy).where(Copy.id == copy.id).values(values))
    if problem is None and copy.problem is None:
        return
    detail = {"file": str(copy.file_id), "name": copy.file.name, "store": copy.store, "key": copy.key}
    outcome = "failure" if problem else "success"
    events.record(
        session,
        who,
        "fixity check",
        "asset",
        copy.file.asset_id,
        outcome=outcome,
        tool=tool(),
        sha256=copy.file.sha256,
        reason=problem,
        **detail,
    )
    if problem:
        jobs.request(session, "place", copy.file.asset_id, who=who)
