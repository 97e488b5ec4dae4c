"""What pages show of what keeps an asset, and of its deletion."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.catalogue.retention import Class, classes
from media_archive.disposal import retention, service
from media_archive.disposal.models import Disposal
from media_archive.events import service as events
from webapp.assets import queries
from webapp.assets.queries import Made

#: renditions that show an asset well, the best first
PICTURES = ("large", "poster", "medium", "thumb")


@dataclass(frozen=True)
class Keeping:
    """What keeps an asset: its retention class, a hold, a deletion under way."""

    kept: Class | None
    until: date | None
    hold: dict[str, Any] | None
    wish: Disposal | None
    classes: list[Class]
    collections: list[str]


def keeping(session: Session, asset: Asset) -> Keeping:
    """As the asset's page shows it."""
    return Keeping(
        retention.class_of(asset),
        retention.last_day(asset),
        asset.hold,
        service.open_wish(session, asset.id),
        classes(),
        service.in_collections(session, asset.id),
    )


@dataclass(frozen=True)
class Remains:
    """What can be looked at of an asset whose deletion is decided about."""

    picture: Made | None
    film: Made | None
    #: changes of its retention class, holds set and lifted: (who, what)
    history: list[Any]
    #: what stays of an asset that is gone
    tombstone: dict[str, Any] | None


def remains(session: Session, asset_id: UUID) -> Remains:
    """As the page of the deletion shows it."""
    made = queries.renditions(session, asset_id)
    told = events.of(session, "asset", asset_id)
    return Remains(
        next((made[name] for name in PICTURES if name in made), None),
        made.get("proxy") or made.get("audio"),
        [one for one in told if one.what == "hold" or ("retention" in one.detail and one.what == "modification")],
        next((one.detail for one in told if one.detail.get("tombstone")), None),
    )
