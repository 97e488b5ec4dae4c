"""`media-archive storage apply`."""

import sys
import time
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, told
from media_archive.words import Message

if TYPE_CHECKING:
    from media_archive.archive import Archive

#: seconds between looks at a plan that others work on
PAUSE = 1.0
STATES = {
    "made": Message("made"),
    "applying": Message("being applied"),
    "done": Message("done"),
    "cancelled": Message("cancelled"),
}


@click.command(epilog="Example: media-archive storage apply --wait")
@click.argument("plan", required=False)
@click.option("--cancel", is_flag=True, help="Call the plan off instead; what was done stays.")
@click.option("--wait", is_flag=True, help="Wait until it is done, and do the work where no worker does.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def apply(plan: str | None, cancel: bool, wait: bool, as_json: bool) -> None:
    """Have exactly the steps of PLAN carried out, by default those of the newest plan.

    Each step is looked at again when its turn comes; one that is no longer right is dropped, with the reason.
    """
    from media_archive.placement import applying, planner

    with opened(waking=True) as archive:
        with archive.reading() as session:
            current = applying.current(session) if cancel and not plan else None
        asked = current or planner.plan_called(archive, plan or "")
        if cancel:
            applying.cancel(archive, asked.id, who())
        else:
            applying.apply(archive, asked.id, who())
        found = _followed(archive, asked.id) if wait and not cancel else _looked_at(archive, asked.id)
    if as_json:
        print_json(found)
    else:
        _tell(found)
    if found["problem"] or found["applied"]["failed"]:
        sys.exit(1)


def _looked_at(archive: "Archive", plan_id: UUID) -> dict[str, Any]:
    from media_archive.placement import applying
    from media_archive.placement.models import Plan

    with archive.reading() as session:
        plan: Plan = session.get_one(Plan, plan_id)
        problem = told(Message.from_json(plan.problem)) if plan.problem else None
        rests = plan.rests_until.isoformat() if plan.rests_until else None
        done = applying.applied(session, plan_id)
    return {"plan": str(plan_id), "state": str(plan.state), "problem": problem, "rests_until": rests, "applied": done}


def _followed(archive: "Archive", plan_id: UUID) -> dict[str, Any]:
    """The plan when it has ended, or rests."""
    from media_archive.jobs.kinds import QUEUE_OF
    from media_archive.placement.applying import KIND
    from media_archive.placement.models import PlanState

    while True:
        archive.runner().drain(QUEUE_OF[KIND])
        found = _looked_at(archive, plan_id)
        if found["state"] != PlanState.APPLYING or found["rests_until"]:
            return found
        time.sleep(PAUSE)


def _tell(found: dict[str, Any]) -> None:
    counts = {
        state: sum(one["steps"] for one in found["applied"].get(state, {}).values())
        for state in ("planned", "done", "failed", "dropped")
    }
    inform(
        "Plan {plan}: {state}. Steps: {done} done, {planned} to do, {failed} failed, {dropped} dropped.",
        plan=found["plan"],
        state=STATES[found["state"]],
        **counts,
    )
    if found["problem"]:
        inform("It rests: {reason}", reason=found["problem"])
