"""Plans: what must be copied, changed in class or released, why, and what that costs.

The database sorts the files by their rule and by how their copies lie; for each such group it is decided once what is
to be done (see `deciding`); the database then writes the steps of all files of the group.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from media_archive.context import Context
from media_archive.db import new_id, now
from media_archive.errors import NotFound
from media_archive.placement.models import Plan, PlanState, Step
from media_archive.placement.planning.deciding import Layout, decide
from media_archive.placement.planning.figures import Figures
from media_archive.placement.planning.gathering import NO_RULE, Bench, choose, gather, workbench
from media_archive.placement.planning.listing import Listing, decided_rows
from media_archive.storage.profiles import Profile

#: a plan that nobody applied is forgotten after this time: the catalogue has moved on
KEPT = timedelta(days=2)


def make(
    context: Context,
    who: str,
    query: str = "",
    *,
    chosen: Iterable[Sequence[UUID]] | None = None,
    moment: datetime | None = None,
) -> UUID:
    """Writes a plan of everything that is to be done at `moment`, by the profile in force; returns its id.

    `chosen`: ids of the assets it is for, a batch at a time, as `query` found them; None for all. Other writers wait
    only while the steps are written.
    """
    profile, moment = context.stores.profile, moment or now()
    with workbench(context, Layout(profile)) as bench:
        figures, listing = _look(bench, chosen, moment)
        bench.connection.commit()
        bench.connection.execution_options(writing=True)
        _forget(bench.connection, moment)
        plan = new_id()
        told = {**figures.to_json(), "placing": profile.placing}
        bench.connection.execute(
            insert(Plan).values(
                id=plan,
                profile=profile.key,
                edition=profile.edition,
                query=query,
                figures=told,
                made_by=who,
                created_at=moment,
            )
        )
        listing.write(plan)
        bench.connection.commit()
    return plan


def preview(
    context: Context,
    profile: Profile | None = None,
    *,
    chosen: Iterable[Sequence[UUID]] | None = None,
    moment: datetime | None = None,
) -> Figures:
    """What a plan by `profile` (None for the one in force) would come to; writes nothing."""
    with workbench(context, Layout(profile or context.stores.profile)) as bench:
        figures, _ = _look(bench, chosen, moment or now())
        return figures


def last_applied(context: Context) -> Plan | None:
    """The plan that was applied last, for all files or some."""
    with context.reading() as session:
        newest = select(Plan).where(Plan.applied_at.is_not(None)).order_by(Plan.applied_at.desc()).limit(1)
        return session.scalar(newest)


def plan_called(context: Context, name: str = "") -> Plan:
    """The plan of this id, or the newest that waits to be applied; NotFound."""
    with context.reading() as session:
        if name:
            found = session.get(Plan, UUID(name)) if _is_id(name) else None
        else:
            waiting = select(Plan).where(Plan.state == PlanState.MADE).order_by(Plan.created_at.desc()).limit(1)
            found = session.scalar(waiting)
    if found is None:
        raise NotFound(
            "There is no plan {name} that could be applied. Make one with `media-archive storage plan`.", name=name
        )
    return found


def _is_id(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True


def _look(bench: Bench, chosen: Iterable[Sequence[UUID]] | None, moment: datetime) -> tuple[Figures, Listing]:
    """Fills the temporary tables and sums up."""
    layout = bench.layout
    if chosen is not None:
        choose(bench, chosen)
    figures = Figures(layout, moment)
    rows: list[dict[str, Any]] = []
    for group in gather(bench, moment, chosen is not None):
        rule = None if group.rule == NO_RULE else layout.profile.rules[group.rule]
        decision = decide(layout, rule, group.held, group.states)
        figures.add(group, decision)
        rows += decided_rows(layout, group, decision)
    listing = Listing(bench)
    if rows:
        listing.fill(rows)
    for early in listing.early(moment) if any(row["minimum_days"] for row in rows) else ():
        figures.charge_early(*early)
    return figures, listing


def _forget(connection: Connection, moment: datetime) -> None:
    """Removes the steps of plans that nobody applied in time; that there were such plans stays."""
    old = select(Plan.id).where(Plan.state == PlanState.MADE, Plan.created_at < moment - KEPT)
    connection.execute(delete(Step).where(Step.plan_id.in_(old)))
    connection.execute(
        update(Plan)
        .where(Plan.state == PlanState.MADE, Plan.created_at < moment - KEPT)
        .values(state=PlanState.CANCELLED, ended_at=moment)
    )
