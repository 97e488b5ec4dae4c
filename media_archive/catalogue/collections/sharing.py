"""Who sees a collection and who may change it: those of its archive, those it is shared with, those it was opened to."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.collections.models import Collection
from media_archive.catalogue.seeing.viewer import EXTENTS, VIEWER, Viewer
from media_archive.errors import Forbidden

#: how far a person may go with a collection; each includes those before
OWN = "own"
REACHES = (*EXTENTS, OWN)


def sees(collection: Collection, login: str, is_administrator: bool = False) -> bool:
    """Whether that person may see it."""
    shared = collection.shared_with or {}
    return (
        collection.visibility == "archive"
        or is_administrator
        or login in (collection.created_by, *shared.get("see", []), *shared.get("change", []))
    )


def may_change(collection: Collection, login: str, is_administrator: bool = False) -> bool:
    """Whether that person, whose role lets them arrange, may change it: one for the archive everybody, a private one some."""
    shared = collection.shared_with or {}
    return (
        collection.visibility == "archive"
        or is_administrator
        or login in (collection.created_by, *shared.get("change", []))
    )


def reach(session: Session, collection: Collection, login: str, is_administrator: bool = False) -> str:
    """What that person, whose role lets them arrange, may do with it: one of EXTENTS, "own" for all, or nothing.

    Where the session has a viewer, a collection of an archive that he has no part in is his as far as it was opened to him.
    """
    viewer: Viewer | None = session.info.get(VIEWER)
    at_home = viewer is None or viewer.everything or collection.archive_id in viewer.by_archive
    if at_home and may_change(collection, login, is_administrator):
        return OWN
    granted = viewer.extent(collection.id) if viewer else ""
    return granted or ("look" if at_home and sees(collection, login, is_administrator) else "")


def require_reach(session: Session, collection: Collection, login: str, is_administrator: bool, wanted: str) -> None:
    """Forbidden unless the person may do that much with it: "add", "edit" or "own"."""
    reached = reach(session, collection, login, is_administrator)
    if not reached or REACHES.index(reached) < REACHES.index(wanted):
        raise Forbidden("{name} belongs to {who}, who has not shared it for changes.", name=collection.name,
                        who=collection.created_by)  # fmt: skip


def opened(session: Session) -> list[Collection]:
    """The collections that were opened to the viewer of the session, by name."""
    viewer: Viewer | None = session.info.get(VIEWER)
    ids = [one.collection_id for one in viewer.opened] if viewer else []
    return list(session.scalars(select(Collection).where(Collection.id.in_(ids)).order_by(Collection.name)))
