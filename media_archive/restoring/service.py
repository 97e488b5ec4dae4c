"""Bringing originals back from offline storage: what others call."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import Conflict, NotFound
from media_archive.restoring import standings, telling
from media_archive.restoring.asking import Estimate, ask, estimate, look
from media_archive.restoring.models import RestoreItem, RestoreRequest, RestoreState
from media_archive.storage.models import File
from media_archive.storage.standing import ONLINE, Standing

__all__ = [
    "Estimate",
    "ask",
    "due",
    "end",
    "estimate",
    "look",
    "request_called",
    "seen",
    "standing",
    "standing_of_file",
    "standings_of",
]


def standing(session: Session, context: Context, asset: Asset | UUID) -> Standing:
    """Whether the originals of an asset can be read now; what it takes to bring them back, or how far that is."""
    asset_id = asset.id if isinstance(asset, Asset) else asset
    return standings_of(session, context, [asset_id]).get(asset_id, ONLINE)


def standings_of(session: Session, context: Context, assets: Sequence[UUID]) -> dict[UUID, Standing]:
    """The same for many; assets that are wholly online are left out."""
    return standings.of_assets(session, context.stores.profile, assets, now())


def standing_of_file(session: Session, context: Context, file: File) -> Standing:
    """The same for one original or sidecar."""
    found = standings.held(session, context.stores.profile, [file.asset_id], now())
    return next((one.standing for one in found if one.file_id == file.id), ONLINE)


def due(session: Session) -> bool:
    """Whether anything is to be looked at, or has run out."""
    moment = now()
    wanted = exists().where(
        or_(
            standings.is_due(moment),
            (RestoreItem.state == RestoreState.READY) & (RestoreItem.ends_at <= moment),
        )
    )
    return bool(session.scalar(select(wanted)))


def request_called(session: Session, request_id: UUID) -> RestoreRequest:
    """The request of that id; NotFound if there is none."""
    found = session.get(RestoreRequest, request_id)
    if found is None:
        raise NotFound("There is no such request. `media-archive restore list` shows them.")
    return found


def end(session: Session, request: RestoreRequest, who: str) -> None:
    """Gives back what was brought back, before its time; the store is asked to keep it no longer, unless others need it.

    Conflict if that was done already.
    """
    if request.ended_at:
        raise Conflict("The request for {title} is over already.", title=request.title)
    telling.give_back(session, request, who, now())
    look(session, who)


def seen(request: RestoreRequest) -> None:
    """The requester has seen that all is ready."""
    request.seen_at = request.seen_at or now()
