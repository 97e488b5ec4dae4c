"""When an asset was last opened by anybody, to the day: rules of storage go by it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, or_, select, text, update
from sqlalchemy.exc import OperationalError

from media_archive.catalogue.models import Asset
from media_archive.context import Context
from media_archive.db import now
from media_archive.logs import Log

#: milliseconds that a reader waits for a writer to end; tomorrow's first reader is noted as well
PATIENCE = 200
#: what connections wait otherwise (see `db.engine`)
USUAL = 60_000

log = Log()


def note(context: Context, asset_id: UUID) -> None:
    """Notes that somebody opened the asset today: one row is written for each asset and day.

    Whoever reads is not kept waiting for it: where others are writing it is left out.
    """
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)
    with context.reading() as session:
        last = session.scalar(select(Asset.opened_at).where(Asset.id == asset_id))
    if last is not None and last >= today:
        return
    with context.engine.connect() as connection:
        try:
            _wait_at_most(connection, PATIENCE)
            with connection.begin():
                _write(connection, asset_id, today)
        except OperationalError as exc:
            log.info("opening.left_out", asset=str(asset_id), reason=str(exc.orig))
        finally:
            _wait_at_most(connection, USUAL)


def _wait_at_most(connection: Connection, milliseconds: int) -> None:
    driver = connection.connection.driver_connection
    if connection.dialect.name == "sqlite" and driver is not None:
        driver.execute(f"PRAGMA busy_timeout={milliseconds}")


def _write(connection: Connection, asset_id: UUID, today: datetime) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = {PATIENCE}"))
    connection.execute(
        update(Asset)
        .where(Asset.id == asset_id, or_(Asset.opened_at.is_(None), Asset.opened_at < today))
        # nothing that is said of it changes
        .values(opened_at=today, changed_at=Asset.changed_at)
    )
