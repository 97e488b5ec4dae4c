"""The figures as they stand: of a small catalogue counted while the reader waits, of a large one by a job."""

import threading
import time
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.context import Context
from media_archive.db import now
from media_archive.holdings.counting import count
from media_archive.holdings.figures import Figures
from media_archive.holdings.models import HoldingsFigures
from media_archive.jobs import service as jobs

KIND = "count-holdings"
#: a catalogue with more assets is counted by a job, and anew when the last answer is older
SMALL, STALE = 5_000, timedelta(minutes=15)
#: how long an answer for a small catalogue stands
SECONDS = 20.0


class Kept:
    """The figures that this process read or counted last; whoever comes meanwhile waits for the same."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: tuple[Context, float, Figures] | None = None

    def counted(self, context: Context) -> Figures:
        """Counted now, or some seconds ago."""
        with self._lock:
            if self._made and self._made[0] is context and time.monotonic() - self._made[1] < SECONDS:
                return self._made[2]
            return self._keep(context, count(context))

    def read(self, context: Context, at: datetime) -> Figures | None:
        """As a job counted them at that moment: to read them takes longer than to show them."""
        with self._lock:
            if self._made and self._made[0] is context and self._made[2].at == at:
                return self._made[2]
            with context.reading() as session:
                found = session.scalars(select(HoldingsFigures.figures).where(HoldingsFigures.at == at)).first()
            return self._keep(context, Figures.from_json(found)) if found else None

    def _keep(self, context: Context, made: Figures) -> Figures:
        self._made = (context, time.monotonic(), made)
        return made


_kept = Kept()


def seen(context: Context) -> Figures | None:
    """The figures; None where a job is still counting for the first time. Asks for a count where the last is old."""
    with context.reading() as session:
        large = is_large(session)
        at = session.scalar(select(HoldingsFigures.at).order_by(HoldingsFigures.at.desc()).limit(1)) if large else None
    if not large:
        return _kept.counted(context)
    if at is None or now() - at > STALE:
        with context.transaction() as session:
            jobs.request(session, KIND)
    return _kept.read(context, at) if at else None


def is_large(session: Session) -> bool:
    """Whether to count takes longer than a reader may wait."""
    return session.scalar(select(Asset.id).limit(1).offset(SMALL)) is not None


def keep(session: Session, made: Figures) -> None:
    """Makes it the last answer, in place of earlier ones."""
    session.execute(delete(HoldingsFigures))
    session.add(HoldingsFigures(at=made.at, figures=made.to_json()))
