"""Legal holds: while one is on an asset, nothing of it is deleted, by nobody, whatever else is decided.

One person sets a hold, at once: it only keeps. Two lift it: a hold that a single person could take away would keep
nothing from that person.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.db import now
from media_archive.disposal.models import Disposal, DisposalState
from media_archive.disposal.people import Person, another, identified
from media_archive.errors import Conflict, Invalid
from media_archive.events import service as events
from media_archive.storage.models import Copy, File
from media_archive.words import Message

LONGEST_REASON = 2000


def set_hold(session: Session, asset: Asset, who: Person, reason: str) -> None:
    """Puts a hold on the asset, wherever it lies; Conflict if it has one, or is being deleted at this moment."""
    reason = reasoned(reason)
    locked(session, asset)
    if asset.hold:
        raise Conflict("There is a legal hold on it already, by {who}.", who=str(asset.hold.get("who")))
    purging = select(Disposal.id).where(Disposal.asset_id == asset.id, Disposal.state == DisposalState.PURGING)
    if session.scalar(purging):
        raise Conflict("Its bytes are being removed already: a hold comes too late.")
    asset.hold = {"reason": reason, "who": who.login, "since": now().isoformat()}
    events.record(session, who.login, "hold", "asset", asset.id, hold="set", reason=reason)
    tell_anew(session, asset)


def lift(session: Session, asset: Asset, who: Person, reason: str) -> bool:
    """Asks for the hold to be lifted, or agrees to what another person asked; returns whether it is lifted."""
    reason, hold = reasoned(reason), _held(session, asset)
    identified(who)
    wish = hold.get("lift")
    if wish is None:
        asset.hold = hold | {"lift": {"who": who.login, "reason": reason, "at": now().isoformat()}}
        events.record(session, who.login, "hold", "asset", asset.id, hold="lifting asked for", reason=reason)
        return False
    another(who, wish["who"], datetime.fromisoformat(wish["at"]))
    asset.hold = None
    told = {"asked_by": wish["who"], "asked_because": wish["reason"], "was": hold["reason"], "set_by": hold["who"]}
    events.record(session, who.login, "hold", "asset", asset.id, hold="lifted", reason=reason, **told)
    tell_anew(session, asset)
    return True


def keep(session: Session, asset: Asset, who: Person) -> None:
    """Refuses, or takes back, the wish to lift the hold."""
    hold = _held(session, asset)
    if "lift" not in hold:
        raise Conflict("Nobody asked for the hold to be lifted.")
    asset.hold = {name: value for name, value in hold.items() if name != "lift"}
    events.record(session, who.login, "hold", "asset", asset.id, hold="lifting refused")


def tell_anew(session: Session, asset: Asset) -> None:
    """What was decided about it does not wait for the next bundle: it is told of once more (see `bundles.telling`)."""
    files = select(File.id).where(File.asset_id == asset.id)
    session.execute(update(Copy).where(Copy.file_id.in_(files)).values(told_at=None))


def _held(session: Session, asset: Asset) -> dict[str, Any]:
    locked(session, asset)
    if not asset.hold:
        raise Conflict("There is no legal hold on it.")
    return dict(asset.hold)


def obstacle(asset: Asset) -> Message | None:
    """Why a hold forbids to delete it; None where there is none."""
    if not asset.hold:
        return None
    facts = {"who": str(asset.hold.get("who")), "reason": str(asset.hold.get("reason"))}
    return Message("A legal hold of {who} is on it ({reason}). Nothing of it can be deleted until it is lifted.", facts)


def held(session: Session, after: UUID | None = None, limit: int = 100) -> Sequence[Asset]:
    """Assets under a hold, by number."""
    query = select(Asset).where(Asset.hold.is_not(None)).order_by(Asset.id).limit(limit)
    return session.scalars(query.where(Asset.id > after) if after else query).all()


def locked(session: Session, asset: Asset) -> None:
    """Nobody else decides about the asset until the transaction ends; what it says is read anew."""
    session.flush()
    session.refresh(asset, with_for_update=True)


def reasoned(reason: str) -> str:
    """The reason without surrounding space; Invalid if there is none."""
    reason = reason.strip().replace("\0", "")
    if not reason:
        raise Invalid("Say why: the reason stands in the record for ever.")
    return reason[:LONGEST_REASON]
