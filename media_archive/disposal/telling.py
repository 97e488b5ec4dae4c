"""Deletions as JSON, for commands and for other programs."""

from datetime import datetime
from typing import Any

from media_archive.disposal.models import Disposal


def told(one: Disposal) -> dict[str, Any]:
    """A deletion as plain facts; instants are ISO 8601."""
    return {
        "id": str(one.id),
        "asset": str(one.asset_id),
        "title": one.title,
        "accession_code": one.accession_code,
        "state": str(one.state),
        "reason": one.reason,
        "asked_by": one.asked_by,
        "asked_at": _instant(one.asked_at),
        "approved_by": one.approved_by,
        "approved_at": _instant(one.approved_at),
        "due_at": _instant(one.due_at),
        "ended_by": one.ended_by,
        "ended_at": _instant(one.ended_at),
        "problem": one.problem,
    }


def _instant(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
