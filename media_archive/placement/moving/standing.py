"""What speaks against removing a copy, apart from the rule itself."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, column, exists, or_, select, table
from sqlalchemy.orm import Session

from media_archive.db import now
from media_archive.jobs.models import Job, State
from media_archive.placement.moving.looks import Look, sharing
from media_archive.storage.models import Copy, Parcel, Phase, Role
from media_archive.storage.profiles import Profile
from media_archive.words import Message

#: another copy that was read and matched within this time need not be read again
RECENT = timedelta(hours=1)
#: a copy that was begun and not finished for so long is nobody's work any more
ABANDONED = timedelta(days=2)
#: queue of the work that moves copies itself
OWN_QUEUE = "upkeep"
# the feature `restoring` rests on this one, so its table is only named here
RESTORES = table("restore_item", column("file_id", Uuid()), column("copy_id", Uuid()), column("state"))
UNDER_WAY = ("asked", "ready")


@dataclass(frozen=True)
class Standing:
    """A copy that is to go, and how things stand with its file."""

    session: Session
    copy: Copy
    seen: Look

    def held(self) -> Message | None:
        """A legal hold keeps every copy."""
        if self.seen.asset.hold is None:
            return None
        reason = str(self.seen.asset.hold.get("reason", ""))
        return Message("A legal hold keeps it: {reason}", {"reason": reason})

    def in_use(self) -> Message | None:
        """Somebody reads it, or waits to."""
        restoring = exists().where(RESTORES.c.copy_id == self.copy.id, RESTORES.c.state.in_(UNDER_WAY))
        if self.session.scalar(select(restoring)):
            return Message("It was brought back from offline storage for somebody who still needs it.")
        working = exists().where(
            Job.target == self.seen.asset.id,
            Job.state == State.RUNNING,
            Job.queue != OWN_QUEUE,
            Job.held_until > now(),
        )
        if self.session.scalar(select(working)):
            return Message("A job is at work on it.")
        return None

    def in_grace(self) -> Message | None:
        """Between the decision and the removal lies the grace of its rule."""
        since = self.copy.condemned_at
        if since is None:
            return Message("Nobody decided that it may go.")
        if since + timedelta(days=self.seen.rule.grace_days) > now():
            return Message("Its grace of {days} days is not over.", {"days": self.seen.rule.grace_days})
        return None


@dataclass(frozen=True)
class Safety:
    """Whether a file is safe without a copy: not for a `reason`; or not to be told before `unsure` are read back."""

    reason: Message | None = None
    unsure: list[UUID] = field(default_factory=list)


def safe_without(profile: Profile, seen: Look, copy: Copy, good: frozenset[UUID]) -> Safety:
    """Whether as many other copies as the rule asks for, at as many sites, are known to be good.

    Known to be good are those in `good`, which were just read, and those that were read within the hour and are online.
    """
    others = [one for one in seen.file.copies if one.id != copy.id and _may_count(profile, one)]
    known = [one for one in others if one.id in good or _is_recent(profile, one)]
    if _enough(profile, seen, known):
        return Safety()
    if not good:
        unread = sorted((one for one in others if one not in known), key=lambda one: _price(profile, one))
        for count in range(1, len(unread) + 1):
            if _enough(profile, seen, [*known, *unread[:count]]):
                return Safety(unsure=[one.id for one in unread[:count]])
    return Safety(too_few(profile, seen))


def enough_marked(profile: Profile, seen: Look, copy: Copy) -> bool:
    """Whether enough other copies carry the mark of a good reading, however old: enough to decide, not to delete."""
    others = [one for one in seen.file.copies if one.id != copy.id and _may_count(profile, one) and one.verified_at]
    return _enough(profile, seen, others)


def too_few(profile: Profile, seen: Look) -> Message:
    """Why a copy must stay that the others do not make up for."""
    return Message(
        "{name} has too few other good copies: {verified} are needed, at {sites} sites.",
        {"name": seen.file.name, "verified": _needed(profile, seen), "sites": seen.rule.sites},
    )


def claimed(session: Session, copy: Copy) -> bool:
    """Whether another file or a parcel rests on the same object."""
    if sharing(session, copy):
        return True
    parcel = exists().where(Parcel.store == copy.store, Parcel.key == copy.key)
    return bool(session.scalar(select(parcel)))


def _may_count(profile: Profile, copy: Copy) -> bool:
    there = copy.phase == Phase.HERE and copy.condemned_at is None and copy.problem is None
    return there and copy.store in profile.stores


def _is_recent(profile: Profile, copy: Copy) -> bool:
    name = profile.tier_at(copy.store, copy.storage_class)
    online = name is None or profile.tiers[name].online
    at = copy.verified_at
    # a mark from the future is one of a clock that was wrong
    return online and at is not None and now() - RECENT <= at <= now()


def _price(profile: Profile, copy: Copy) -> tuple[bool, float]:
    """What reading it costs; what is known to have been good before comes first."""
    name = profile.tier_at(copy.store, copy.storage_class)
    return copy.verified_at is None, profile.tiers[name].retrieval_price if name else 0.0


def _needed(profile: Profile, seen: Look) -> int:
    least = profile.minimum if seen.file.role == Role.ORIGINAL else 1
    return max(seen.rule.verified, least)


def _enough(profile: Profile, seen: Look, copies: list[Copy]) -> bool:
    sites = {profile.site_of(copy.store) for copy in copies}
    return len(copies) >= _needed(profile, seen) and len(sites) >= seen.rule.sites


def due(profile: Profile, moment: datetime) -> ColumnElement[bool]:
    """Copies whose grace may be over by `moment`, or whose removal or making was left unfinished."""
    shortest = min(rule.grace_days for rule in profile.rules)
    over = and_(Copy.condemned_at.is_not(None), Copy.condemned_at <= moment - timedelta(days=shortest))
    forgotten = and_(Copy.phase == Phase.COMING, Copy.class_since <= moment - ABANDONED)
    # one after the other, so that each is looked up in its index
    return or_(over, Copy.phase == Phase.GOING, forgotten)
