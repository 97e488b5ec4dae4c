"""How the files of the catalogue lie, gathered by the database: one pass over files and copies, whatever the rules."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Integer,
    MetaData,
    Select,
    Table,
    Uuid,
    func,
    insert,
    null,
    or_,
    select,
    text,
)
from sqlalchemy.orm import aliased
from sqlalchemy.schema import SchemaItem

from media_archive.catalogue.models import Asset
from media_archive.context import Context
from media_archive.db import explained
from media_archive.placement.conditions import rule_of
from media_archive.placement.counting.passes import prepare, with_lying
from media_archive.placement.planning.deciding import Layout, State
from media_archive.placement.planning.ranks import Ranks
from media_archive.storage.models import File

#: rule of a file for which there is none
NO_RULE = -1
#: memory for pages of SQLite; its usual two megabytes do not hold the indexes that are gone through
CACHE_KILOBYTES = 131_072


@dataclass(frozen=True)
class Group:
    """Files of one rule whose copies lie alike."""

    rule: int
    held: bool
    #: by which the database tells it from others (see `Ranks`)
    lying: int | str
    #: of each slot
    states: list[State]
    #: for each slot, how many of the layout's intervals have passed since its audit
    overdue: list[int]
    files: int
    bytes: int


class Bench:
    """A connection with the temporary tables of one plan by a layout."""

    def __init__(self, connection: Connection, layout: Layout) -> None:
        self.connection, self.layout, self.ranks = connection, layout, Ranks(layout)
        self.dialect = connection.dialect.name
        self.tables = MetaData()
        self.chosen = self.table("chosen_asset", Column("asset_id", Uuid(), primary_key=True))
        #: a row for each file: its rule, whether it is held, and how its copies lie
        self.standing = self.table(
            "file_standing",
            Column("file_id", Uuid(), nullable=False),
            Column("size", BigInteger, nullable=False),
            *self.kind(),
        )

    def table(self, name: str, *columns: SchemaItem) -> Table:
        """A table of this connection, gone with it."""
        made = Table(name, self.tables, *columns, prefixes=["TEMPORARY"])
        made.create(self.connection, checkfirst=False)
        return made

    def kind(self) -> list[Column[Any]]:
        """Columns that say of which group a file is."""
        return [
            Column("rule", Integer, nullable=False),
            Column("held", Boolean, nullable=False),
            Column("lying", self.ranks.packing.type, nullable=False),
        ]

    def measure(self, table: Table) -> None:
        """Has PostgreSQL look at what was put into a table; SQLite goes through them as it is told."""
        if self.dialect == "postgresql":
            self.connection.execute(text(f"ANALYZE {table.name}"))


@contextmanager
def workbench(context: Context, layout: Layout) -> Iterator[Bench]:
    """A connection for one plan; takes no write lock until it is told that it is `writing`."""
    with explained(), context.engine.connect() as connection:
        connection.execution_options(writing=False)
        try:
            prepare(connection, CACHE_KILOBYTES)
            yield Bench(connection, layout)
        finally:
            # what it left behind, and its settings, are gone with it
            connection.invalidate()


def choose(bench: Bench, batches: Iterable[Sequence[UUID]]) -> None:
    """Notes which assets a plan is for."""
    for batch in batches:
        if batch:
            bench.connection.execute(insert(bench.chosen), [{"asset_id": asset_id} for asset_id in batch])


def gather(bench: Bench, moment: datetime, only_chosen: bool) -> list[Group]:
    """Fills `standing` and sums it up."""
    table, connection = bench.standing, bench.connection
    found = _standing(bench, moment, only_chosen)
    if bench.dialect == "postgresql":
        # what is inserted into a table is selected by one process, what a table is made of by several
        table.drop(connection)
        connection.execute(found.into(table.name, temporary=True))
        bench.measure(table)
    else:
        connection.execute(insert(table).from_select([column.name for column in table.c], found))
    kinds = (table.c.rule, table.c.held, table.c.lying)
    sums = select(*kinds, func.count(), func.sum(table.c.size)).group_by(*kinds).order_by(*kinds)
    return [_group(bench.ranks, *row) for row in connection.execute(sums)]


def _group(ranks: Ranks, rule: int, held: bool, lying: int | str, files: int, size: int) -> Group:
    each = ranks.packing.unpacked(lying)
    states, overdue = [ranks.state_of(rank) for rank in each], [ranks.overdue(rank) for rank in each]
    return Group(rule, bool(held), lying, states, overdue, files, int(size))


def _standing(bench: Bench, moment: datetime, only_chosen: bool) -> Select[Any]:
    # not read from each asset's row: it lies behind its record there, which may be long (see `ix_asset_placing`)
    on_hold = aliased(Asset)
    held = or_(Asset.trashed_at.is_not(None), Asset.id.in_(select(on_hold.id).where(on_hold.hold.is_not(null()))))
    rule = func.coalesce(rule_of(bench.layout.profile, moment), NO_RULE)
    named = (File.id.label("file_id"), File.size, rule.label("rule"), held.label("held"))
    joined = select(*named).join(Asset, Asset.id == File.asset_id)
    if only_chosen:
        joined = joined.where(File.asset_id.in_(select(bench.chosen.c.asset_id)))
    lying = bench.ranks.lying(moment, bench.dialect)
    return with_lying(joined, lying, bench.ranks.packing.nothing, bench.dialect)
