"""The states of a description: received, checked, described, approved, published; who may move what, and what waits."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from media_archive.catalogue import describing
from media_archive.catalogue.describing import Scheme
from media_archive.catalogue.models import Asset, Progress
from media_archive.catalogue.service import touch
from media_archive.catalogue.shown import shown
from media_archive.db import now
from media_archive.errors import Conflict, Invalid
from media_archive.events import service as events
from media_archive.rules import load
from media_archive.signs import keepable
from media_archive.words import Label, Message

FILE = Path(__file__).with_name("states.toml")
LONGEST_REASON = 2000
Need = Literal["not secret", "open", "embargo over"]


class Move(BaseModel):
    """A way from one state to another."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    origin: Progress = Field(alias="from")
    to: Progress
    #: a key of `access.service.MAY`
    action: Literal["check", "describe", "approve", "publish"]
    back: bool = False
    wants: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()


class _Called(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class _Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    called: dict[str, _Called]
    moves: list[Move] = Field(alias="move", min_length=1)


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    return load(FILE, _Rules)


def moves() -> list[Move]:
    """All ways, in the order of the file; Invalid where the file holds a mistake."""
    return _rules().moves


def called(state: str) -> Label:
    """The state in people's words."""
    words = _rules().called.get(state)
    return Label(words.zh, words.en) if words else Label(state)


def moves_from(state: str) -> list[Move]:
    """Where an asset in `state` can go."""
    return [one for one in moves() if one.origin == state]


def way(state: str, to: str) -> Move:
    """The way from `state` to `to`; Conflict where there is none."""
    found = next((one for one in moves_from(state) if one.to == to), None)
    if found is None:
        raise Conflict(
            "From {state} there is no way to {to}. It can become: {ways}.",
            state=called(state),
            to=called(str(to)[:32]),
            ways=Label.joined(called(one.to) for one in moves_from(state)),
        )
    return found


def move(
    session: Session,
    asset: Asset,
    to: str,
    who: str,
    reason: str = "",
    *,
    may: Callable[[str], None] | None = None,
    seen: int | None = None,
    scheme: Scheme | None = None,
) -> list[Message]:
    """Moves the asset on, or back with a reason; returns warnings of what is missing.

    `may` raises Forbidden for an action that the person may not do. Conflict where there is no such way, where a
    rule forbids it, and where the asset has changed since `seen`.
    """
    describing.locked(session, asset)
    if asset.trashed_at is not None:
        raise Conflict("It lies in the trash. Bring it back first.")
    if seen is not None and asset.version != seen:
        raise Conflict("Somebody has changed this meanwhile. Look at it as it is now, then try again.")
    found = way(asset.state, to)
    if may:
        may(found.action)
    reason = _reasoned(reason, found)
    for need in found.needs:
        if obstacle := NEEDS[need](asset, scheme or describing.shipped()):
            raise Conflict(obstacle.template, **obstacle.facts)
    missing = _missing(asset, found, scheme or describing.shipped())
    before, asset.state, asset.state_since = asset.state, found.to, now()
    asset.sent_back = {"reason": reason, "who": who} if found.back else None
    asset.version += 1
    noted = {"reason": reason} if reason else {}
    events.record(session, who, "state", "asset", asset.id, **{"from": str(before), "to": found.to.value}, **noted)
    touch(session, asset.id)
    return missing


def _reasoned(reason: str, found: Move) -> str:
    text = keepable(reason)
    if found.back and not text:
        raise Invalid("Say why it is sent back: whoever mends it has to know.")
    if len(text) > LONGEST_REASON:
        raise Invalid(
            "The text is {length} characters long, {most} are allowed. Shorten it.",
            length=len(text),
            most=LONGEST_REASON,
        )
    return text


def _missing(asset: Asset, found: Move, scheme: Scheme) -> list[Message]:
    wanted = [scheme.fields[name] for name in found.wants if name in scheme.fields]
    empty = [one for one in wanted if describing.value_of(asset, asset.shoot, one).value in (None, "", [])]
    return [Message("{field} is not filled in.", {"field": one.label}) for one in empty]


def _holds(asset: Asset, scheme: Scheme, name: str) -> str | None:
    value: str | None = describing.value_of(asset, asset.shoot, scheme.fields[name]).value
    return value


def _called(scheme: Scheme, name: str, value: str | None) -> Label:
    return scheme.called(scheme.fields[name], str(value))


def _secret(asset: Asset, scheme: Scheme) -> Message | None:
    value = _holds(asset, scheme, "classification")
    if value in (None, "open"):
        return None
    return Message(
        "It is classified ({value}) and cannot be published.", {"value": _called(scheme, "classification", value)}
    )


def _closed(asset: Asset, scheme: Scheme) -> Message | None:
    value = _holds(asset, scheme, "openness")
    if value in (None, "open"):
        return None
    return Message(
        "Its openness ({value}) does not let it be published.", {"value": _called(scheme, "openness", value)}
    )


def _embargoed(asset: Asset, scheme: Scheme) -> Message | None:
    day = _holds(asset, scheme, "embargo")
    if day is None or day <= now().date().isoformat():
        return None
    return Message("It may not be shown before {day}.", {"day": day})


NEEDS: dict[Need, Callable[[Asset, Scheme], Message | None]] = {
    "not secret": _secret,
    "open": _closed,
    "embargo over": _embargoed,
}


@dataclass(frozen=True)
class Task:
    """What waits for one step: how many assets, how many of them were sent back, and since when the oldest does."""

    move: Move
    count: int
    sent_back: int
    oldest: datetime


def tasks(session: Session, archive_id: UUID, actions: Collection[str] | None = None) -> list[Task]:
    """What waits for somebody who may do `actions` (None: for anybody), in the order of the states."""
    counted = select(Asset.state, func.count(), func.count(Asset.sent_back), func.min(Asset.state_since))
    rows = session.execute(counted.where(Asset.archive_id == archive_id, shown()).group_by(Asset.state))
    waiting = {state: (count, back, oldest) for state, count, back, oldest in rows}
    forward = [one for one in moves() if not one.back and one.origin in waiting]
    return [Task(one, *waiting[one.origin]) for one in forward if actions is None or one.action in actions]


def waiting(
    session: Session, archive_id: UUID, state: str, limit: int = 100, after: tuple[datetime, UUID] | None = None
) -> Sequence[Asset]:
    """The assets in a state, those that have waited longest first."""
    found = select(Asset).where(Asset.archive_id == archive_id, Asset.state == state, shown())
    if after:
        since, last = after
        found = found.where((Asset.state_since > since) | ((Asset.state_since == since) & (Asset.id > last)))
    return session.scalars(found.order_by(Asset.state_since, Asset.id).limit(limit)).all()
