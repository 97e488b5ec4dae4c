"""Whether the originals of assets can be read now, for any number of assets at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from media_archive.restoring.models import RestoreItem, RestoreState
from media_archive.storage import standing
from media_archive.storage.models import Copy, File, Phase, Role
from media_archive.storage.profiles.shape import Profile
from media_archive.storage.standing import ONLINE, Standing
from media_archive.storage.stores.store import Thaw

#: what is brought back with an original
ROLES = (Role.ORIGINAL, Role.SIDECAR)
#: states of items that are not over
LIVE = (RestoreState.WAITING, RestoreState.ASKED)
#: the worst comes first: what one part of an asset lacks, the asset lacks
WORST = (Thaw.OFFLINE, Thaw.UNDER_WAY, Thaw.READY, Thaw.ONLINE)
Ids = Select[UUID] | Sequence[UUID]
#: no pause between two looks at what is being brought back is longer
LONGEST_WAIT = timedelta(days=14)


@dataclass
class Held:
    """A file that no copy holds online."""

    file_id: UUID
    asset_id: UUID
    role: str
    size: int
    standing: Standing = ONLINE
    #: id, store and class of its copies, and until when each can be read
    copies: list[tuple[UUID, str, str, datetime | None]] = field(default_factory=list)
    #: the copy that is the best to bring back
    copy_id: UUID | None = None


def is_due(moment: datetime) -> ColumnElement[bool]:
    """Items to be looked at at `moment`; a pause that is longer than any is due too: the clock was put back since."""
    due = or_(RestoreItem.look_at <= moment, RestoreItem.look_at > moment + LONGEST_WAIT)
    return and_(RestoreItem.state.in_(LIVE), due)


def held(session: Session, profile: Profile, assets: Ids, moment: datetime) -> list[Held]:
    """The originals and sidecars of `assets` that are not online, each with how it stands."""
    if not standing.offline_places(profile):
        return []
    found: dict[UUID, Held] = {}
    columns = (File.id, File.asset_id, File.role, File.size, Copy.id, Copy.store, Copy.storage_class)
    query = select(*columns, Copy.readable_until).join(Copy, Copy.file_id == File.id)
    query = query.where(File.asset_id.in_(assets), File.role.in_(ROLES))
    # no word of the store here: SQLite would then walk through all that the store holds
    query = query.where(Copy.problem.is_(None), Copy.phase == Phase.HERE, not_(_online(profile)))
    for row in session.execute(query.order_by(File.id)):
        file_id, asset_id, role, size, copy_id, store, storage_class, until = row
        if store not in profile.stores:
            continue
        one = found.setdefault(file_id, Held(file_id, asset_id, str(role), size))
        one.copies.append((copy_id, store, storage_class, until))
    asked = _asked(session, assets)
    for one in found.values():
        _stand(one, profile, asked.get(one.file_id), moment)
    return list(found.values())


def _online(profile: Profile) -> ColumnElement[bool]:
    """Whether a file has a sound copy that needs never be asked for."""
    other = aliased(Copy)
    offline = [
        and_(other.store == store, other.storage_class == name) for store, name in standing.offline_places(profile)
    ]
    return exists().where(
        other.file_id == File.id,
        other.problem.is_(None),
        other.phase == Phase.HERE,
        other.store.in_(profile.stores),
        not_(or_(*offline)),
    )


def _asked(session: Session, assets: Ids) -> Mapping[UUID, datetime]:
    """Since when files of `assets` are being brought back."""
    query = select(RestoreItem.file_id, func.min(func.coalesce(RestoreItem.asked_at, RestoreItem.look_at)))
    query = query.join(File, File.id == RestoreItem.file_id)
    query = query.where(File.asset_id.in_(assets), RestoreItem.state.in_(LIVE)).group_by(RestoreItem.file_id)
    return {row[0]: row[1] for row in session.execute(query)}


def _stand(one: Held, profile: Profile, since: datetime | None, moment: datetime) -> None:
    places = [(store, name) for _, store, name, _ in one.copies]
    place = standing.cheapest(profile, places, one.size)
    one.copy_id = one.copies[place][0]
    until = max((until for *_, until in one.copies if until and until > moment), default=None)
    if until:
        one.standing = Standing(Thaw.READY, readable_until=until)
        return
    cost = standing.fetching(profile, *places[place], one.size)
    one.standing = Standing(Thaw.OFFLINE, cost.tier, cost.hours, cost.price)
    if since:
        about = since + timedelta(hours=cost.hours)
        one.standing = Standing(Thaw.UNDER_WAY, cost.tier, cost.hours, since=since, ready_about=about)


def worst(parts: Iterable[Standing]) -> Standing:
    """How something stands of which these are the parts: it is readable when all are, and costs what all cost."""
    known = sorted(parts, key=lambda one: WORST.index(one.thaw))
    if not known:
        return ONLINE
    until = min((one.readable_until for one in known if one.readable_until), default=None)
    about = max((one.ready_about for one in known if one.ready_about), default=None)
    hours, price = max(one.hours for one in known), sum(one.price for one in known)
    return replace(known[0], hours=hours, price=price, readable_until=until, ready_about=about)


def of_assets(session: Session, profile: Profile, ids: Ids, moment: datetime) -> dict[UUID, Standing]:
    """How the originals of assets stand; those that are wholly online are left out."""
    parts: dict[UUID, list[Standing]] = {}
    for one in held(session, profile, ids, moment):
        if one.role == Role.ORIGINAL:
            parts.setdefault(one.asset_id, []).append(one.standing)
    return {asset_id: worst(standings) for asset_id, standings in parts.items()}


def told(found: Standing, profile: Profile) -> dict[str, Any]:
    """A standing as JSON. Instants are ISO 8601."""

    def instant(moment: datetime | None) -> str | None:
        return moment.isoformat() if moment else None

    return {
        "standing": str(found.thaw),
        "tier": found.tier,
        "hours": found.hours,
        "price": round(found.price, 2),
        "currency": profile.currency,
        "since": instant(found.since),
        "ready_about": instant(found.ready_about),
        "readable_until": instant(found.readable_until),
    }
