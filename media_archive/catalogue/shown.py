"""What is shown to whom: nothing from the trash, and of the rest what `seeing` says.

Queries are limited where they are executed (see `seeing.limits`); here is one asset that is asked for by its id.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, event, select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.catalogue.seeing import limits, viewer
from media_archive.catalogue.seeing.viewer import CLOSED, OPEN_CLASSES, VIEWER, Sight, Viewer
from media_archive.errors import NotFound

__all__ = [
    "CLOSED",
    "OPEN_CLASSES",
    "RESTRICTED",
    "VIEWER",
    "Sight",
    "Viewer",
    "asset",
    "is_withheld",
    "shown",
    "shows",
]

#: key in a session's info: the restricted assets that were asked for in it by their ids
RESTRICTED = "restricted"
# whoever sets a viewer takes its key from here, so that no session has one that is not limited
event.listen(Session, "do_orm_execute", limits.limit)
_GONE = "There is no such asset. It may have been typed wrongly, or is gone."


def shown() -> ColumnElement[bool]:
    """Whether an asset is shown; for queries that have Asset in them."""
    return Asset.trashed_at.is_(None)


def shows(asset_id: Any) -> ColumnElement[bool]:
    """Whether the asset of this column is shown; for queries without Asset. The trash is small beside the catalogue."""
    # by the table: the condition that a viewer adds to queries of assets would turn round here
    table = Asset.__table__
    held: ColumnElement[bool] = asset_id.not_in(select(table.c.id).where(table.c.trashed_at.is_not(None)))
    return held


def asset(session: Session, asset_id: UUID, *, trashed: bool = False) -> Asset:
    """The asset; NotFound where there is none, where the viewer may not see it, and, unless `trashed`, in the trash.

    That it was looked at is remembered, where not everybody may.
    """
    found = there(session, asset_id, trashed=trashed)
    note(session, found)
    return found


def there(session: Session, asset_id: UUID, *, trashed: bool = False) -> Asset:
    """The same where little of it is shown, such as in a list: that is not remembered."""
    found = session.get(Asset, asset_id)
    looks: Viewer | None = session.info.get(VIEWER)
    if found is None or (looks and not _is_shown(session, looks, found)):
        # that there is such an asset is not told either
        raise NotFound(_GONE)
    if found.trashed_at is not None and not trashed:
        raise NotFound("This asset lies in the trash. An archivist can bring it back from there.")
    return found


def _is_shown(session: Session, looks: Viewer, found: Asset) -> bool:
    """By the rule; where that says no, a collection may open it, which the database knows."""
    if looks.sees(found, viewer.today()):
        return True
    return bool(looks.opened) and session.scalar(select(Asset.id).where(Asset.id == found.id)) is not None


def note(session: Session, asset: Asset) -> None:
    """Remembers with the session, if it has a viewer, that this asset was looked at, where not everybody may see it."""
    if session.info.get(VIEWER) and is_withheld(asset):
        session.info.setdefault(RESTRICTED, set()).add(asset.id)


def is_withheld(one: Asset) -> bool:
    """Whether it is classified, not open, or under embargo: by what is said of the asset, else of its shoot."""
    return viewer.is_restricted(one, viewer.today())
