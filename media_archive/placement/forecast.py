"""Size and cost in the months to come: files grow old and idle under the rules, and as many come in as came in so far.

What is assumed is told with every forecast (`ASSUMPTIONS`): it is arithmetic on the past, not a promise.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    SQLColumnExpression,
    String,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.db import now
from media_archive.placement.conditions import fits
from media_archive.placement.planning.deciding import Layout
from media_archive.placement.planning.figures import MONTH_DAYS, month
from media_archive.storage.models import File, Role
from media_archive.storage.profiles import Profile
from media_archive.storage.profiles.shape import Rule, When
from media_archive.words import Message

#: months whose intake is taken as that of every month to come
SEASON = 12
MOST_YEARS = 50
ASSUMPTIONS = (
    Message("Every month as many bytes come in as in the average month of the last {season}, of the same mix."),
    Message("Nobody opens what lies there; what comes in is opened when it comes in and then no more."),
    Message("Ratings, retention classes, legal holds, collections and links stay as they are."),
    Message(
        "Files lie where their rules want them; reading, early leaving and renditions still to be made cost nothing."
    ),
    Message("Prices stay as the profile has them."),
)


@dataclass(frozen=True)
class Cohort:
    """Files that came in, and were last opened, in the same months, and of which the same rules may be true."""

    #: months before now
    age: int
    idle: int
    #: for each rule and its place "1" if everything but ages holds
    may: str
    files: float
    bytes: float


@dataclass(frozen=True)
class Point:
    """A month to come; 0 is now."""

    month: int
    #: tier -> bytes
    bytes: dict[str, float]
    #: tier -> what it costs
    cost: dict[str, float]

    def to_json(self) -> dict[str, Any]:
        totals = {"bytes": round(sum(self.bytes.values())), "cost": round(sum(self.cost.values()), 4)}
        tiers = {
            name: {"bytes": round(self.bytes[name]), "cost": round(self.cost[name], 4)} for name in sorted(self.bytes)
        }
        return {"month": self.month, "tiers": tiers, **totals}


def forecast(session: Session, profile: Profile, years: int, moment: datetime | None = None) -> list[Point]:
    """What lies in each tier and what it costs, now and at the end of each month for so many years."""
    layout = Layout(profile)
    there = _cohorts(session, profile, moment or now())
    yearly = _intake(there)
    points = []
    for ahead in range(years * 12 + 1):
        # what comes in in the months between, each month a little younger
        new = [Cohort(-born, -born, one.may, one.files, one.bytes) for born in range(1, ahead + 1) for one in yearly]
        points.append(_point(layout, [*there, *new], ahead))
    return points


def assumptions() -> list[Message]:
    """What a forecast rests on."""
    return [Message(one.template, {"season": SEASON}) for one in ASSUMPTIONS]


def _cohorts(session: Session, profile: Profile, moment: datetime) -> list[Cohort]:
    kinds = (
        _months_before(File.created_at, moment),
        _months_before(func.coalesce(Asset.opened_at, Asset.created_at), moment),
        _may(profile, moment),
    )
    rows = session.execute(
        select(*kinds, func.count(), func.sum(File.size))
        .select_from(File)
        .join(Asset, Asset.id == File.asset_id)
        .where(Asset.trashed_at.is_(None))
        .group_by(*kinds)
    )
    return [Cohort(max(0, age), max(0, idle), may, files, float(size)) for age, idle, may, files, size in rows]


def _months_before(instant: SQLColumnExpression[Any], moment: datetime) -> ColumnElement[int]:
    there = cast(extract("year", instant), Integer) * 12 + cast(extract("month", instant), Integer)
    return literal(moment.year * 12 + moment.month, Integer) - there


def _may(profile: Profile, moment: datetime) -> ColumnElement[str]:
    """For each rule a digit: 1 if the file fits it but for its age, 0 if it never does."""
    digits = [case((_fits_ageless(rule, moment), "1"), else_="0") for rule in profile.rules]
    whole: ColumnElement[str] = cast(digits[0], String)
    for digit in digits[1:]:
        whole = whole.concat(cast(digit, String))
    return whole


def _fits_ageless(rule: Rule, moment: datetime) -> ColumnElement[bool]:
    ageless = rule.when.model_copy(update={"older_than": None, "younger_than": None, "idle_for": None})
    found = fits(ageless, moment)
    if not rule.when.roles or Role.SIDECAR not in rule.when.roles:
        return found
    # cameras' proxies go by the rules for sidecars (see `conditions.rule_of`)
    return or_(found, and_(true(), File.role == Role.PROXY, fits(ageless.model_copy(update={"roles": ()}), moment)))


def _intake(there: Sequence[Cohort]) -> list[Cohort]:
    """What comes in in a month, by the average of the last year; of as many months as there were, if fewer."""
    oldest = max((one.age for one in there), default=0)
    months = min(SEASON, oldest) or 1
    sums: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for one in there:
        # the present month is not over yet
        if (1 <= one.age <= months) or (oldest == 0):
            sums[one.may][0] += one.files / months
            sums[one.may][1] += one.bytes / months
    return [Cohort(0, 0, may, files, size) for may, (files, size) in sums.items()]


def _point(layout: Layout, cohorts: Sequence[Cohort], ahead: int) -> Point:
    sizes: dict[str, float] = defaultdict(float)
    for one in cohorts:
        rule = _rule(layout.profile, one, ahead)
        for name in rule.copies if rule else ():
            sizes[name] += one.bytes
    return Point(
        ahead, dict(sizes), {name: month(layout.profile.tiers[name].price, size) for name, size in sizes.items()}
    )


def _rule(profile: Profile, one: Cohort, ahead: int) -> Rule | None:
    age, idle = (one.age + ahead) * MONTH_DAYS, (one.idle + ahead) * MONTH_DAYS
    fitting = (rule for place, rule in enumerate(profile.rules) if one.may[place] == "1" and _old(rule.when, age, idle))
    return next(fitting, None)


def _old(when: When, age: float, idle: float) -> bool:
    return all(_bounds(when, age, idle))


def _bounds(when: When, age: float, idle: float) -> Iterator[bool]:
    yield when.older_than is None or age >= when.older_than
    yield when.younger_than is None or age < when.younger_than
    yield when.idle_for is None or idle >= when.idle_for
