"""The job that gives the assets of a shoot the time that follows from its corrections, some hundred at a time.

The correction itself stands with the shoot as soon as it was asked for, and holds for what comes in meanwhile.
"""

import threading
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from media_archive.catalogue import clocks, shifting
from media_archive.catalogue.clocks import Selector, Shift
from media_archive.catalogue.models import Asset, Shoot
from media_archive.context import Context
from media_archive.errors import Invalid, Unavailable
from media_archive.events import service as events
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.words import Message

KIND = "shift-clocks"


def ask(session: Session, shoot: Shoot, by: Shift, who: str) -> UUID:
    """Corrects clocks of the shoot, and asks for its assets to follow."""
    return _ask(session, shoot, clocks.added(_locked(session, shoot), by), who)


def ask_undo(session: Session, shoot: Shoot, selector: Selector, who: str) -> UUID:
    """Takes the corrections of these cameras back, and asks for the assets to follow."""
    before = _locked(session, shoot)
    left = clocks.without(before, selector)
    if len(left) == len(before):
        raise Invalid(
            "No clock of the shoot {shoot} was corrected so. `shoots shift` shows what was.", shoot=shoot.name
        )
    return _ask(session, shoot, left, who)


def _locked(session: Session, shoot: Shoot) -> list[Any]:
    """The corrections that the shoot has now; nobody else changes them until the transaction ends."""
    session.flush()
    session.refresh(shoot, with_for_update=True)
    return shoot.clock_shifts


def _ask(session: Session, shoot: Shoot, shifts: list[dict[str, Any]], who: str) -> UUID:
    before, shoot.clock_shifts = shoot.clock_shifts, shifts
    events.record(session, who, "modification", "shoot", shoot.id, before={"clocks": before}, after={"clocks": shifts})
    # no target: a correction that comes while one is at work must reach what that has passed already
    return jobs.request(session, KIND, args={"shoot": str(shoot.id)}, shoot_id=shoot.id, who=who, first=True)


class ShiftWork:
    """Fills the times of a shoot's assets anew. Done twice, the second finds everything as it should be."""

    def __init__(self, context: Context, stop: threading.Event | None = None) -> None:
        self._context, self._stop = context, stop or threading.Event()

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        shoot_id, after, looked = UUID(job.args["shoot"]), None, 0
        with self._context.reading() as session:
            wanted = session.scalar(select(func.count()).select_from(Asset).where(Asset.shoot_id == shoot_id)) or 1
        while True:
            if self._stop.is_set():
                raise Unavailable("The work was stopped in its midst, and goes on later.")
            with self._context.transaction() as session:
                ids = shifting.follow(session, shoot_id, after, job.asked_by)
                looked += len(ids)
                jobs.keep(session, [job.id], min(1.0, looked / wanted))
            if not ids:
                return _nothing
            after = ids[-1]

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """What follows already stays so; asked again, it goes on."""


def _nothing(session: Session) -> None:
    """Each batch was kept already."""
