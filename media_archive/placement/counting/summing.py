"""The sums over the whole catalogue, worked out by the database: each file is looked at once, with its copies.

How many copies a file has in each place, and in which condition, is one number with some bits for each place. Files of
the same month, role, kind and archive whose numbers are equal are one group; there are few groups, however many files.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    case,
    cast,
    extract,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    text,
    true,
)

from media_archive.catalogue.models import Archive, Asset, Kind
from media_archive.catalogue.subjects.models import Link, Subject, SubjectKind
from media_archive.context import Context
from media_archive.db import explained
from media_archive.placement.counting.packing import Packing, Share
from media_archive.placement.counting.passes import prepare, with_lying
from media_archive.storage.models import Copy, File, Role
from media_archive.storage.profiles import Profile
from media_archive.storage.profiles.places import FolderSpec
from media_archive.storage.stores.store import STANDARD

RECENTLY = timedelta(days=30)
#: how wide each of the counts of `Lying` is: a place holds a file once, and up to three copies there are counted right
BITS, COUNTS = 2, 5
WIDTH = BITS * COUNTS
#: files that are looked at by several threads, and the most of these
WORTHWHILE, MOST_SPANS = 50_000, 4
#: memory of each of them for SQLite's pages
CACHE_KILOBYTES = 32_768
#: rows of SQLite's table of files, from one to the other; None to the last
Span = tuple[int, int | None] | None
ROLES, KINDS = tuple(Role), tuple(Kind)


@dataclass(frozen=True)
class Place:
    """A class of a store where copies lie, or all its classes but `known`; after `days` what lies there is to be read.

    A folder has one class.
    """

    store: str
    storage_class: str | None
    known: tuple[str, ...] = ()
    #: None for never
    days: int | None = None
    folder: bool = False

    @property
    def so(self) -> ColumnElement[bool] | None:
        """What is true of the copies of the store that lie there; None for all of them."""
        if self.folder:
            return None
        if self.storage_class is None:
            return Copy.storage_class.not_in(self.known)
        return Copy.storage_class == self.storage_class


@dataclass(frozen=True)
class Lying:
    """Copies of one file in one place: how many, and how many of them are so."""

    copies: int
    verified: int
    bad: int
    recent: int
    due: int


@dataclass(frozen=True)
class Group:
    """Files that are alike and whose copies lie alike."""

    #: YYYY-MM in UTC: when they came in
    month: str
    role: Role
    kind: Kind
    #: name of the archive
    archive: str
    #: place by place
    lying: Sequence[Lying]
    files: int
    bytes: int


@dataclass(frozen=True)
class Project:
    """Files whose assets show one project, and whose copies lie alike."""

    name: str
    lying: Sequence[Lying]
    files: int
    bytes: int


@contextmanager
def workbench(context: Context) -> Iterator[Connection]:
    """A connection for passes over everything: one view of the catalogue, no write lock, enough memory."""
    with explained(), context.engine.connect() as connection:
        connection.execution_options(writing=False)
        prepare(connection, CACHE_KILOBYTES)
        try:
            yield connection
        finally:
            connection.invalidate()  # its settings are gone with it


def stores(connection: Connection) -> list[str]:
    """The stores where copies lie, whether a profile knows of them or not: a look into the index for each."""
    first = select(func.min(Copy.store).label("store")).cte("stores", recursive=True)
    following = select(func.min(Copy.store)).where(Copy.store > first.c.store).scalar_subquery()
    each = first.union_all(select(following).where(first.c.store.is_not(None)))
    return [store for (store,) in connection.execute(select(each.c.store)) if store is not None]


def places(connection: Connection, profile: Profile, audit_days: Mapping[str, int]) -> list[Place]:
    """Where copies lie: the classes that the profile knows, and for each store all others as one."""
    found = []
    for store in stores(connection):
        known = sorted({profile.class_of(tier) for tier in profile.tiers.values() if tier.store == store})
        days = audit_days.get(store)
        if isinstance(profile.stores.get(store), FolderSpec):
            found.append(Place(store, STANDARD, (), days, folder=True))
            continue
        found += [Place(store, name, days=days) for name in known]
        found.append(Place(store, None, tuple(known), days))
    return found


def spans(connection: Connection) -> list[Span]:
    """Parts of all files, for as many processors to look at; one where the database shares its work out itself."""
    if connection.dialect.name != "sqlite":
        return [None]
    last = connection.scalar(text("SELECT max(rowid) FROM file")) or 0
    count = min(os.cpu_count() or 1, MOST_SPANS) if last > WORTHWHILE else 1
    ends = [last * number // count for number in range(count + 1)]
    return [(start, None if end == last else end) for start, end in pairwise(ends)]


def groups(connection: Connection, there: Sequence[Place], moment: datetime, span: Span = None) -> Iterator[Group]:
    """All files, or those of a span, sorted into groups."""
    archives = connection.execute(select(Archive.id, Archive.name).order_by(Archive.id)).all()
    alike = _alike(connection.dialect.name, [one.id for one in archives])
    files = select(alike.label("of"), File.id.label("file_id"), File.size).join(Asset, Asset.id == File.asset_id)
    if span:
        start, end = span
        rows: ColumnElement[int] = literal_column("file.rowid")
        files = files.where(rows > start, rows <= end if end is not None else true())
    for number, lying, count, size in connection.execute(_grouped(connection, files, there, moment)):
        months, archive, kind, role = _told(int(number), len(archives))
        yield Group(
            f"{months // 12:04}-{months % 12 + 1:02}",
            ROLES[role],
            KINDS[kind],
            archives[archive].name,
            _unpacked(lying, there),
            count,
            int(size),
        )


def projects(connection: Connection, there: Sequence[Place], moment: datetime) -> Iterator[Project]:
    """The files of the assets that show a project; those of what shows two are in both."""
    shows = select(Link.subject_id, Link.asset_id).join(Subject, Subject.id == Link.subject_id)
    # a film may show it in several stretches
    shown = shows.where(Subject.kind == SubjectKind.PROJECT, Link.role == "shows").distinct().subquery()
    every = connection.execute(select(Subject.id, Subject.name).where(Subject.kind == SubjectKind.PROJECT))
    names = {one.id: one.name for one in every}
    files = select(shown.c.subject_id.label("of"), File.id.label("file_id"), File.size).select_from(shown)
    files = files.join(File, File.asset_id == shown.c.asset_id)
    for subject, lying, count, size in connection.execute(_grouped(connection, files, there, moment)):
        yield Project(names[subject], _unpacked(lying, there), count, int(size))


def oldest_audits(connection: Connection, stores: Sequence[str]) -> dict[str, datetime | None]:
    """When that of each store's copies was read that was not read for longest; those never read are left out."""
    return {store: connection.scalar(select(func.min(Copy.audited_at)).where(Copy.store == store)) for store in stores}


