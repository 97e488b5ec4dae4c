"""Deliveries of everybody, for who sees to them: which there are, taking one over, ending one, and those that are forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from media_archive.config import Settings
from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import ArchiveError, Conflict, NotFound
from media_archive.events import service as events
from media_archive.logs import Log
from media_archive.uploads import deliveries
from media_archive.uploads.models import Delivery, Stage, Upload

#: how long before it is removed a delivery is warned of
WARNING = timedelta(days=7)
#: forgotten deliveries removed in one go
MOST = 50
log = Log()


@dataclass(frozen=True)
class Standing:
    """A delivery with what has come of it."""

    delivery: Delivery
    files: int
    bytes: int
    #: when something was last added to it
    moved_at: datetime
    #: when it is removed, if nobody hands it over; None where nothing removes it
    ends_at: datetime | None

    @property
    def is_ending(self) -> bool:
        """Whether it is to be warned of."""
        return self.ends_at is not None and self.ends_at - now() < WARNING


def listed(session: Session, settings: Settings, *, unfinished: bool = True, most: int = 200) -> list[Standing]:
    """The latest first; `unfinished`: only those that are not taken in, or had a problem."""
    wanted = select(Delivery).order_by(Delivery.created_at.desc(), Delivery.id.desc()).limit(most)
    if unfinished:
        wanted = wanted.where(Delivery.stage.in_((Stage.OPEN, Stage.HANDED_OVER)) | Delivery.problem.is_not(None))
    return standings(session, settings, session.scalars(wanted).all())


def standings(session: Session, settings: Settings, those: Sequence[Delivery]) -> list[Standing]:
    """The same of these."""
    moved = func.max(func.coalesce(Upload.finished_at, Upload.created_at))
    sums = select(Upload.delivery_id, func.count(), func.coalesce(func.sum(Upload.size), 0), moved)
    sums = sums.where(Upload.delivery_id.in_([one.id for one in those])).group_by(Upload.delivery_id)
    found = {delivery_id: (files, int(size or 0), last) for delivery_id, files, size, last in session.execute(sums)}
    return [_standing(settings, one, *found.get(one.id, (0, 0, None))) for one in those]


def _standing(settings: Settings, one: Delivery, files: int, size: int, last: datetime | None) -> Standing:
    moved = max(last or one.created_at, one.created_at)
    ends = (
        moved + timedelta(days=settings.delivery_days) if settings.delivery_days and one.stage == Stage.OPEN else None
    )
    return Standing(one, files, size, moved, ends)


def find(session: Session, delivery_id: UUID, *, locked: bool = False) -> Delivery:
    """The delivery, whoever's it is; NotFound where there is none that the viewer of the session sees."""
    found = session.get(Delivery, delivery_id, with_for_update=locked)
    if found is None:
        raise NotFound("There is no such delivery. It may have been ended: reload the list.")
    return found


def take_over(session: Session, delivery_id: UUID, who: str) -> Delivery:
    """Makes an open delivery `who`'s own, so that it can be handed over in place of its sender."""
    delivery = find(session, delivery_id, locked=True)
    if delivery.stage != Stage.OPEN:
        raise Conflict("The delivery has been handed over. What came in of it is in its shoot.")
    before, delivery.owner = delivery.owner, who
    session.execute(update(Upload).where(Upload.delivery_id == delivery.id).values(owner=who))
    events.record(session, who, "modification", "delivery", delivery.id, changed="owner", before=before, after=who)
    return delivery


def end(context: Context, delivery: Delivery, who: str) -> None:
    """Removes an open delivery of somebody and what has come of it."""
    deliveries.discard(context, delivery.id, delivery.owner, by=who)


def expire(context: Context) -> None:
    """Removes deliveries that were sent to their end and that nobody handed over for so many days as the setting says."""
    if not context.settings.delivery_days:
        return
    before = now() - timedelta(days=context.settings.delivery_days)
    recent = (Upload.created_at >= before) | Upload.finished_at.is_(None) | (Upload.finished_at >= before)
    moved = exists().where(Upload.delivery_id == Delivery.id, recent)
    wanted = select(Delivery).where(Delivery.stage == Stage.OPEN, Delivery.created_at < before, ~moved).limit(MOST)
    with context.reading() as session:
        found = session.scalars(wanted).all()
    for one in found:
        try:
            end(context, one, "system")
        except (ArchiveError, OSError) as exc:
            log.warning("delivery.left", delivery=str(one.id), reason=str(exc))
