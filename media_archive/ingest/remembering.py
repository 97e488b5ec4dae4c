"""What is to be told of bytes that were in the archive before: deleted for good, or lying in the trash."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.storage.models import DeletedFile
from media_archive.words import Message


def deleted(session: Session, archive_id: UUID, digests: Collection[str]) -> dict[str, Message]:
    """SHA-256 -> what to say, for bytes that this archive deleted once, after the latest deletion."""
    wanted = select(DeletedFile.sha256, DeletedFile.deleted_at, DeletedFile.name)
    wanted = wanted.where(DeletedFile.sha256.in_(digests), DeletedFile.archive_id == archive_id)
    return {
        sha256: Message(
            "These bytes were deleted on {day}, then called {name}; they are taken in again. "
            "`media-archive trash list --ended` says who deleted them and why.",
            {"day": at.date().isoformat(), "name": name},
        )
        for sha256, at, name in session.execute(wanted.order_by(DeletedFile.deleted_at))
    }


def trashed(session: Session, ids: Collection[UUID]) -> dict[UUID, Message]:
    """Asset -> what to say, for those that lie in the trash."""
    wanted = select(Asset.id, Asset.trashed_at).where(Asset.id.in_(ids), Asset.trashed_at.is_not(None))
    return {
        asset_id: Message(
            "The archive has these bytes in the trash, since {day}. Bring them back there: nothing was taken in.",
            {"day": at.date().isoformat() if at else ""},
        )
        for asset_id, at in session.execute(wanted)
    }
