"""What the culling screen reads: the pictures of a shoot in the order they were taken, and what to show of them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, select, tuple_
from sqlalchemy.orm import Session

from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.models import Asset, Kind, Rendition, Shoot
from media_archive.catalogue.shown import shown
from media_archive.errors import NotFound
from media_archive.storage.models import File
from webapp.assets import cells
from webapp.iiif import addresses as iiif
from webapp.media.addresses import of_digest
from webapp.shown import capture

#: pictures listed in one answer
PAGE = 2000
#: the first of these that there is fills the window
LARGE = ("large", "screen", "poster", "thumb")
ORDER = (Asset.shown_at, Asset.id)


def shoot(session: Session, shoot_id: UUID, archive_id: UUID) -> Shoot:
    """The shoot, of this archive; NotFound where there is none."""
    found = session.get(Shoot, shoot_id)
    if found is None or found.archive_id != archive_id:
        raise NotFound("There is no such shoot. It may have been typed wrongly, or is gone.")
    return found


def listed(session: Session, shoot_id: UUID, cursor: str | None = None) -> tuple[dict[str, list[Any]], str | None]:
    """The shoot's assets by columns, as they were taken, and what has been decided of each; and the next cursor."""
    columns = (Asset.id, Asset.shown_at, Asset.width, Asset.height, Asset.flag, Asset.rating, Asset.label)
    query = select(*columns).where(Asset.shoot_id == shoot_id, shown()).order_by(*ORDER).limit(PAGE + 1)
    if cursor:
        query = query.where(tuple_(*ORDER) > tuple_(*_behind(cursor)))
    rows = session.execute(query).all()
    here = rows[:PAGE]
    told: dict[str, list[Any]] = {
        "ids": [str(row.id) for row in here],
        "ratios": [cells.ratio(row.width, row.height) for row in here],
        "flags": [row.flag for row in here],
        "ratings": [row.rating for row in here],
        "labels": [row.label for row in here],
    }
    return told, _cursor(here[-1]) if len(rows) > PAGE else None


def _cursor(row: Any) -> str:
    return urlsafe_b64encode(f"{row.shown_at.isoformat()} {row.id}".encode()).decode().rstrip("=")


def _behind(cursor: str) -> tuple[Any, Any]:
    try:
        moment, number = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split(" ")
        place = datetime.fromisoformat(moment), UUID(number)
    except (ValueError, TypeError):
        raise NotFound("The address goes on from nowhere. Start again from the list.") from None
    return tuple(literal(value, column.type) for column, value in zip(ORDER, place, strict=True))  # type: ignore[return-value]


def count(session: Session, shoot_id: UUID) -> int:
    """How many assets the shoot has."""
    return session.scalar(select(func.count()).select_from(Asset).where(Asset.shoot_id == shoot_id, shown())) or 0


def cards(session: Session, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """What is shown of assets: their pictures and what they are called."""
    large = _large(session, ids)
    kinds = {card.id: card for card in catalogue.cards(session, ids)}
    return [_card(card, large.get(card.id)) for card in kinds.values()]


def _card(card: catalogue.Card, large: str | None) -> dict[str, Any]:
    return {
        "id": str(card.id),
        "title": card.title,
        "kind": card.kind,
        "thumb": cells.thumb(card),
        "large": large,
        "width": card.width,
        "height": card.height,
        "iiif": iiif.own(card.id) if card.kind == Kind.PHOTO else None,
        "taken": capture(card.taken_at, card.taken) if card.taken_at or card.taken else "",
    }


def _large(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    query = select(Rendition.asset_id, Rendition.recipe, File.id, File.sha256).join(File, File.id == Rendition.file_id)
    rows = session.execute(query.where(Rendition.asset_id.in_(ids), Rendition.recipe.in_(LARGE))).all()
    best = sorted(rows, key=lambda row: -LARGE.index(row.recipe))
    return {row.asset_id: of_digest(row.id, row.sha256, "jpg") for row in best}


@dataclass(frozen=True)
class Around:
    """One picture of the shoot, and those before and after it; None at the ends."""

    asset: Asset
    before: UUID | None
    after: UUID | None
    #: its number in the shoot, from 1
    number: int


def at(session: Session, shoot_id: UUID, asset_id: UUID | None) -> Around | None:
    """The asset, or the shoot's first, and its neighbours; None where the shoot is empty."""
    there = select(Asset).where(Asset.shoot_id == shoot_id, shown())
    asset = session.scalars(there.where(Asset.id == asset_id)).first() if asset_id else None
    asset = asset or session.scalars(there.order_by(*ORDER).limit(1)).first()
    if asset is None:
        return None
    ids = select(Asset.id).where(Asset.shoot_id == shoot_id, shown())
    place = tuple_(
        *(literal(value, column.type) for column, value in zip(ORDER, (asset.shown_at, asset.id), strict=True))
    )
    backwards = [column.desc() for column in ORDER]
    before = session.scalars(ids.where(tuple_(*ORDER) < place).order_by(*backwards).limit(1)).first()
    after = session.scalars(ids.where(tuple_(*ORDER) > place).order_by(*ORDER).limit(1)).first()
    lower = select(func.count()).select_from(Asset).where(Asset.shoot_id == shoot_id, shown(), tuple_(*ORDER) < place)
    return Around(asset, before, after, (session.scalar(lower) or 0) + 1)
