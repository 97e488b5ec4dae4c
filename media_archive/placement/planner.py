"""Plans: what must be copied, changed in class or released, why, and what that costs.

The database sorts the files by their rule and by how their copies lie; for each such group it is decided once what is
to be done (see `deciding`); the database then writes the steps of all files of the group.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Integer,
    Select,
    String,
    Table,
    Uuid,
    and_,
    delete,
    func,
    insert,
    literal,
    null,
    select,
    update,
)

from media_archive.context import Context
from media_archive.db import new_id, now
from media_archive.errors import NotFound
from media_archive.placement.deciding import Decision, Layout, Move, decide
from media_archive.placement.figures import Figures
from media_archive.placement.gathering import NO_RULE, STANDING, TEMPORARY, Group, choose, gather, workbench
from media_archive.placement.models import Action, Plan, PlanState, Step, StepState
from media_archive.storage.models import Copy, Phase
from media_archive.storage.profiles import Profile

#: a plan that nobody applied is forgotten after this time: the catalogue has moved on
KEPT = timedelta(days=2)
#: what is to be done with each group, one row a step
DECIDED = Table(
    "group_decided",
    TEMPORARY,
    Column("number", Integer, nullable=False, unique=True),
    Column("rule", Integer, primary_key=True, autoincrement=False),
    Column("held", Boolean, primary_key=True),
    Column("lying", String(400), primary_key=True),
    Column("source", Integer, primary_key=True, autoincrement=False),
    #: a slot; -1 for a release
    Column("target", Integer, primary_key=True, autoincrement=False),
    #: steps of lower ones come first
    Column("phase", Integer, nullable=False),
    Column("action", String(16), nullable=False),
    Column("store", String(64), nullable=False),
    #: None for whatever class of the store is not that of a tier
    Column("storage_class", String(32)),
    Column("from_tier", String(64)),
    Column("to_tier", String(64)),
    Column("title", String(128), nullable=False),
    #: 0 where nothing is charged
    Column("minimum_days", Integer, nullable=False),
    Column("grace_days", Integer, nullable=False),
    prefixes=["TEMPORARY"],
)
#: the files of which something is to be done, and with which of their copies
MOVING = Table(
    "file_moving",
    TEMPORARY,
    Column("file_id", Uuid(), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("decided", Integer, nullable=False),
    Column("copy_id", Uuid()),
    prefixes=["TEMPORARY"],
)
PHASES = {Action.COPY: 0, Action.RECLASS: 2, Action.RELEASE: 4}


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
    with workbench(context) as connection:
        figures = _look(connection, profile, chosen, moment)
        connection.commit()
        connection.execution_options(writing=True)
        _forget(connection, moment)
        plan = new_id()
        told = {**figures.to_json(), "placing": profile.placing}
        connection.execute(
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
        connection.execute(insert(Step).from_select(_COLUMNS, _steps(plan)))
        connection.commit()
    return plan


def preview(
    context: Context,
    profile: Profile | None = None,
    *,
    chosen: Iterable[Sequence[UUID]] | None = None,
    moment: datetime | None = None,
) -> Figures:
    """What a plan by `profile` (None for the one in force) would come to; writes nothing."""
    with workbench(context) as connection:
        return _look(connection, profile or context.stores.profile, chosen, moment or now())


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


def _look(
    connection: Connection, profile: Profile, chosen: Iterable[Sequence[UUID]] | None, moment: datetime
) -> Figures:
    """Fills the temporary tables and sums up."""
    layout = Layout(profile)
    if chosen is not None:
        choose(connection, chosen)
    groups = gather(connection, layout, moment, chosen is not None)
    figures = Figures(layout, moment)
    rows: list[dict[str, Any]] = []
    for group in groups:
        rule = None if group.rule == NO_RULE else profile.rules[group.rule]
        decision = decide(layout, rule, group.held, group.states(len(layout.slots)))
        figures.add(group, decision)
        rows += _rows(layout, group, decision)
    if rows:
        connection.execute(insert(DECIDED), [{"number": number, **row} for number, row in enumerate(rows)])
        connection.execute(insert(MOVING).from_select(["file_id", "size", "decided", "copy_id"], _moving()))
    early = _early(connection, moment) if any(row["minimum_days"] for row in rows) else ()
    for rule_place, action, source, target, byte_days in early:
        figures.charge_early(rule_place, action, source, target, byte_days)
    return figures


def _rows(layout: Layout, group: Group, decision: Decision) -> Iterator[dict[str, Any]]:
    for move in decision.moves:
        source = layout.slots[move.source]
        to_slot = None if move.target is None else layout.slots[move.target]
        release = move.action == Action.RELEASE
        yield {
            "rule": group.rule,
            "held": group.held,
            "lying": group.lying,
            "source": move.source,
            "target": -1 if move.target is None else move.target,
            "phase": _phase(layout, move),
            "action": str(move.action),
            "store": source.store,
            "storage_class": source.storage_class,
            "from_tier": source.name,
            "to_tier": to_slot.name if to_slot else None,
            "title": layout.profile.title(group.rule),
            "minimum_days": source.tier.minimum_days if source.tier and move.action != Action.COPY else 0,
            "grace_days": layout.profile.rules[group.rule].grace_days if release else 0,
        }


def _phase(layout: Layout, move: Move) -> int:
    """Copies before classes before releases; among each, what can be read at once afterwards before what cannot."""
    offline = move.target is not None and not layout.slots[move.target].online
    return PHASES[move.action] + offline


def _group_of(decided: Table) -> Any:
    return and_(
        STANDING.c.rule == decided.c.rule, STANDING.c.held == decided.c.held, STANDING.c.lying == decided.c.lying
    )


def _is_source() -> Any:
    """Whether a copy is the one that a decided step reads, changes or releases."""
    return and_(
        Copy.file_id == STANDING.c.file_id,
        Copy.store == DECIDED.c.store,
        func.coalesce(DECIDED.c.storage_class, Copy.storage_class) == Copy.storage_class,
        Copy.problem.is_(null()),
        Copy.phase == Phase.HERE,
    )


#: in the order of `_steps`
_COLUMNS = [
    "plan_id",
    "position",
    "action",
    "file_id",
    "copy_id",
    "from_tier",
    "to_tier",
    "rule",
    "bytes",
    "state",
]


def _moving() -> Select[Any]:
    """One row for each step, with the copy that it is about."""
    copy = (
        select(Copy.id)
        .where(_is_source())
        .order_by(Copy.condemned_at.is_not(None), Copy.verified_at.is_(None))
        .limit(1)
        .correlate(STANDING, DECIDED)
        .scalar_subquery()
    )
    found = select(STANDING.c.file_id, STANDING.c.size, DECIDED.c.number, copy)
    return found.join_from(STANDING, DECIDED, _group_of(DECIDED))


def _steps(plan: UUID) -> Select[Any]:
    """One row for each step, numbered in the order in which they are done."""
    order = (DECIDED.c.phase, DECIDED.c.rule, MOVING.c.file_id)
    return select(
        literal(plan, Uuid()),
        func.row_number().over(order_by=order),
        DECIDED.c.action,
        MOVING.c.file_id,
        MOVING.c.copy_id,
        DECIDED.c.from_tier,
        DECIDED.c.to_tier,
        DECIDED.c.title,
        MOVING.c.size,
        literal(str(StepState.PLANNED), String(16)),
    ).join_from(MOVING, DECIDED, MOVING.c.decided == DECIDED.c.number)


def _early(connection: Connection, moment: datetime) -> Iterator[tuple[int, Action, int, int | None, float]]:
    """For what leaves its tier before the minimum: its step, and bytes times missing days."""
    kinds = (DECIDED.c.rule, DECIDED.c.action, DECIDED.c.source, DECIDED.c.target)
    since = func.date(Copy.class_since)
    terms = (DECIDED.c.minimum_days, DECIDED.c.grace_days)
    days = connection.execute(
        select(*kinds, *terms, since, func.sum(MOVING.c.size))
        .join_from(MOVING, DECIDED, MOVING.c.decided == DECIDED.c.number)
        .join(Copy, Copy.id == MOVING.c.copy_id)
        .where(DECIDED.c.minimum_days > 0)
        .group_by(*kinds, *terms, since)
    )
    for rule, action, source, target, minimum, grace, day, size in days:
        if day is None:
            continue
        entered = day if isinstance(day, date) else date.fromisoformat(day)
        missing = minimum - (moment.date() - entered).days - grace
        if missing > 0:
            yield rule, Action(action), source, None if target < 0 else target, float(size) * missing


def _forget(connection: Connection, moment: datetime) -> None:
    """Removes the steps of plans that nobody applied in time; that there were such plans stays."""
    old = select(Plan.id).where(Plan.state == PlanState.MADE, Plan.created_at < moment - KEPT)
    connection.execute(delete(Step).where(Step.plan_id.in_(old)))
    connection.execute(
        update(Plan)
        .where(Plan.state == PlanState.MADE, Plan.created_at < moment - KEPT)
        .values(state=PlanState.CANCELLED, ended_at=moment)
    )
