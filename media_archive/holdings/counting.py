"""Counting all holdings: a few passes of the database, each over everything once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, func, literal, select, union_all

from media_archive.catalogue.models import Asset
from media_archive.catalogue.seeing import limits, viewer
from media_archive.catalogue.subjects.models import Link
from media_archive.context import Context
from media_archive.db import now
from media_archive.events.models import Event
from media_archive.holdings.figures import Figures, Held, Month, Pictured, Staged, Used
from media_archive.placement.counting.summing import workbench
from media_archive.storage.models import File, Role

#: of use: what happened longer ago is not told
REACH = timedelta(days=760)
#: a month begins at midnight in China
_ZONE = {"sqlite": "+8 hours", "postgresql": "Asia/Shanghai"}


def count(context: Context) -> Figures:
    """Counts everything, in one view of the catalogue."""
    moment = now()
    with workbench(context) as connection:
        assets = _assets(connection)
        return Figures(
            moment,
            tuple(_held(connection, assets)),
            tuple(_months(connection, assets)),
            tuple(_pictured(connection, assets)),
            tuple(_staged(connection, assets)),
            tuple(_used(connection, assets, moment)),
        )


def _assets(connection: Connection) -> FromClause:
    """All assets that are not in the trash, each with the sight that it asks for, its bytes and its months."""
    asset = Asset.__table__.c
    size = select(func.sum(File.size)).where(File.asset_id == asset.id, File.role != Role.RENDITION)
    columns = [
        asset.id,
        asset.archive_id,
        limits.least(asset, viewer.today()).label("sight"),
        asset.kind,
        asset.state,
        asset.year,
        func.coalesce(size.scalar_subquery(), 0).label("bytes"),
        _month(connection, asset.created_at).label("came"),
        _month(connection, asset.opened_at).label("opened"),
    ]
    return select(*columns).where(asset.trashed_at.is_(None)).subquery("assets")


def _month(connection: Connection, column: Any) -> ColumnElement[str]:
    """YYYY-MM of an instant, in China."""
    zone = _ZONE[connection.dialect.name]
    if connection.dialect.name == "sqlite":
        return func.strftime("%Y-%m", column, zone)
    return func.to_char(func.timezone(zone, column), "YYYY-MM")


def _grouped(connection: Connection, columns: list[Any], *sums: Any, within: Any = None) -> Iterator[Any]:
    query = select(*columns, *sums)
    if within is not None:
        query = query.select_from(within)
    for archive, *rest in connection.execute(query.group_by(*columns)):
        yield archive.hex, *rest


def _held(connection: Connection, assets: FromClause) -> Iterator[Held]:
    one = assets.c
    columns = [one.archive_id, one.sight, one.kind, one.state, one.year]
    for archive, sight, kind, state, year, number, size in _grouped(
        connection, columns, func.count(), func.sum(one.bytes)
    ):
        yield Held(archive, sight, kind, state, year, number, int(size))


def _months(connection: Connection, assets: FromClause) -> Iterator[Month]:
    one = assets.c
    columns = [one.archive_id, one.sight, one.came]
    for archive, sight, month, number, size in _grouped(connection, columns, func.count(), func.sum(one.bytes)):
        yield Month(archive, sight, month, number, int(size))


def _pictured(connection: Connection, assets: FromClause) -> Iterator[Pictured]:
    # a film may show it in several stretches
    shows = select(Link.subject_id, Link.asset_id).distinct().subquery("shows")
    one = assets.c
    columns = [one.archive_id, one.sight, shows.c.subject_id]
    within = shows.join(assets, one.id == shows.c.asset_id)
    rows = _grouped(connection, columns, func.count(), func.sum(one.bytes), func.max(one.year), within=within)
    for archive, sight, subject, number, size, year in rows:
        yield Pictured(archive, sight, subject.hex, number, int(size), year)


def _staged(connection: Connection, assets: FromClause) -> Iterator[Staged]:
    shows = (
        select(Link.subject_id, Link.stage, Link.asset_id).where(Link.stage.is_not(None)).distinct().subquery("shows")
    )
    one = assets.c
    columns = [one.archive_id, one.sight, shows.c.subject_id, shows.c.stage]
    within = shows.join(assets, one.id == shows.c.asset_id)
    for archive, sight, subject, stage, number in _grouped(connection, columns, func.count(), within=within):
        yield Staged(archive, sight, subject.hex, stage, number)


def _used(connection: Connection, assets: FromClause, moment: datetime) -> Iterator[Used]:
    one = assets.c
    opened = select(one.archive_id, one.sight, one.opened.label("month"), literal("opened").label("what"), one.id)
    took = (Event.what == "download") & (Event.object_kind == "asset") & (Event.at >= moment - REACH)
    taken = select(
        one.archive_id,
        one.sight,
        _month(connection, Event.at).label("month"),
        literal("downloaded").label("what"),
        one.id,
    )
    taken = taken.join_from(Event, assets, one.id == Event.object_id).where(took)
    every = union_all(opened.where(one.opened.is_not(None)), taken).subquery("uses").c
    columns = [every.archive_id, every.sight, every.month, every.what]
    for row in _grouped(connection, columns, func.count()):
        yield Used(*row)
