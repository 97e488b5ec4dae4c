"""Having plans carried out: asked for, called off, taken up again."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from media_archive.context import Context
from media_archive.db import alone, now
from media_archive.errors import Conflict, NotFound
from media_archive.events import service as events
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job
from media_archive.placement.models import Plan, PlanState, Step, StepState
from media_archive.words import Message

KIND = "apply-plan"
APPLY_LOCK = 0x6D61_706C  # "mapl": key of PostgreSQL's advisory lock
#: how long a plan rests that a store made wait
REST = timedelta(minutes=10)
#: until the next night, and what clocks are put forward in spring
LONGEST_REST = timedelta(days=1, hours=2)


def apply(context: Context, plan_id: UUID, who: str) -> None:
    """Asks for the steps of that plan, and no others, to be done; nothing happens if that was asked already.

    Raises NotFound, or Conflict where the plan has ended or another one is being applied.
    """
    with context.transaction() as session:
        alone(session, APPLY_LOCK)
        plan = _plan(session, plan_id)
        if plan.state in (PlanState.DONE, PlanState.CANCELLED):
            raise Conflict("The plan {id} has ended. Make a new one.", id=str(plan_id))
        if other := session.scalars(
            select(Plan.id).where(Plan.state == PlanState.APPLYING, Plan.id != plan_id)
        ).first():
            raise Conflict(
                "The plan {id} is being applied. Wait for it, or cancel it with `media-archive storage apply --cancel`.",
                id=str(other),
            )
        if plan.state == PlanState.MADE:
            plan.state, plan.applied_by, plan.applied_at = PlanState.APPLYING, who, now()
            events.record(session, who, "placement", "plan", plan_id, begun=True)
        plan.problem = plan.rests_until = None
        jobs.request(session, KIND, plan_id, who=who)


def cancel(context: Context, plan_id: UUID, who: str) -> None:
    """Calls a plan off: the step that is under way ends, no other begins. What was done stays."""
    with context.transaction() as session:
        plan = _plan(session, plan_id)
        if plan.state in (PlanState.DONE, PlanState.CANCELLED):
            raise Conflict("The plan {id} has ended. Make a new one.", id=str(plan_id))
        close(session, plan, PlanState.CANCELLED, who)


def current(session: Session) -> Plan | None:
    """The plan that is being applied."""
    return session.scalars(select(Plan).where(Plan.state == PlanState.APPLYING).order_by(Plan.applied_at)).first()


def newest(session: Session) -> Plan | None:
    """The last plan that was made and not applied yet."""
    return session.scalars(select(Plan).where(Plan.state == PlanState.MADE).order_by(Plan.created_at.desc())).first()


def resume(session: Session) -> None:
    """Wants work on plans again that are not through and that nobody works on: after a rest, a stop or many deaths."""
    moment = now()
    # a rest that is longer than any: the clock was put back since
    over = or_(Plan.rests_until <= moment, Plan.rests_until > moment + LONGEST_REST)
    rested = or_(Plan.rests_until.is_(None), over)
    wanted = select(Plan).where(Plan.state == PlanState.APPLYING, rested)
    for plan in session.scalars(wanted):
        if session.scalar(select(Job.id).where(Job.ticket == f"{KIND}:{plan.id}")) is None:
            jobs.request(session, KIND, plan.id, who=plan.applied_by or "system")


def rest(plan: Plan, problem: Message | None, until: Any = None) -> None:
    """The plan waits, at least until that moment."""
    plan.problem = problem.to_json() if problem else None
    plan.rests_until = until or now() + REST


def close(session: Session, plan: Plan, state: PlanState, who: str) -> None:
    """The plan ends; its figures tell what was done."""
    plan.state, plan.ended_at = state, now()
    plan.problem = plan.rests_until = None
    plan.figures = {**plan.figures, "applied": applied(session, plan.id)}
    outcome = "success" if state == PlanState.DONE else "warning"
    events.record(session, who, "placement", "plan", plan.id, outcome=outcome, applied=plan.figures["applied"])


def applied(session: Session, plan_id: UUID) -> dict[str, Any]:
    """Steps and bytes of a plan as they stand: state -> action -> {"steps", "bytes"}."""
    sums = select(Step.state, Step.action, func.count(), func.sum(Step.bytes)).where(Step.plan_id == plan_id)
    found: dict[str, Any] = {str(state): {} for state in StepState}
    for state, action, steps, size in session.execute(sums.group_by(Step.state, Step.action)):
        found[str(state)][str(action)] = {"steps": steps, "bytes": int(size)}
    return found


def _plan(session: Session, plan_id: UUID) -> Plan:
    plan = session.get(Plan, plan_id, with_for_update=True)
    if plan is None:
        raise NotFound("There is no plan {id}. `media-archive storage plan` makes one.", id=str(plan_id))
    return plan
