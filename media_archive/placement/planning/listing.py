"""The steps of a plan: for each file of a group of which something is to be done, and the copy it is about."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    PrimaryKeyConstraint,
    Select,
    String,
    Uuid,
    and_,
    func,
    insert,
    literal,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on

from media_archive.placement.models import Action, Step, StepState
from media_archive.placement.planning.deciding import Decision, Layout, Move
from media_archive.placement.planning.gathering import Bench, Group
from media_archive.storage.models import Copy, Phase

PHASES = {Action.COPY: 0, Action.RECLASS: 2, Action.RELEASE: 4}
#: in the order of `Listing.steps`
COLUMNS = [
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


class Listing:
    """The tables that steps are made of."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        #: what is to be done with each group, one row a step
        self.decided = bench.table(
            "group_decided",
            *bench.kind(),
            Column("number", Integer, nullable=False, unique=True),
            Column("source", Integer, nullable=False),
            #: a slot; -1 for a release
            Column("target", Integer, nullable=False),
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
            PrimaryKeyConstraint("lying", "rule", "held", "number"),
        )
        #: the files of which something is to be done, and with which of their copies
        self.moving = bench.table(
            "file_moving",
            Column("file_id", Uuid(), nullable=False),
            Column("size", BigInteger, nullable=False),
            Column("decided", Integer, nullable=False),
            Column("copy_id", Uuid()),
        )

    def fill(self, rows: Sequence[dict[str, Any]]) -> None:
        """Notes what was decided (see `decided_rows`), and finds the files and copies that it is about."""
        connection = self.bench.connection
        connection.execute(insert(self.decided), [{"number": number, **row} for number, row in enumerate(rows)])
        self.bench.measure(self.decided)
        found = self._found_together() if self.bench.dialect == "postgresql" else self._found_one_by_one()
        connection.execute(insert(self.moving).from_select([column.name for column in self.moving.c], found))
        self.bench.measure(self.moving)

    def write(self, plan: UUID) -> None:
        """Writes a step for each, numbered in the order in which they are done."""
        self.bench.connection.execute(insert(Step).from_select(COLUMNS, self._steps(plan)))

    def _steps(self, plan: UUID) -> Select[Any]:
        decided, moving = self.decided.c, self.moving.c
        order = (decided.phase, decided.rule, moving.file_id)
        return select(
            literal(plan, Uuid()),
            func.row_number().over(order_by=order),
            decided.action,
            moving.file_id,
            moving.copy_id,
            decided.from_tier,
            decided.to_tier,
            decided.title,
            moving.size,
            literal(str(StepState.PLANNED), String(16)),
        ).join_from(self.moving, self.decided, moving.decided == decided.number)

    def _of_group(self) -> Any:
        standing, decided = self.bench.standing.c, self.decided.c
        return and_(standing.lying == decided.lying, standing.rule == decided.rule, standing.held == decided.held)

    def _is_source(self) -> Any:
        """Whether a copy is the one that a decided step reads, changes or releases."""
        return and_(
            Copy.file_id == self.bench.standing.c.file_id,
            Copy.store == self.decided.c.store,
            func.coalesce(self.decided.c.storage_class, Copy.storage_class) == Copy.storage_class,
            Copy.problem.is_(null()),
            Copy.phase == Phase.HERE,
        )

    def _found_one_by_one(self) -> Select[Any]:
        standing, decided = self.bench.standing, self.decided
        copy = select(Copy.id).where(self._is_source()).order_by(*_BEST).limit(1)
        alone = copy.correlate(standing, decided).scalar_subquery()
        found = select(standing.c.file_id, standing.c.size, decided.c.number, alone)
        return found.join_from(standing, decided, self._of_group())

    def _found_together(self) -> Select[Any]:
        """The same, by one pass over the copies: to look each up takes PostgreSQL three times as long."""
        standing, decided = self.bench.standing, self.decided
        found = select(standing.c.file_id, standing.c.size, decided.c.number, Copy.id)
        joined = found.join_from(standing, decided, self._of_group()).outerjoin(Copy, self._is_source())
        one_of_each = (standing.c.file_id, decided.c.number)
        return joined.ext(distinct_on(*one_of_each)).order_by(*one_of_each, *_BEST)

    def early(self, moment: datetime) -> Iterator[tuple[int, Action, int, int | None, float]]:
        """For what leaves its tier before the minimum: its step, and bytes times missing days."""
        decided, moving = self.decided.c, self.moving.c
        kinds = (decided.rule, decided.action, decided.source, decided.target)
        since = func.date(Copy.class_since)
        terms = (decided.minimum_days, decided.grace_days)
        days = self.bench.connection.execute(
            select(*kinds, *terms, since, func.sum(moving.size))
            .join_from(self.moving, self.decided, moving.decided == decided.number)
            .join(Copy, Copy.id == moving.copy_id)
            .where(decided.minimum_days > 0)
            .group_by(*kinds, *terms, since)
        )
        for rule, action, source, target, minimum, grace, day, size in days:
            if day is None:
                continue
            entered = day if isinstance(day, date) else date.fromisoformat(day)
            missing = minimum - (moment.date() - entered).days - grace
            if missing > 0:
                yield rule, Action(action), source, None if target < 0 else target, float(size) * missing


#: which of several copies is taken: one that is to stay, one that was read back
_BEST = (Copy.condemned_at.is_not(None), Copy.verified_at.is_(None))


def decided_rows(layout: Layout, group: Group, decision: Decision) -> Iterator[dict[str, Any]]:
    """The steps that were decided for a group, as `Listing.fill` takes them."""
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
