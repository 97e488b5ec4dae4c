"""Noting that somebody opened an asset: rules of storage profiles go by how long nobody did."""

from datetime import timedelta

import structlog
from flask import request

from media_archive.catalogue import service
from media_archive.catalogue.models import Asset
from media_archive.db import now
from media_archive.errors import ArchiveError
from webapp.door import transaction

#: noted to the day, so that looking seldom writes
GRACE = timedelta(days=1)
log = structlog.get_logger(__name__)


def note(asset: Asset) -> None:
    """Notes it once a day at most; what a browser fetches ahead of its reader is not opened."""
    ahead = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    if ahead or (asset.opened_at is not None and now() - asset.opened_at < GRACE):
        return
    try:
        with transaction() as session:
            service.opened(session, asset.id)
    except ArchiveError as exc:
        log.warning("opening not noted", asset=str(asset.id), reason=str(exc))