def _grouped(
    connection: Connection, files: Select[*tuple[Any, ...]], there: Sequence[Place], moment: datetime
) -> Select[Any, int | str, int, int]:
    """`files` (of what they are, and their sizes) and how their copies lie: groups, how many, and their bytes."""
    dialect, packing = connection.dialect.name, _packing(there)
    lying = packing.sum([Share(place.store, place.so, _share(place, moment)) for place in there], dialect)
    each = with_lying(files, lying, packing.nothing, dialect).subquery()
    return select(each.c.of, each.c.lying, func.count(), func.sum(each.c.size)).group_by(each.c.of, each.c.lying)


def _packing(there: Sequence[Place]) -> Packing:
    return Packing(len(there), WIDTH, WIDTH - 1)


def _share(place: Place, moment: datetime) -> ColumnElement[int]:
    """What one copy adds to the number of its place."""
    one: ColumnElement[int] = literal(1, Integer)
    so = [Copy.verified_at.is_not(None), Copy.problem.is_not(null()), Copy.audited_at >= moment - RECENTLY]
    if place.days is not None:
        late = moment - timedelta(days=place.days)
        so.append(or_(Copy.audited_at.is_(None), Copy.audited_at < late))
    for number, condition in enumerate(so, 1):
        one = one + case((condition, literal(1 << BITS * number, Integer)), else_=literal(0, Integer))
    return one


def _unpacked(lying: int | str, there: Sequence[Place]) -> list[Lying]:
    found = _packing(there).unpacked(lying)
    return [Lying(*(bits >> BITS * number & (1 << BITS) - 1 for number in range(COUNTS))) for bits in found]


def _alike(dialect: str, archives: Sequence[UUID]) -> ColumnElement[int]:
    """Month (from January of the year 0), archive, kind and role of a file in one number."""
    if dialect == "postgresql":
        at = func.timezone("UTC", File.created_at)
        year, month = cast(extract("year", at), BigInteger), cast(extract("month", at), BigInteger)
    else:
        year, month = (cast(func.substr(File.created_at, *place), BigInteger) for place in ((1, 4), (6, 2)))
    number: ColumnElement[int] = year * 12 + month - 1
    number = number * len(archives) + _place_of(File.archive_id, archives)
    number = number * len(KINDS) + _place_of(Asset.kind, KINDS)
    return number * len(ROLES) + _place_of(File.role, ROLES)


def _place_of(column: Any, values: Sequence[Any]) -> ColumnElement[int]:
    return case({value: literal(place, BigInteger) for place, value in enumerate(values)}, value=column)


def _told(number: int, archives: int) -> tuple[int, int, int, int]:
    """The inverse of `_alike`."""
    number, role = divmod(number, len(ROLES))
    number, kind = divmod(number, len(KINDS))
    months, archive = divmod(number, archives)
    return months, archive, kind, role
