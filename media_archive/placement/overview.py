"""What lies where and what that costs: sums over the whole catalogue.

A small catalogue is summed up while the reader waits; a large one by a job, whose last answer stands in the database.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, delete, func, null, or_, select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Archive, Asset
from media_archive.catalogue.subjects.models import Link, Subject, SubjectKind
from media_archive.context import Context
from media_archive.db import now
from media_archive.placement.models import StorageOverview
from media_archive.storage.models import Copy, File, Role
from media_archive.storage.profiles import Profile

TERABYTE = 10**12
#: a catalogue with more files is summed up by a job, and anew when the last answer is older
SMALL, STALE = 20_000, timedelta(minutes=15)
KIND = "sum-storage"
#: projects by themselves; the rest in one line
PROJECTS = 20
RECENTLY = timedelta(days=30)


@dataclass
class Amount:
    """Copies, their bytes, and what they cost a month."""

    copies: int = 0
    bytes: int = 0
    cost: float = 0.0

    def add(self, copies: int, size: int, price: float) -> None:
        """Adds copies of `size` bytes at a price a terabyte and month."""
        self.copies += copies
        self.bytes += size
        self.cost += price * size / TERABYTE


@dataclass
class Store:
    """A store: what the checks of its copies found."""

    copies: int = 0
    verified: int = 0
    bad: int = 0
    recent: int = 0
    due: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True)
class Held:
    """What one store holds of one role."""

    store: str
    role: str
    files: int
    bytes: int
    verified: int
    oldest: datetime | None
    bad: int


@dataclass
class Overview:
    """Sums by what people ask for; the largest first, years and months in their order."""

    at: datetime
    total: Amount = field(default_factory=Amount)
    tiers: dict[str, Amount] = field(default_factory=dict)
    archives: dict[str, Amount] = field(default_factory=dict)
    projects: dict[str, Amount] = field(default_factory=dict)
    kinds: dict[str, Amount] = field(default_factory=dict)
    roles: dict[str, Amount] = field(default_factory=dict)
    #: year in which it came in
    ages: dict[str, Amount] = field(default_factory=dict)
    #: month -> bytes of files that came in, each once
    growth: dict[str, int] = field(default_factory=dict)
    #: verified copies -> files that came in, renditions left out
    copies: dict[int, int] = field(default_factory=dict)
    stores: dict[str, Store] = field(default_factory=dict)
    #: store and role
    held: list[Held] = field(default_factory=list)


def look(context: Context) -> Overview:
    """Reads the sums from the catalogue."""
    profile = context.stores.profile
    made = Overview(now())
    with context.reading() as session:
        names = {one.id: one.name for one in session.scalars(select(Archive))}
        _add_copies(session, made, profile, names)
        _add_projects(session, made, profile)
        _add_growth(session, made)
        _add_counts(session, made)
        _add_audits(session, made, profile)
        made.held = by_store(session)
    for sums in (made.tiers, made.archives, made.projects, made.kinds, made.roles):
        ordered = sorted(sums.items(), key=lambda one: -one[1].bytes)
        sums.clear()
        sums.update(ordered)
    return made


def is_large(session: Session) -> bool:
    """Whether to sum up takes longer than a reader may wait."""
    return session.scalar(select(File.id).limit(1).offset(SMALL)) is not None


def latest(session: Session) -> Overview | None:
    """What the job found last."""
    found = session.scalars(select(StorageOverview).order_by(StorageOverview.at.desc()).limit(1)).first()
    return from_json(found.figures) if found else None


def keep(session: Session, made: Overview) -> None:
    """Makes it the last answer, in place of earlier ones."""
    session.execute(delete(StorageOverview))
    session.add(StorageOverview(at=made.at, figures=to_json(made)))


def to_json(made: Overview) -> dict[str, Any]:
    """For the database."""
    return json.loads(json.dumps(asdict(made), default=lambda moment: moment.isoformat()))  # type: ignore[no-any-return]


def from_json(told: Mapping[str, Any]) -> Overview:
    """The inverse of `to_json`."""
    sums = {
        name: {key: Amount(**one) for key, one in told[name].items()}
        for name in ("tiers", "archives", "projects", "kinds", "roles", "ages")
    }
    return Overview(
        datetime.fromisoformat(told["at"]),
        Amount(**told["total"]),
        **sums,
        growth=dict(told["growth"]),
        copies={int(count): files for count, files in told["copies"].items()},
        stores={name: Store(**{**one, "oldest": _instant(one["oldest"])}) for name, one in told["stores"].items()},
        held=[Held(**{**one, "oldest": _instant(one["oldest"])}) for one in told["held"]],
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _price(profile: Profile, store: str, storage_class: str) -> tuple[str, float]:
    """The tier of copies there, and its price; what the profile does not know is called by its store, and free."""
    name = profile.tier_at(store, storage_class)
    return (name, profile.tiers[name].price) if name else (f"{store} · {storage_class}", 0.0)


def _month(session: Session, column: Any) -> ColumnElement[str]:
    """The month of an instant in UTC, as YYYY-MM."""
    if session.get_bind().dialect.name == "postgresql":
        return func.to_char(func.timezone("UTC", column), "YYYY-MM")
    return func.strftime("%Y-%m", column)


def _add_copies(session: Session, made: Overview, profile: Profile, names: dict[Any, str]) -> None:
    year = func.substr(_month(session, File.created_at), 1, 4).label("year")
    by = (Copy.store, Copy.storage_class, File.archive_id, Asset.kind, File.role, year)
    sums = select(*by, func.count(), func.sum(File.size)).select_from(Copy)
    sums = sums.join(File, File.id == Copy.file_id).join(Asset, Asset.id == File.asset_id).group_by(*by)
    ages: defaultdict[str, Amount] = defaultdict(Amount)
    for store, storage_class, archive_id, kind, role, when, copies, size in session.execute(sums):
        tier, price = _price(profile, store, storage_class)
        made.total.add(copies, int(size), price)
        ages[when].add(copies, int(size), price)
        for one, name in (
            (made.tiers, tier),
            (made.archives, names.get(archive_id, str(archive_id))),
            (made.kinds, str(kind)),
            (made.roles, str(role)),
        ):
            one.setdefault(name, Amount()).add(copies, int(size), price)
    made.ages = dict(sorted(ages.items()))


def _add_projects(session: Session, made: Overview, profile: Profile) -> None:
    """Of the projects alone; what shows two counts for both."""
    by = (Subject.id, Subject.name, Copy.store, Copy.storage_class)
    sums = select(*by, func.count(), func.sum(File.size)).select_from(Subject)
    sums = sums.join(Link, Link.subject_id == Subject.id).join(File, File.asset_id == Link.asset_id)
    sums = sums.join(Copy, Copy.file_id == File.id).where(Subject.kind == SubjectKind.PROJECT, Link.role == "shows")
    every: defaultdict[tuple[Any, str], Amount] = defaultdict(Amount)
    for subject, name, store, storage_class, copies, size in session.execute(sums.group_by(*by)):
        every[subject, name].add(copies, int(size), _price(profile, store, storage_class)[1])
    largest = sorted(every.items(), key=lambda one: -one[1].bytes)[:PROJECTS]
    made.projects = {name: amount for (_, name), amount in largest}


def _add_growth(session: Session, made: Overview) -> None:
    month = _month(session, File.created_at).label("month")
    sums = select(month, func.sum(File.size)).group_by(month).order_by(month)
    made.growth = {when: int(size) for when, size in session.execute(sums)}


def _add_counts(session: Session, made: Overview) -> None:
    """How many files have so many verified copies."""
    verified = select(Copy.file_id, func.count().label("n")).where(Copy.verified_at.is_not(None))
    each = verified.group_by(Copy.file_id).subquery()
    number = func.coalesce(each.c.n, 0).label("number")
    sums = select(number, func.count()).select_from(File).outerjoin(each, each.c.file_id == File.id)
    sums = sums.where(File.role != Role.RENDITION).group_by(number).order_by(number)
    made.copies = {int(count): files for count, files in session.execute(sums)}


def _add_audits(session: Session, made: Overview, profile: Profile) -> None:
    moment = now()
    due = [
        (Copy.store == store, or_(Copy.audited_at.is_(None), Copy.audited_at < moment - timedelta(days=days)))
        for store, days in audit_days(profile).items()
    ]
    is_due = case(*[(here, case((late, 1), else_=0)) for here, late in due], else_=0) if due else null()
    sums = select(
        Copy.store,
        func.count(),
        func.sum(case((Copy.verified_at.is_not(None), 1), else_=0)),
        func.sum(case((Copy.problem.is_not(None), 1), else_=0)),
        func.sum(case((Copy.audited_at >= moment - RECENTLY, 1), else_=0)),
        func.sum(is_due),
        func.min(Copy.audited_at),
    )
    for store, copies, verified, bad, recent, late, oldest in session.execute(sums.group_by(Copy.store)):
        made.stores[store] = Store(copies, int(verified), int(bad), int(recent), int(late or 0), oldest)


def audit_days(profile: Profile) -> dict[str, int]:
    """Store -> after how many days its copies are to be read back: the shortest of the rules that want copies there."""
    found: dict[str, int] = {}
    for rule in profile.rules:
        for tier in profile.tiers_of(rule):
            if rule.audit_days is not None and (tier.online or rule.audit_offline):
                found[tier.store] = min(rule.audit_days, found.get(tier.store, rule.audit_days))
    return found


def cumulated(growth: Iterable[tuple[str, int]]) -> list[tuple[str, int, int]]:
    """(month, bytes that came in, bytes in all), with the months between in which nothing did."""
    rows: list[tuple[str, int, int]] = []
    total = 0
    for month, size in growth:
        while rows and (following := _after(rows[-1][0])) < month:
            rows.append((following, 0, total))
        total += size
        rows.append((month, size, total))
    return rows


def _after(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + 1}-01" if number == 12 else f"{year}-{number + 1:02}"


def by_store(session: Session) -> list[Held]:
    """Copies by store and role."""
    query = (
        select(
            Copy.store,
            File.role,
            func.count(),
            func.sum(File.size),
            func.sum(case((Copy.verified_at.is_not(None), 1), else_=0)),
            func.min(Copy.verified_at),
            func.sum(case((Copy.problem.is_not(None), 1), else_=0)),
        )
        .join(File, File.id == Copy.file_id)
        .group_by(Copy.store, File.role)
        .order_by(Copy.store, File.role)
    )
    return [
        Held(store, str(role), files, int(size or 0), int(verified or 0), oldest, int(bad or 0))
        for store, role, files, size, verified, oldest, bad in session.execute(query)
    ]
