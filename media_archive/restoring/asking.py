"""Asking for originals that are offline: what it would take, and the request itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Archive
from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import Conflict, Invalid
from media_archive.events import service as events
from media_archive.jobs import service as jobs
from media_archive.restoring.choosing import Chosen
from media_archive.restoring.models import RestoreItem, RestoreRequest
from media_archive.restoring.standings import ROLES, Held, held
from media_archive.storage.models import File
from media_archive.storage.stores.store import Thaw

LONGEST_PURPOSE = 1000
MOST_DAYS = 90


@dataclass(frozen=True)
class Sum:
    """Files of one tier that are to be brought back."""

    tier: str | None
    files: int
    bytes: int
    price: float
    hours: float


@dataclass(frozen=True)
class Estimate:
    """What a request would do: nothing is asked for yet."""

    #: files that lie offline, by tier
    sums: Sequence[Sum]
    #: files that need not be asked for
    online: int
    #: files that somebody asked for already: they cost nothing more, and stay for longer
    under_way: int
    ready: int
    #: until when the first of those that are ready can be read
    readable_until: datetime | None
    currency: str

    @property
    def files(self) -> int:
        """Files that are to be brought back."""
        return sum(one.files for one in self.sums)

    @property
    def bytes(self) -> int:
        """Their size."""
        return sum(one.bytes for one in self.sums)

    @property
    def price(self) -> float:
        """What it costs to bring them back."""
        return sum(one.price for one in self.sums)

    @property
    def hours(self) -> float:
        """Until the last of them can be read, about."""
        return max((one.hours for one in self.sums), default=0.0)

    @property
    def wanted(self) -> int:
        """Files that a request would be about."""
        return self.files + self.under_way + self.ready

    def to_json(self) -> dict[str, Any]:
        """For commands and programs."""
        tiers = [
            {"tier": one.tier, "files": one.files, "bytes": one.bytes, "price": round(one.price, 2), "hours": one.hours}
            for one in self.sums
        ]
        return {
            "files": self.files,
            "bytes": self.bytes,
            "price": round(self.price, 2),
            "currency": self.currency,
            "hours": self.hours,
            "online": self.online,
            "under_way": self.under_way,
            "ready": self.ready,
            "tiers": tiers,
        }


def estimate(session: Session, context: Context, chosen: Chosen) -> Estimate:
    """What it would take to bring back the originals and sidecars of `chosen`."""
    return _estimate(session, context, chosen, held(session, context.stores.profile, chosen.ids, now()))


def _estimate(session: Session, context: Context, chosen: Chosen, found: Sequence[Held]) -> Estimate:
    counted = select(func.count()).select_from(File).where(File.asset_id.in_(chosen.ids), File.role.in_(ROLES))
    total = session.scalar(counted) or 0
    ready = [one for one in found if one.standing.thaw == Thaw.READY]
    return Estimate(
        _sums([one for one in found if one.standing.thaw == Thaw.OFFLINE]),
        total - len(found),
        sum(one.standing.thaw == Thaw.UNDER_WAY for one in found),
        len(ready),
        min((one.standing.readable_until for one in ready if one.standing.readable_until), default=None),
        context.stores.profile.currency,
    )


def _sums(offline: Sequence[Held]) -> list[Sum]:
    tiers: dict[str, list[Held]] = {}
    for one in offline:
        tiers.setdefault(one.standing.tier or "", []).append(one)
    return [
        Sum(
            tier or None,
            len(files),
            sum(one.size for one in files),
            sum(one.standing.price for one in files),
            max(one.standing.hours for one in files),
        )
        for tier, files in sorted(tiers.items())
    ]


def ask(
    session: Session, context: Context, chosen: Chosen, who: str, purpose: str, days: int | None = None
) -> RestoreRequest:
    """Asks for the originals of `chosen` to be readable for `days`, the setting's number if not told.

    Invalid without a purpose or for a strange number of days; Conflict where everything is online.
    """
    days = context.settings.restore_days if days is None else days
    purpose = _checked(purpose, days)
    found = held(session, context.stores.profile, chosen.ids, now())
    if not found:
        raise Conflict(
            "Everything of {title} is online and can be read at once: nothing was asked for.", title=chosen.title
        )
    told = _estimate(session, context, chosen, found)
    request = RestoreRequest(archive_id=chosen.archive_id, asked_by=who, purpose=purpose, title=chosen.title, days=days)
    session.add(request)
    session.flush()
    session.execute(insert(RestoreItem), [_item(request.id, one) for one in found])
    detail = {"title": chosen.title, "purpose": purpose, "days": days, **told.to_json()}
    events.record(session, who, "restore request", "restore", request.id, **detail)
    look(session, who)
    return request


def _checked(purpose: str, days: int) -> str:
    purpose = " ".join(purpose.split())
    if not purpose:
        raise Invalid("Say what the originals are needed for: bringing them back costs time and money.")
    if len(purpose) > LONGEST_PURPOSE:
        raise Invalid("The purpose has more than {most} characters. Shorten it.", most=LONGEST_PURPOSE)
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(
            "Originals stay readable for 1 to {most} days, not {days}. Give another number.", most=MOST_DAYS, days=days
        )
    return purpose


def _item(request_id: UUID, one: Held) -> dict[str, Any]:
    return {
        "request_id": request_id,
        "file_id": one.file_id,
        "copy_id": one.copy_id,
        "bytes": one.size,
        "hours": one.standing.hours,
        "price": one.standing.price,
    }


def look(session: Session, who: str = "system") -> None:
    """Asks for a look at what is being brought back: one job at a time, whatever was asked for and by whom."""
    if first := session.scalar(select(Archive.id).order_by(Archive.created_at, Archive.id).limit(1)):
        jobs.request(session, "restore", first, who=who, first=True)
