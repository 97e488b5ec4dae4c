"""What lies in the trash is in no list, no count and no answer: the one condition, for every query that reads."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.errors import NotFound

_GONE = "There is no such asset. It may have been typed wrongly, or is gone."


def shown() -> ColumnElement[bool]:
    """Whether an asset is shown; for queries that have Asset in them."""
    return Asset.trashed_at.is_(None)


def shows(asset_id: Any) -> ColumnElement[bool]:
    """Whether the asset of this column is shown; for queries without Asset. The trash is small beside the catalogue."""
    held: ColumnElement[bool] = asset_id.not_in(select(Asset.id).where(Asset.trashed_at.is_not(None)))
    return held


def asset(session: Session, asset_id: UUID) -> Asset:
    """The asset; NotFound where there is none, or where it lies in the trash."""
    found = session.get(Asset, asset_id)
    if found is None:
        raise NotFound(_GONE)
    if found.trashed_at is not None:
        raise NotFound("This asset lies in the trash. An archivist can bring it back from there.")
    return found


def is_trashed(session: Session, asset_id: UUID) -> bool:
    """Whether the asset lies in the trash."""
    return session.scalar(select(Asset.trashed_at).where(Asset.id == asset_id)) is not None
