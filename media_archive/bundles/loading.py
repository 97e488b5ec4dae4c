"""Rows of a bundle into a database: a whole catalogue into an empty one, or what is told of some assets over what is there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from media_archive.bundles.manifest import Rows
from media_archive.bundles.opening import Opened
from media_archive.bundles.rows import table_of
from media_archive.catalogue.models import Asset, Outbox
from media_archive.db import now
from media_archive.storage.models import File

ROWS = 1000
#: tables of which what is told of an asset, or of its files, is all there is of it
ALL_OF_ASSET = ("rendition", "outcome", "link", "text_line")
ALL_OF_FILE = ("findings", "copy")


def load(connection: Connection, bundle: Opened) -> None:
    """Everything, into tables that are empty."""
    for name, told in bundle.manifest.tables.items():
        table = table_of(name, told.columns)
        for some in _batches(bundle.rows(name)):
            connection.execute(table.insert(), [{**row, **dict.fromkeys(told.later)} for row in some])
        _fill_in(connection, table, told, bundle.rows(name))
    _count_on(connection, bundle)


def lay_over(connection: Connection, bundle: Opened) -> None:
    """What is told of some assets, over what is there; events that are there stay as they are."""
    _forget_old(connection, bundle)
    for name, told in bundle.manifest.tables.items():
        table = table_of(name, told.columns)
        for row in bundle.rows(name):
            if name == "event":
                row |= {"position": None, "digest": None}  # chained anew, behind what is there
            _put(connection, table, told, {**row, **dict.fromkeys(told.later)}, replacing=name != "event")
        _fill_in(connection, table, told, bundle.rows(name))


def follow_up(connection: Connection) -> None:
    """Asks for what bundles leave out: the search's words of every asset."""
    assets = select(Asset.id, bindparam("at", now(), type_=Outbox.at.type))
    connection.execute(Outbox.__table__.insert().from_select(["asset_id", "at"], assets))  # type: ignore[attr-defined]


def _forget_old(connection: Connection, bundle: Opened) -> None:
    tables = bundle.manifest.tables
    for assets in _batches(row["id"] for row in bundle.rows("asset")) if "asset" in tables else ():
        for name in ALL_OF_FILE:
            if name in tables:
                table = table_of(name, tables[name].columns)
                files = select(File.id).where(File.asset_id.in_(assets))
                connection.execute(delete(table).where(table.c.file_id.in_(files)))
        for name in ALL_OF_ASSET:
            if name in tables:
                table = table_of(name, tables[name].columns)
                connection.execute(delete(table).where(table.c.asset_id.in_(assets)))


def _put(connection: Connection, table: Table, told: Rows, row: Mapping[str, Any], replacing: bool) -> None:
    insert = insert_postgresql if connection.dialect.name == "postgresql" else insert_sqlite
    values = {name: value for name, value in row.items() if name not in told.key}
    asked = insert(table).values(**row)
    if replacing and values:
        connection.execute(asked.on_conflict_do_update(index_elements=told.key, set_=values))
    else:
        connection.execute(asked.on_conflict_do_nothing())


def _fill_in(connection: Connection, table: Table, told: Rows, rows: Iterable[Mapping[str, Any]]) -> None:
    """Columns that name rows of the same table, now that all are there."""
    if not told.later:
        return
    this = and_(*(table.c[name] == bindparam(f"key_{name}") for name in told.key))
    asked = table.update().where(this).values({name: bindparam(f"new_{name}") for name in told.later})
    for some in _batches(row for row in rows if any(row[name] is not None for name in told.later)):
        connection.execute(
            asked,
            [
                {f"key_{name}": row[name] for name in told.key} | {f"new_{name}": row[name] for name in told.later}
                for row in some
            ],
        )


def _count_on(connection: Connection, bundle: Opened) -> None:
    """Numbers that the database itself gives go on behind those that came; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for name, told in bundle.manifest.tables.items():
        key = told.key[0] if len(told.key) == 1 else None
        if key and told.columns[key] == "integer":
            column = table_of(name, told.columns).c[key]
            last = connection.scalar(select(func.max(column)))
            if last is not None:
                serial = text("SELECT setval(pg_get_serial_sequence(:table, :key), :last)")
                connection.execute(serial, {"table": f'"{name}"', "key": key, "last": last})


def _batches(rows: Iterable[Any]) -> Iterator[Sequence[Any]]:
    rest = iter(rows)
    while some := list(islice(rest, ROWS)):
        yield some
