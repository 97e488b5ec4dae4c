"""The jobs that make suggestions, and that carry out what was decided of very many."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import Unavailable
from media_archive.events import service as events
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job, State
from media_archive.jobs.runner import Conclusion
from media_archive.logs import Log
from media_archive.suggesting import deciding, entering, following
from media_archive.suggesting.choosing import Chosen
from media_archive.suggesting.following import Find
from media_archive.suggesting.judging import Judge
from media_archive.words import Message

KIND = "suggest"
#: there is one list, and one job that works it off at a time
LIST = UUID("73756767-6573-7400-8000-000000000000")
#: assets looked at between two transactions
BATCH = 100
#: a job gives its worker back after so long; the next one goes on
TURN_SECONDS = 20.0
#: after a failure nothing is asked for that long
PAUSE = timedelta(minutes=10)

log = Log()


def ask(context: Context) -> None:
    """Asks for the list to be worked off, where there is anything on it, and the last attempt did not fail just now."""
    failed = select(Job.id).where(Job.target == LIST, Job.state == State.DEAD, Job.ended_at > now() - PAUSE)
    with context.reading() as session:
        if not following.waiting(session) or session.scalar(failed.limit(1)):
            return
    with context.transaction() as session:
        jobs.request(session, KIND, LIST)


class Suggester:
    """Works off the list of what is to be looked at."""

    def __init__(self, context: Context, judge: Judge, find: Find) -> None:
        self._context, self._judge, self._find = context, judge, find

    def run(self, ids: Sequence[UUID]) -> int:
        """Looks at these assets now; returns how many suggestions are new."""
        made = 0
        for start in range(0, len(ids), BATCH):
            made += self._look(ids[start : start + BATCH], [])
        return made

    def work_off(self, seconds: float | None = None, stop: threading.Event | None = None) -> int:
        """Looks at what is on the list, until nothing is or the time is over; returns how many assets that were."""
        until = None if seconds is None else monotonic() + seconds
        looked = 0
        while (until is None or monotonic() < until) and not (stop and stop.is_set()):
            with self._context.reading() as session:
                entries = following.next_entries(session, BATCH)
            if not entries:
                break
            if following.is_plain(entries[0]):
                ids = list({one.asset_id for one in entries if one.asset_id})
                self._look(ids, [one.id for one in entries])
                looked += len(ids)
            else:
                with self._context.transaction() as session:
                    following.expand(session, entries[0].id, self._find)
        return looked

    def _look(self, ids: Sequence[UUID], entries: Sequence[int]) -> int:
        """A batch; where the rules stumble over one asset, each alone, so that the others have theirs."""
        try:
            return self._enter(ids, entries)
        except Unavailable:
            raise
        except Exception as exc:
            if len(ids) <= 1:
                log.exception("suggestions.failed", asset=str(ids[0]) if ids else None, reason=str(exc))
                with self._context.transaction() as session:
                    following.done(session, entries)
                return 0
            made = sum(self._look([one], []) for one in ids)
            with self._context.transaction() as session:
                following.done(session, entries)
            return made

    def _enter(self, ids: Sequence[UUID], entries: Sequence[int]) -> int:
        with self._context.reading() as session, self._judge.alone:
            self._judge.gazetteer.refresh(session)
            found = self._judge.suspicions(session, ids)
        with self._context.transaction() as session:
            made = entering.enter(session, found)
            following.done(session, entries)
        return made


class SuggestWork:
    """Makes the suggestions that are due."""

    def __init__(self, suggester: Suggester, stop: threading.Event | None = None) -> None:
        self._suggester, self._stop = suggester, stop

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`. What is left is asked for again."""
        self._suggester.work_off(TURN_SECONDS, self._stop)
        return _nothing

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """The list is as it was, and is asked for again."""
        reason = problem.to_json()
        events.record(session, "system", "suggestion", "job", job.id, outcome="failure", reason=reason)


def _nothing(session: Session) -> None:
    """All was written on the way."""


class DecideWork:
    """Accepts or refuses more suggestions than a request may."""

    def __init__(self, context: Context, find: Find) -> None:
        self._context, self._find = context, find

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`. What was decided by an attempt before stays so."""
        moment = datetime.fromisoformat(job.args["moment"])
        chosen = Chosen.of(job.args["chosen"])
        deciding.decide_all(self._context, chosen, job.args["verdict"], job.asked_by, self._find, moment)
        return _nothing

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """What was not reached waits as before."""
        reason = problem.to_json()
        events.record(session, job.asked_by, "modification", "job", job.id, outcome="failure", reason=reason)


def ask_to_decide(session: Session, chosen: Chosen, verdict: str, who: str) -> datetime:
    """Asks for a decision on everything that is chosen; returns the moment by which it can be undone."""
    moment = now()
    args = {"chosen": chosen.plain(), "verdict": deciding.checked(verdict), "moment": moment.isoformat()}
    jobs.request(session, "decide-suggestions", None, args=args, who=who)
    return moment
