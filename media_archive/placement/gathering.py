"""How the files of the catalogue lie, gathered by the database: one pass over files and copies, whatever the rules."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Uuid,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    text,
)
from sqlalchemy.orm import aliased

from media_archive.catalogue.models import Asset
from media_archive.context import Context
from media_archive.db import explained
from media_archive.placement.conditions import rule_of
from media_archive.placement.deciding import Layout, Slot, State
from media_archive.storage.models import Copy, File, Phase
from media_archive.storage.profiles.places import FolderSpec

#: tables of one connection, gone with it
TEMPORARY = MetaData()
CHOSEN = Table("chosen_asset", TEMPORARY, Column("asset_id", Uuid(), primary_key=True), prefixes=["TEMPORARY"])
STANDING = Table(
    "file_standing",
    TEMPORARY,
    Column("file_id", Uuid(), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("rule", Integer, nullable=False),
    Column("held", Boolean, nullable=False),
    #: see `_lying`
    Column("lying", String(400), nullable=False),
    prefixes=["TEMPORARY"],
)
#: rule of a file for which there is none
NO_RULE = -1
#: what each copy adds to its slot: this, ten times its State, and how many of the layout's intervals its audit is past
ONE = 100
#: slots are so far apart in the sum, and so many are in one, which must not exceed 63 bits
BASE, PACKED = 1000, 6
#: memory that PostgreSQL may take for the passes; its own default writes them to disk
WORK_MEMORY = "160MB"
#: PostgreSQL goes through files and copies with several processes only where it believes that to be worth its while
TOGETHER = (
    "SET parallel_setup_cost = 0",
    "SET parallel_tuple_cost = 0",
    "SET min_parallel_table_scan_size = 0",
)
#: memory for pages of SQLite; its usual two megabytes do not hold the indexes that are gone through
CACHE_KILOBYTES = 131_072


@dataclass(frozen=True)
class Group:
    """Files of one rule whose copies lie alike."""

    rule: int
    held: bool
    lying: str
    files: int
    bytes: int

    def digits(self, slots: int) -> list[int]:
        """For each slot what its copies sum up to; 0 where there is none."""
        numbers = [int(number) for number in self.lying.split(",")]
        return [numbers[place // PACKED] // BASE ** (place % PACKED) % BASE for place in range(slots)]

    def states(self, slots: int) -> list[State]:
        """Of each slot. Several copies in one, which a store does not have by itself, are not counted as verified."""
        return [_state_of(digits) for digits in self.digits(slots)]

    def overdue(self, slots: int) -> list[int]:
        """For each slot, how many of the layout's intervals have passed since its audit."""
        return [digits % 10 for digits in self.digits(slots)]


