"""What a list tells of its items beyond their cards: columns, favourites, notes of a collection."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.collections import favourites
from media_archive.catalogue.collections.models import CollectionItem
from webapp.assets.choice import Choice
from webapp.door import user
from webapp.listing import columns


def of(session: Session, ids: Sequence[UUID], args: Mapping[str, str]) -> Callable[[UUID], dict[str, Any]]:
    """What `cells.detail` takes besides, for each item of a list whose address has these arguments."""
    liked = favourites.among(session, user().archive_id, user().login, ids)
    rows = columns.cells(session, ids, columns.chosen()) if args.get("view") == "list" else {}
    notes = _notes(session, ids, args.get("collection", ""))

    def told(one: UUID) -> dict[str, Any]:
        return {"favourite": one in liked, "columns": rows.get(one), "note": notes.get(one, "")}

    return told


def _notes(session: Session, ids: Sequence[UUID], collection: str) -> dict[UUID, str]:
    if not collection:
        return {}
    lies_in = Choice.of({"collection": collection}).filters().collection
    wanted = select(CollectionItem.asset_id, CollectionItem.note).where(
        CollectionItem.collection_id == lies_in, CollectionItem.asset_id.in_(ids), CollectionItem.note != ""
    )
    return {row.asset_id: row.note for row in session.execute(wanted)}
