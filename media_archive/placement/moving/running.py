"""Carrying out a plan's steps, in their order, as far as one attempt gets.

What a store or the day's budget does not allow now stays planned, and the rest goes on; a later attempt begins with
what is left. Several files are on their way at once, the steps of one file one after the other.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from threading import Lock
from uuid import UUID

from sqlalchemy import func, select, update

from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import ArchiveError, NoSpace, Unavailable
from media_archive.logs import Log
from media_archive.placement import applying
from media_archive.placement.models import Action, Plan, PlanState, Step, StepState
from media_archive.placement.moving import days
from media_archive.placement.moving.steps import Ended, carry_out
from media_archive.words import Message

log = Log()

BATCH = 64
HANDS = 4
#: steps that the day's budget is for
MOVING = (Action.COPY, Action.RECLASS)
BUDGET = Message("The day's {gigabytes} GB are moved. It goes on tomorrow.")


@dataclass
class Run:
    """One attempt at a plan. `going` tells whether to begin another step."""

    context: Context
    plan_id: UUID
    who: str
    going: Callable[[], bool]
    hands: int = HANDS
    #: stores that are full or do not answer -> why
    closed: dict[str, Message] = field(default_factory=dict)
    #: bytes that may still be moved today; None for any number
    allowance: float | None = None
    #: whether something was moved today
    moved: bool = False
    spent: bool = False
    _lock: Lock = field(default_factory=Lock)

    def go(self) -> None:
        """Does what can be done now, and ends the plan or lets it rest."""
        self._reckon()
        after = -1
        with ThreadPoolExecutor(self.hands, thread_name_prefix="steps") as pool:
            while batch := self._next(after):
                after = batch[-1].position
                together = [list(steps) for _, steps in groupby(sorted(batch, key=_in_order), key=_file)]
                list(pool.map(self._one_file, together))
                if not self.going():
                    return
        self._settle()

    def _reckon(self) -> None:
        nightly = self.context.stores.profile.nightly
        if nightly is None:
            return
        since = days.last(nightly.at, self.context.settings)
        done = select(func.coalesce(func.sum(Step.bytes), 0))
        done = done.where(Step.state == StepState.DONE, Step.action.in_(MOVING), Step.ended_at >= since)
        with self.context.reading() as session:
            moved = int(session.scalar(done) or 0)
        self.allowance, self.moved = nightly.gigabytes * 1e9 - moved, moved > 0

    def _next(self, after: int) -> list[Step]:
        planned = select(Step).where(Step.plan_id == self.plan_id, Step.state == StepState.PLANNED)
        with self.context.reading() as session:
            return list(session.scalars(planned.where(Step.position > after).order_by(Step.position).limit(BATCH)))

    def _one_file(self, steps: list[Step]) -> None:
        for step in steps:
            if self._closed(step) or not self._affords(step) or not self.going():
                return
            try:
                ended = carry_out(self.context, step, self.who)
            except Unavailable as exc:
                if self._shut(step, exc):
                    return
                ended = Ended(StepState.FAILED, exc.message)
            self._write(step, ended)

    def _closed(self, step: Step) -> bool:
        return bool(self.closed) and any(store in self.closed for store in self._stores(step))

    def _stores(self, step: Step) -> list[str]:
        """The stores that the step changes."""
        tiers = self.context.stores.profile.tiers
        name = step.to_tier if step.action in MOVING else step.from_tier
        return [tiers[name].store] if name in tiers else []

    def _affords(self, step: Step) -> bool:
        """Takes the step's bytes from the day's budget; a file that is larger than that is moved alone, first of its day."""
        if self.allowance is None or step.action not in MOVING:
            return True
        with self._lock:
            if step.bytes > self.allowance and self.moved:
                self.spent = True
                return False
            self.allowance, self.moved = self.allowance - step.bytes, True
        return True

    def _shut(self, step: Step, exc: Unavailable) -> bool:
        """Whether the step waits for a store that is full or away; else the trouble is its own."""
        if isinstance(exc, NoSpace):
            self.closed |= dict.fromkeys(self._stores(step), exc.message)
            return True
        away = self._away(step)
        self.closed |= away
        return bool(away)

    def _away(self, step: Step) -> dict[str, Message]:
        """The stores that do not answer, and that which the step changes if its disk is read-only for now."""
        changed = self._stores(step) if step.action != Action.AUDIT else []
        found: dict[str, Message] = {}
        for name in self.context.stores.names:
            try:
                self.context.stores.store(name).check(writing=name in changed)
            except ArchiveError as exc:
                found[name] = exc.message
        return found

    def _write(self, step: Step, ended: Ended) -> None:
        mine = (Step.plan_id == step.plan_id, Step.position == step.position, Step.state == StepState.PLANNED)
        problem = ended.problem.to_json() if ended.problem else None
        with self.context.transaction() as session:
            session.execute(update(Step).where(*mine).values(state=ended.state, problem=problem, ended_at=now()))
        if ended.state == StepState.FAILED:
            log.warning("step.failed", plan=str(self.plan_id), step=step.position, reason=str(ended.problem))

    def _settle(self) -> None:
        left = select(func.count()).where(Step.plan_id == self.plan_id, Step.state == StepState.PLANNED)
        nightly = self.context.stores.profile.nightly
        with self.context.transaction() as session:
            plan = session.get_one(Plan, self.plan_id, with_for_update=True)
            if plan.state != PlanState.APPLYING:
                return
            if not session.scalar(left):
                applying.close(session, plan, PlanState.DONE, self.who)
            elif self.closed or nightly is None or not self.spent:
                applying.rest(plan, next(iter(self.closed.values()), None))
            else:
                problem = Message(BUDGET.template, {"gigabytes": nightly.gigabytes})
                applying.rest(plan, problem, days.next_(nightly.at, self.context.settings))


def _file(step: Step) -> UUID:
    return step.file_id


def _in_order(step: Step) -> tuple[UUID, int]:
    return step.file_id, step.position
