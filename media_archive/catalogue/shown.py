"""What is shown to whom: nothing from the trash, and to some nothing that is classified, not open, or under embargo.

The search has the same rules (see `search.rights`); here they are for one asset that is asked for by its id.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.db import now
from media_archive.errors import NotFound

#: key in a session's info: the person who looks; nobody's limits apply where there is none
VIEWER = "viewer"
#: codes of classification (密级) that everybody who is signed in may see
OPEN_CLASSES = ("open", "internal")
#: codes of openness (开放控制) that keep readers out
CLOSED = ("restricted", "closed")
_GONE = "There is no such asset. It may have been typed wrongly, or is gone."


@dataclass(frozen=True)
class Viewer:
    """Who looks. `sees_withheld`: also what is classified, not open, or under embargo."""

    archive: UUID | None = None
    sees_withheld: bool = True


def shown() -> ColumnElement[bool]:
    """Whether an asset is shown; for queries that have Asset in them."""
    return Asset.trashed_at.is_(None)


def shows(asset_id: Any) -> ColumnElement[bool]:
    """Whether the asset of this column is shown; for queries without Asset. The trash is small beside the catalogue."""
    held: ColumnElement[bool] = asset_id.not_in(select(Asset.id).where(Asset.trashed_at.is_not(None)))
    return held


def asset(session: Session, asset_id: UUID) -> Asset:
    """The asset; NotFound where there is none, where it lies in the trash, or where the viewer may not see it."""
    found = session.get(Asset, asset_id)
    viewer: Viewer | None = session.info.get(VIEWER)
    if found is None or (viewer and not viewer.sees_withheld and _withheld(found)):
        # that there is such an asset is not told either
        raise NotFound(_GONE)
    if found.trashed_at is not None:
        raise NotFound("This asset lies in the trash. An archivist can bring it back from there.")
    return found


def is_trashed(session: Session, asset_id: UUID) -> bool:
    """Whether the asset lies in the trash."""
    return session.scalar(select(Asset.trashed_at).where(Asset.id == asset_id)) is not None


def _withheld(one: Asset) -> bool:
    """By what is said of the asset, else of its shoot."""
    classification, openness, embargo = (
        getattr(one, field) or one.shoot.fields.get(field) for field in ("classification", "openness", "embargo")
    )
    classified = classification is not None and classification not in OPEN_CLASSES
    return classified or openness in CLOSED or (embargo or "") > now().date().isoformat()
