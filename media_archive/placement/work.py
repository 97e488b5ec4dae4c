"""The jobs that carry plans out, make the night's plan, and release what is due."""

import threading
from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session

from media_archive.context import Context
from media_archive.events import service as events
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.placement import applying, nightly, overview
from media_archive.placement.models import Plan, PlanState
from media_archive.placement.moving.running import Run
from media_archive.words import Message


class ApplyWork:
    """Carries a plan out as far as it gets; the scheduler has it taken up again (see `applying.resume`)."""

    def __init__(self, context: Context, stop: threading.Event | None = None) -> None:
        self._context, self._stop = context, stop or threading.Event()

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`. Each step is written when it ends: a plan goes on for days, and may be stopped."""
        plan_id = job.target
        assert plan_id is not None
        with self._context.reading() as session:
            plan = session.get(Plan, plan_id)
        if plan and plan.state == PlanState.APPLYING:
            self._context.stores.check_edition()
            Run(self._context, plan_id, job.asked_by, lambda: self._goes_on(job.id, plan_id)).go()
        return _nothing

    def _goes_on(self, job_id: UUID, plan_id: UUID) -> bool:
        """Whether it was not told to stop, has not lost the job to another worker, and the plan was not called off."""
        if self._stop.is_set():
            return False
        with self._context.reading() as session:
            plan = session.get(Plan, plan_id)
            return plan is not None and plan.state == PlanState.APPLYING and jobs.is_mine(session, job_id)

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """It rests with the reason, and is taken up again: what is planned is not forgotten because a worker died."""
        plan = session.get(Plan, job.target)
        if plan and plan.state == PlanState.APPLYING:
            applying.rest(plan, problem)
        events.record(
            session, job.asked_by, "placement", "plan", job.target, outcome="failure", reason=problem.to_json()
        )


class SumWork:
    """Sums up what lies where, for the page that shows it."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        made = overview.look(self._context)
        return lambda session: overview.keep(session, made)

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """The page shows the last answer there was."""


class PlanWork:
    """Makes a plan that somebody asked for, and applies nothing."""

    def __init__(self, context: Context, make: Callable[[Context, str], UUID]) -> None:
        self._context, self._make = context, make

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        self._make(self._context, job.asked_by)
        return _nothing

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """There is no plan; the history says so."""
        events.record(session, job.asked_by, "placement", "plan", None, outcome="failure", reason=problem.to_json())


class NightWork:
    """Releases what is due, then makes a plan and has it applied. `make` is the planner's."""

    def __init__(self, context: Context, make: Callable[[Context, str], UUID]) -> None:
        self._context, self._make = context, make

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        self._context.stores.check_edition()
        nightly.release_due(self._context, nightly.NIGHT)
        if nightly.supersede(self._context):
            applying.apply(self._context, self._make(self._context, nightly.NIGHT), nightly.NIGHT)
        return _nothing

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """The next night tries again."""
        events.record(session, nightly.NIGHT, "placement", "plan", None, outcome="failure", reason=problem.to_json())


class ReleaseWork:
    """Releases the copies whose grace is over."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        self._context.stores.check_edition()
        nightly.release_due(self._context, job.asked_by)
        return _nothing

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """What is due stays due."""
        events.record(session, job.asked_by, "deletion", "copy", None, outcome="failure", reason=problem.to_json())


def _nothing(session: Session) -> None:
    """All was written on the way."""
