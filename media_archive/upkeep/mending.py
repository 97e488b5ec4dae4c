"""Asking for what a verify found bad to be made good: files from their good copies, renditions anew where there is none."""

from collections.abc import Iterable

from sqlalchemy import update
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset, Rendition
from media_archive.jobs import service as jobs
from media_archive.storage.fixity import Checked
from media_archive.storage.models import File, Role

#: a rendition of no version of its recipe: to be made anew, it alone
SPOILT = 0


def ask(session: Session, bad: Iterable[Checked], who: str) -> int:
    """Asks for the jobs that mend `bad` copies; returns how many assets they concern.

    An original that has no good copy left waits for its bytes: ingesting them again mends it.
    """
    assets = set()
    for one in bad:
        asset, file = session.get(Asset, one.asset_id), session.get(File, one.file_id)
        if asset is None or file is None:
            continue
        if any(copy.problem is None for copy in file.copies):
            kind = "place"
        elif file.role == Role.RENDITION:
            session.execute(update(Rendition).where(Rendition.file_id == file.id).values(version=SPOILT))
            kind = f"render-{asset.kind}"
        else:
            continue
        jobs.request(session, kind, asset.id, shoot_id=asset.shoot_id, who=who)
        assets.add(asset.id)
    return len(assets)
