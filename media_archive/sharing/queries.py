"""Reading share links."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from media_archive.sharing.models import Share, ShareItem
from media_archive.sharing.service import standing


def listed(
    session: Session, made_by: str | None = None, archives: Sequence[UUID] | None = None, *, before: UUID | None = None,
    limit: int = 50,
) -> tuple[Sequence[Share], UUID | None]:  # fmt: skip
    """The links of a person, or of archives, the latest first; and behind which the next page begins."""
    query = select(Share).order_by(Share.id.desc()).limit(limit + 1)
    if made_by is not None:
        query = query.where(Share.made_by == made_by)
    if archives is not None:
        query = query.where(Share.archive_id.in_(archives))
    if before:
        query = query.where(Share.id < before)
    found = session.scalars(query).all()
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def counts(session: Session, ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many assets links name that show no collection."""
    rows = select(ShareItem.share_id, func.count()).where(ShareItem.share_id.in_(ids)).group_by(ShareItem.share_id)
    return {row[0]: row[1] for row in session.execute(rows)}


def told(share: Share) -> dict[str, Any]:
    """A link as plain facts; of its key nobody knows more."""
    return {
        "id": str(share.id),
        "title": share.title,
        "made_by": share.made_by,
        "state": standing(share),
        "openings": share.openings,
        "most": share.most,
        "opened_at": share.opened_at.isoformat() if share.opened_at else None,
        "password": share.password is not None,
        "marked": share.marked,
        "downloads": share.downloads,
        "created_at": share.created_at.isoformat(),
        "expires_at": share.expires_at.isoformat(),
    }
