"""The job that brings originals back: asks the stores for many at once, looks how far they are, tells who waits."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from media_archive.context import Context
from media_archive.db import now
from media_archive.events import service as events
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.restoring import budget, returning, telling
from media_archive.restoring.fetching import Fetched, fetch
from media_archive.restoring.models import RestoreItem, RestoreState
from media_archive.restoring.standings import LIVE, LONGEST_WAIT, is_due
from media_archive.storage import standing
from media_archive.storage.models import Copy, File, Phase
from media_archive.storage.stores.store import Thaw
from media_archive.words import Message

BATCH = 500
#: requests to a store at a time
HANDS = 8
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class _Wish:
    """One file of a batch: who waits for it, and which copy is to be brought back; None where it is online."""

    file: File
    items: Sequence[RestoreItem]
    copy: Copy | None

    @property
    def days(self) -> int:
        return max(item.request.days for item in self.items)


class RestoreWork:
    """Does what is due: batch after batch, each written before the next, so that a crash loses no answer of a store."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        self.turn(now())
        return lambda _session: None

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """What waits goes on waiting; the next look is asked for by the scheduler."""
        events.record(session, "system", "restoration", "restore", None, outcome="failure", reason=problem.to_json())

    def turn(self, moment: datetime) -> None:
        """Everything that is due at `moment`."""
        while wishes := self._due(moment):
            with ThreadPoolExecutor(HANDS) as hands:
                answers = list(hands.map(lambda wish: self._fetched(wish, moment), wishes))
            with self._context.transaction() as session:
                self._write(session, wishes, answers, moment)
        with self._context.transaction() as session:
            telling.end(session, moment)
        returning.shorten(self._context, moment)

    def _due(self, moment: datetime) -> list[_Wish]:
        """The next files that are due, within what may be spent."""
        due = select(RestoreItem).where(is_due(moment))
        with self._context.transaction() as session:
            items = session.scalars(
                due.order_by(RestoreItem.look_at).limit(BATCH).options(selectinload(RestoreItem.request))
            ).all()
            allowed = budget.within(session, items, self._context.settings.restore_budget, moment)
            ids = {item.file_id for item in allowed}
            query = select(File).where(File.id.in_(ids)).options(selectinload(File.copies))
            files = session.scalars(query).all()
            # whoever else waits for the same file waits for the same answer
            query_items = select(RestoreItem).where(RestoreItem.file_id.in_(ids), RestoreItem.state.in_(LIVE))
            waiting = session.scalars(query_items.options(selectinload(RestoreItem.request))).all()
        if items and not allowed:
            return self._due(moment)  # all of this batch was put off
        return [
            _Wish(file, [item for item in waiting if item.file_id == file.id], self._copy(file, moment))
            for file in files
        ]

    def _copy(self, file: File, moment: datetime) -> Copy | None:
        profile = self._context.stores.profile
        there = [copy for copy in file.copies if copy.phase == Phase.HERE and copy.store in profile.stores]
        sound = [copy for copy in there if copy.problem is None]
        offline = [copy for copy in sound if standing.is_offline(profile, copy.store, copy.storage_class)]
        if len(offline) < len(sound) or not offline:
            return None
        places = [(copy.store, copy.storage_class) for copy in offline]
        return offline[standing.cheapest(profile, places, file.size)]

    def _fetched(self, wish: _Wish, moment: datetime) -> Fetched:
        if wish.copy is None:
            return Fetched(Thaw.ONLINE)
        return fetch(self._context.stores, wish.copy, wish.days, moment + timedelta(days=wish.days))

    def _write(self, session: Session, wishes: Sequence[_Wish], answers: Sequence[Fetched], moment: datetime) -> None:
        ready: list[UUID] = []
        for wish, got in zip(wishes, answers, strict=True):
            for item in wish.items:
                # somebody may have given it back meanwhile
                if (there := session.get(RestoreItem, (item.request_id, item.file_id))) and there.state in LIVE:
                    _advance(there, wish, got, moment)
            if wish.copy is not None and got.thaw == Thaw.READY and (copy := session.get(Copy, wish.copy.id)):
                copy.readable_until = got.readable_until or moment + timedelta(days=wish.days)
            if got.thaw in (Thaw.READY, Thaw.ONLINE):
                ready.append(wish.file.id)
                _record(session, wish, got)
        session.flush()
        telling.wake(session, ready)
        telling.ready(session, {item.request_id for wish in wishes for item in wish.items}, moment)


def _advance(item: RestoreItem, wish: _Wish, got: Fetched, moment: datetime) -> None:
    """Writes into one item what the store said."""
    item.problem = got.problem.to_json() if got.problem else None
    item.copy_id = wish.copy.id if wish.copy else None
    if got.problem and not got.passing:
        item.state = RestoreState.FAILED
    elif got.problem or got.thaw == Thaw.OFFLINE:
        item.look_at = moment + LONGEST_PAUSE / 6
    elif got.thaw == Thaw.UNDER_WAY:
        item.state, item.asked_at = RestoreState.ASKED, item.asked_at or moment
        item.look_at = moment + pause(item, moment)
    else:
        item.state, item.asked_at, item.ready_at = RestoreState.READY, item.asked_at or moment, moment
        wanted = moment + timedelta(days=item.request.days)
        item.ends_at = min(wanted, got.readable_until) if got.readable_until else wanted


def pause(item: RestoreItem, moment: datetime) -> timedelta:
    """Until the next look: half of the hours that the tier takes, then ever shorter parts of them, never long."""
    elapsed = moment - (item.asked_at or moment)
    hours = timedelta(hours=item.hours)
    next_look = hours / 2 if elapsed < hours / 4 else hours / 12
    return max(SHORTEST_PAUSE, min(next_look, LONGEST_PAUSE if elapsed else min(hours / 2, LONGEST_WAIT)))


def _record(session: Session, wish: _Wish, got: Fetched) -> None:
    requests = sorted(str(item.request_id) for item in wish.items)
    events.record(
        session,
        "system",
        "restoration",
        "asset",
        wish.file.asset_id,
        file=str(wish.file.id),
        store=wish.copy.store if wish.copy else None,
        until=got.readable_until.isoformat() if got.readable_until else None,
        requests=requests,
    )
