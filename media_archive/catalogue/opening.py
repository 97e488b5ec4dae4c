"""When an asset was last opened by anybody, to the day: rules of storage go by it."""

from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.exc import OperationalError

from media_archive.catalogue.models import Asset
from media_archive.context import Context
from media_archive.db import hurried, now
from media_archive.logs import Log

log = Log()


def note(context: Context, asset_id: UUID) -> None:
    """Notes that somebody opened the asset today: one row is written for each asset and day.

    Whoever reads is not kept waiting for it: where others are writing it is left out, and tomorrow's first reader is
    noted as well.
    """
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)
    with context.reading() as session:
        last = session.scalar(select(Asset.opened_at).where(Asset.id == asset_id))
    if last is not None and last >= today:
        return
    # nothing that is said of it changes
    noted = update(Asset).where(Asset.id == asset_id, or_(Asset.opened_at.is_(None), Asset.opened_at < today))
    try:
        with hurried(context.engine) as connection:
            connection.execute(noted.values(opened_at=today, changed_at=Asset.changed_at))
    except OperationalError as exc:
        log.info("opening.left_out", asset=str(asset_id), reason=str(exc.orig))
