"""Removing the rows of an asset whose bytes are gone, whatever other features keep about it."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Column, MetaData, Select, Table, Uuid, delete, inspect, select, update
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.errors import Conflict
from media_archive.jobs.models import Job
from media_archive.storage.models import Copy, File


def forget(session: Session, asset_id: UUID) -> None:
    """Deletes the asset's row and all that hang on it; what only names it, such as a receipt, stays without the name.

    Conflict while a copy of one of its files is known: the bytes go first.
    """
    files = select(File.id).where(File.asset_id == asset_id)
    if session.scalar(select(Copy.id).where(Copy.file_id.in_(files)).limit(1)):
        raise Conflict("Copies of it still lie in the stores. It is tried again.")
    session.execute(delete(Job).where(Job.target == asset_id, Job.ended_at.is_(None)))
    forget_files(session, files)
    for table, column, optional in _naming(session, "asset"):
        _let_go(session, table, column, optional, column == asset_id)
    session.execute(delete(Asset).where(Asset.id == asset_id))
    session.expire_all()


def forget_files(session: Session, files: Select[UUID]) -> None:
    """Deletes the rows of `files`, a query of their ids, and what hangs on them. Their copies must be gone."""
    for table, column, optional in _naming(session, "file"):
        _let_go(session, table, column, optional, column.in_(files))
    session.execute(delete(File).where(File.id.in_(files)))


def _let_go(session: Session, table: Table, column: Column[UUID], optional: bool, those: object) -> None:
    change = update(table).values({column: None}) if optional else delete(table)
    session.execute(change.where(those))  # type: ignore[arg-type]


def _naming(session: Session, named: str) -> Iterator[tuple[Table, Column[UUID], bool]]:
    """Tables and columns that name a row of `named`, and whether they may name none.

    The database is asked: a command has imported the models only of what it needs. What the database lets go of by
    itself is left to it.
    """
    seen = inspect(session.connection())
    for name in seen.get_table_names():
        if name == "file" or (named == "file" and name == "copy"):
            continue
        optional = {column["name"]: bool(column["nullable"]) for column in seen.get_columns(name)}
        for key in seen.get_foreign_keys(name):
            if key["referred_table"] == named and not key.get("options", {}).get("ondelete"):
                column: Column[UUID] = Column(key["constrained_columns"][0], Uuid())
                yield Table(name, MetaData(), column), column, optional[column.name]
