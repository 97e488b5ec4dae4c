"""What lies where and what that costs: sums over the whole catalogue.

A small catalogue is summed up while the reader waits; a large one by a job, whose last answer stands in the database.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from media_archive.context import Context
from media_archive.db import now
from media_archive.placement.counting import summing
from media_archive.placement.counting.summing import Group, Lying, Place, Project, Span
from media_archive.placement.models import StorageOverview
from media_archive.storage.models import File, Role
from media_archive.storage.profiles import Profile

TERABYTE = 10**12
#: a catalogue with more files is summed up by a job, and anew when the last answer is older
SMALL, STALE = 20_000, timedelta(minutes=15)
KIND = "sum-storage"
#: projects by themselves; the rest in one line
PROJECTS = 20
#: of what a store holds, as it is kept
HELD = ("store", "role", "files", "bytes", "verified", "bad")


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

    def add(self, lying: Lying, files: int) -> None:
        """Adds the copies of so many files."""
        self.copies += lying.copies * files
        self.verified += lying.verified * files
        self.bad += lying.bad * files
        self.recent += lying.recent * files
        self.due += lying.due * files


@dataclass
class Held:
    """What one store holds of one role."""

    store: str
    role: str
    files: int = 0
    bytes: int = 0
    verified: int = 0
    bad: int = 0

    def add(self, lying: Lying, files: int, size: int) -> None:
        """Adds the copies of so many files of `size` bytes together."""
        self.files += lying.copies * files
        self.bytes += lying.copies * size
        self.verified += lying.verified * files
        self.bad += lying.bad * files


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

    def holding(self, store: str, role: str) -> Held:
        """What that store holds of that role, to be added to."""
        for one in self.held:
            if (one.store, one.role) == (store, role):
                return one
        self.held.append(Held(store, role))
        return self.held[-1]


def look(context: Context) -> Overview:
    """Reads the sums from the catalogue."""
    profile = context.stores.profile
    made = Overview(now())
    with summing.workbench(context) as connection:
        there = summing.places(connection, profile, audit_days(profile))
        spans = summing.spans(connection)
        priced = [(place, *_price(profile, place)) for place in there]
        for place in there:
            made.stores.setdefault(place.store, Store())
        for store, oldest in summing.oldest_audits(connection, list(made.stores)).items():
            made.stores[store].oldest = oldest
    with ThreadPoolExecutor(len(spans) + 1, "sums") as hands:
        projects = hands.submit(_projects, context, there, made.at)
        parts = list(hands.map(lambda span: _groups(context, there, made.at, span), spans))
    for group in chain(*parts):
        _add(made, group, priced)
    made.projects = _largest(projects.result(), priced)
    for name in ("tiers", "archives", "kinds", "roles"):
        sums: dict[str, Amount] = getattr(made, name)
        setattr(made, name, dict(sorted(sums.items(), key=lambda one: -one[1].bytes)))
    for name in ("ages", "growth", "copies"):
        setattr(made, name, dict(sorted(getattr(made, name).items())))
    made.held.sort(key=lambda one: (one.store, one.role))
    return made


def _groups(context: Context, there: Sequence[Place], moment: datetime, span: Span) -> list[Group]:
    with summing.workbench(context) as connection:
        return list(summing.groups(connection, there, moment, span))


def _projects(context: Context, there: Sequence[Place], moment: datetime) -> list[Project]:
    with summing.workbench(context) as connection:
        return list(summing.projects(connection, there, moment))


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
        held=[Held(**{name: one[name] for name in HELD}) for one in told["held"]],
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _price(profile: Profile, place: Place) -> tuple[str, float]:
    """The tier of copies there, and its price; what the profile does not know is called by its store, and free."""
    name = profile.tier_at(place.store, place.storage_class) if place.storage_class else None
    if name is None:
        return f"{place.store} · …" if place.known else place.store, 0.0
    return name, profile.tiers[name].price


def _add(made: Overview, group: Group, priced: Sequence[tuple[Place, str, float]]) -> None:
    made.growth[group.month] = made.growth.get(group.month, 0) + group.bytes
    if group.role != Role.RENDITION:
        verified = sum(lying.verified for lying in group.lying)
        made.copies[verified] = made.copies.get(verified, 0) + group.files
    for (place, tier, price), lying in zip(priced, group.lying, strict=True):
        if not lying.copies:
            continue
        amounts = (
            (made.tiers, tier),
            (made.archives, group.archive),
            (made.kinds, str(group.kind)),
            (made.roles, str(group.role)),
            (made.ages, group.month[:4]),
        )
        for amount in (made.total, *(sums.setdefault(name, Amount()) for sums, name in amounts)):
            amount.add(lying.copies * group.files, lying.copies * group.bytes, price)
        made.stores[place.store].add(lying, group.files)
        made.holding(place.store, str(group.role)).add(lying, group.files, group.bytes)


def _largest(projects: Iterable[Project], priced: Sequence[tuple[Place, str, float]]) -> dict[str, Amount]:
    """The largest projects alone, those of one name together; what shows two counts for both."""
    every: defaultdict[str, Amount] = defaultdict(Amount)
    for one in projects:
        for (_, _, price), lying in zip(priced, one.lying, strict=True):
            every[one.name].add(lying.copies * one.files, lying.copies * one.bytes, price)
    largest = sorted(every.items(), key=lambda one: -one[1].bytes)[:PROJECTS]
    return {name: amount for name, amount in largest if amount.copies}


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
