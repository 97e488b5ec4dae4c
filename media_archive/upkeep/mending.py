"""Asking for what a verify found bad to be made good: renditions anew, other files from their good copies."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.db import now
from media_archive.jobs import service as jobs
from media_archive.storage.fixity import Checked
from media_archive.storage.models import File, Role


def ask(session: Session, bad: Iterable[Checked], who: str) -> int:
    """Asks for the jobs that mend `bad` copies; returns how many assets they concern.

    A rendition is rendered again; an original is copied from another copy that matches, where there is one. What has
    none waits for its bytes: ingesting them again mends it.
    """
    assets = set()
    for one in bad:
        asset, file = session.get(Asset, one.asset_id), session.get(File, one.file_id)
        if asset is None or file is None:
            continue
        kind = f"render-{asset.kind}" if file.role == Role.RENDITION else "place"
        if kind == "place" and len(file.copies) < 2:
            continue
        if file.role == Role.RENDITION:
            asset.remake_at = now()
        jobs.request(session, kind, asset.id, shoot_id=asset.shoot_id, who=who)
        assets.add(asset.id)
    return len(assets)