def _state_of(digits: int) -> State:
    if not digits:
        return State.ABSENT
    return State.UNVERIFIED if digits >= 2 * ONE else State(digits % ONE // 10)


@contextmanager
def workbench(context: Context) -> Iterator[Connection]:
    """A connection with the tables above, for one plan; takes no write lock until `writing`."""
    with explained(), context.engine.connect() as connection:
        connection.execution_options(writing=False)
        try:
            if connection.dialect.name == "postgresql":
                for setting in (f"SET work_mem = '{WORK_MEMORY}'", *TOGETHER):
                    connection.execute(text(setting))
            else:
                connection.execute(text(f"PRAGMA cache_size = -{CACHE_KILOBYTES}"))
            TEMPORARY.create_all(connection, checkfirst=False)
            yield connection
        finally:
            # what it left behind, and its settings, are gone with it
            connection.invalidate()


def choose(connection: Connection, batches: Iterable[Sequence[UUID]]) -> None:
    """Notes which assets a plan is for."""
    for batch in batches:
        if batch:
            connection.execute(insert(CHOSEN), [{"asset_id": asset_id} for asset_id in batch])


def gather(connection: Connection, layout: Layout, moment: datetime, only_chosen: bool) -> list[Group]:
    """Fills `STANDING` and sums it up."""
    standing = _standing(connection.dialect.name, layout, moment)
    if only_chosen:
        standing = standing.where(File.asset_id.in_(select(CHOSEN.c.asset_id)))
    if connection.dialect.name == "postgresql":
        # what is inserted into a table is selected by one process, what a table is made of by several
        STANDING.drop(connection)
        connection.execute(standing.into(STANDING.name, temporary=True))
        connection.execute(text(f"ANALYZE {STANDING.name}"))
    else:
        connection.execute(insert(STANDING).from_select([column.name for column in STANDING.c], standing))
    kinds = (STANDING.c.rule, STANDING.c.held, STANDING.c.lying)
    sums = select(*kinds, func.count(), func.sum(STANDING.c.size)).group_by(*kinds).order_by(*kinds)
    return [
        Group(rule, bool(held), lying, files, int(size)) for rule, held, lying, files, size in connection.execute(sums)
    ]


def _standing(dialect: str, layout: Layout, moment: datetime) -> Select[tuple[UUID, int, int, bool, str]]:
    # not read from each asset's row: it lies behind its record there, which may be long (see `ix_asset_placing`)
    on_hold = aliased(Asset)
    held = or_(Asset.trashed_at.is_not(None), Asset.id.in_(select(on_hold.id).where(on_hold.hold.is_not(null()))))
    rule = func.coalesce(rule_of(layout.profile, moment), NO_RULE)
    lying = _lying(layout, moment)
    named = (File.id.label("file_id"), File.size, rule.label("rule"), held.label("held"))
    joined = select(*named).join(Asset, Asset.id == File.asset_id)
    if dialect == "sqlite":
        # it would write a joined sum to disk first, and index it: to look up each file's copies is three times as fast
        return joined.add_columns(select(lying).where(Copy.file_id == File.id).scalar_subquery().label("lying"))
    sums = select(Copy.file_id, lying.label("lying")).group_by(Copy.file_id).subquery()
    nowhere = ",".join("0" for _ in range(0, len(layout.slots), PACKED))
    return joined.add_columns(func.coalesce(sums.c.lying, nowhere).label("lying")).outerjoin(
        sums, sums.c.file_id == File.id
    )


def _lying(layout: Layout, moment: datetime) -> ColumnElement[str]:
    """How the copies of one file lie, as text: numbers of `PACKED` slots each, the first slot in the lowest digits.

    One sum over the copies: to look for the copy in each slot takes the database three times as long.
    """
    rank = ONE + _state() * 10 + _overdue(layout, moment)
    numbers = []
    for start in range(0, len(layout.slots), PACKED):
        # what stands first is asked first: how a copy is matters only for the one slot that it lies in
        ranks = [
            (in_slot(layout, slot), rank * cast(BASE**place, BigInteger))
            for place, slot in enumerate(layout.slots[start : start + PACKED])
        ]
        # begun and not finished: the next attempt finishes it; or its object is being removed: nothing may rest on it
        share = case((Copy.phase != Phase.HERE, literal(0, BigInteger)), *ranks, else_=literal(0, BigInteger))
        numbers.append(cast(func.coalesce(func.sum(share), 0), String))
    whole: ColumnElement[str] = numbers[0]
    for number in numbers[1:]:
        whole = whole.concat(",").concat(number)
    return whole


def in_slot(layout: Layout, slot: Slot) -> ColumnElement[bool]:
    """Whether a copy lies in the slot."""
    stores = layout.profile.stores
    if slot.store is None:
        return Copy.store.not_in(list(stores))
    if isinstance(stores[slot.store], FolderSpec):
        return Copy.store == slot.store
    if slot.tier is not None:
        return and_(Copy.store == slot.store, Copy.storage_class == slot.storage_class)
    classes = [other.storage_class for other in layout.slots if other.store == slot.store and other.tier]
    return and_(Copy.store == slot.store, Copy.storage_class.not_in(classes))


def _state() -> ColumnElement[int]:
    verified = Copy.verified_at.is_not(None)
    return case(
        (Copy.problem.is_not(null()), int(State.DAMAGED)),
        (and_(Copy.condemned_at.is_not(None), verified), int(State.GOING)),
        (Copy.condemned_at.is_not(None), int(State.GOING_UNVERIFIED)),
        (verified, int(State.VERIFIED)),
        else_=int(State.UNVERIFIED),
    )


def _overdue(layout: Layout, moment: datetime) -> ColumnElement[int]:
    """How many of the layout's intervals have passed since the copy was last audited."""
    passed: list[tuple[ColumnElement[bool], int]] = [
        (Copy.audited_at <= moment - timedelta(days=days), count)
        for count, days in reversed([*enumerate(layout.intervals, 1)])
    ]
    never = (Copy.audited_at.is_(None), len(layout.intervals))
    return case(never, *passed, else_=literal(0, Integer))
