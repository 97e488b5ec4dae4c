"""Audits: every copy is read back in its turn, a little every hour, so many bytes a day from each store.

Which copies, and how often, the rules of the profile say; what was not read for longest comes first. A copy in a class
that costs money or hours to read is left alone, unless its rule says otherwise. An hour's share is one job; what a job
that died had read is read, and the rest is due as before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import ArchiveError
from media_archive.events import service as events
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job, State
from media_archive.jobs.runner import Conclusion
from media_archive.logs import Log
from media_archive.placement.conditions import rule_of
from media_archive.storage import fixity
from media_archive.storage.fixity import Checked, Report
from media_archive.storage.models import Copy, File, Phase
from media_archive.storage.profiles import Profile
from media_archive.storage.profiles.shape import Rule
from media_archive.storage.stores.store import Thaw
from media_archive.upkeep import mending
from media_archive.words import Message

log = Log()

KIND = "audit"
SHARE = timedelta(minutes=59)
DAY = timedelta(days=1)
#: what was not told by a reading is read again after this time
RETRY = timedelta(hours=6)
GIGABYTE = 10**9
#: copies looked at in one go: what is read between two commits
COPIES = 100
#: days that a copy in an offline class is asked to stay readable for its audit
THAW_DAYS = 2


def ask(context: Context) -> None:
    """Asks for an hour's share of every store that has had none within the hour and where something is due."""
    names = [name for name in context.stores.names if not _lately(context, name)]
    wanted = [
        name for name in names if _left(context, name) > 0 and (_has_due(context, name) or _waiting(context, name))
    ]
    for name in wanted:
        with context.transaction() as session:
            jobs.request(session, KIND, args={"store": name})


def _lately(context: Context, store: str) -> bool:
    running = Job.state.in_((State.WANTED, State.RUNNING))
    moment = now()
    # what bears a date from the future was asked by a clock that was wrong
    lately = and_(Job.created_at > moment - SHARE, Job.created_at <= moment)
    asked = select(Job.args).where(Job.kind == KIND, or_(running, lately))
    with context.reading() as session:
        return any(args.get("store") == store for args in session.scalars(asked))


def _has_due(context: Context, store: str) -> bool:
    with context.reading() as session:
        return bool(_due(session, context.stores.profile, store, 1))


def _waiting(context: Context, store: str, after: UUID | None = None) -> list[Checked]:
    """Bad copies that may be mended: another one of their file may be good."""
    with context.reading() as session:
        return mending.waiting(session, store, COPIES, after)


def _mend_again(context: Context, store: str, most: float, who: str) -> None:
    """What was bad before, up to `most` bytes: a whole disk may have to be filled again."""
    moved = 0
    batch = _waiting(context, store)
    while batch and moved < most:
        mending.mend(context, batch, who, again=True)
        moved += sum(one.size for one in batch)
        batch = _waiting(context, store, batch[-1].copy_id)


def _left(context: Context, store: str) -> float:
    """Bytes of the day's share that are left; a store that may be read without end is given a day in an hour."""
    moment = now()
    read_today = select(func.sum(File.size)).join(Copy).where(Copy.store == store, Copy.audited_at > moment - DAY)
    # a mark from the future is one of a clock that was wrong
    read_today = read_today.where(Copy.audited_at <= moment)
    # what came in today was read back then: that is no audit
    read_today = read_today.where(Copy.created_at <= moment - DAY)
    with context.reading() as session:
        return per_day(context.stores.profile, store) - float(session.scalar(read_today) or 0)


def per_day(profile: Profile, store: str) -> float:
    """Bytes that audits may read from `store` a day."""
    return profile.stores[store].audit_per_day * GIGABYTE


def audit(context: Context, store: str, most: float | None = None, who: str = "system") -> Report:
    """Reads back what is due in `store`, at least one copy and at most `most` bytes; bad copies are mended at once.

    By default an hour's share. The outcome of each copy is committed before the next hundred are begun. What was found
    bad before and could not be mended then is tried first.
    """
    most = per_day(context.stores.profile, store) / 24 if most is None else most
    _mend_again(context, store, most, who)
    report, tried = Report(), set[Any]()
    while True:
        with context.reading() as session:
            due = _due(session, context.stores.profile, store, COPIES + len(tried))
        batch = list(_share(context, [one for one in due if one.copy_id not in tried], most - report.bytes))
        if not batch or (report.bytes and report.bytes >= most):
            break
        tried |= {one.copy_id for one in batch}
        for one in fixity.read(context.engine, context.stores, batch, who):
            report.add(one)
        if report.unreachable:
            break
    if report.checked or report.unreachable:
        fixity.conclude(context.engine, report, [store], who)
    mending.mend(context, report.bad, who)
    return report


def _share(context: Context, due: Sequence[Checked], most: float) -> Iterator[Checked]:
    """As many of `due` as fit, but at least the first that can be read; offline ones are asked for, and wait."""
    bytes_ = 0
    for one in due[:COPIES]:
        if bytes_ and bytes_ + one.size > most:
            return
        if _readable(context, one):
            bytes_ += one.size
            yield one


def _readable(context: Context, one: Checked) -> bool:
    place = context.stores.store(one.store)
    try:
        thaw = place.stat(one.key).thaw
        if thaw is Thaw.OFFLINE:
            thaw = place.restore(one.key, THAW_DAYS)
    except ArchiveError:
        return True  # to read it will tell what is wrong
    return thaw in (Thaw.ONLINE, Thaw.READY)


def _due(session: Session, profile: Profile, store: str, most: int) -> list[Checked]:
    """Copies whose turn it is: those never read first, those of which the last reading told nothing, those read by a
    clock that was wrong, then those read longest ago.
    """
    moment = now()
    asked = _asked(profile, store, moment)
    if asked is None:
        return []
    found: list[Checked] = []
    orders = (
        asked.where(Copy.audited_at.is_(None)).order_by(Copy.id),
        asked.where(*_untold(moment)).order_by(Copy.audited_at),
        asked.where(Copy.audited_at > moment + DAY).order_by(Copy.audited_at),
        _by_age(profile, asked),
    )
    for order in orders:  # several questions, so that an index answers each in its order
        if len(found) < most:
            rows = session.execute(order.limit(most - len(found)))
            there = {one.copy_id for one in found}
            found += [fixity.to_check(copy, file) for copy, file in rows if copy.id not in there]
    return found


def _untold(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    """Neither good nor bad since it was begun to be read: whoever read it died, or the store did not answer."""
    return Copy.verified_at.is_(None), Copy.problem.is_(None), Copy.audited_at <= moment - RETRY


def _by_age(profile: Profile, asked: Select[Copy, File]) -> Select[Copy, File]:
    shortest = min(rule.audit_days for rule in profile.rules if rule.audit_days)
    return asked.where(Copy.audited_at <= now() - timedelta(days=shortest)).order_by(Copy.audited_at)


def _asked(profile: Profile, store: str, moment: datetime) -> Select[Copy, File] | None:
    cases = [
        and_(rule_of(profile, moment) == place, due)
        for place, rule in enumerate(profile.rules)
        if (due := _is_due(profile, rule, store, moment)) is not None
    ]
    if not cases:
        return None
    asked = select(Copy, File).join(File, File.id == Copy.file_id).join(Asset, Asset.id == File.asset_id)
    return asked.where(Copy.store == store, Copy.phase == Phase.HERE, or_(*cases))


def _is_due(profile: Profile, rule: Rule, store: str, moment: datetime) -> ColumnElement[bool] | None:
    """Whether a copy in `store` of a file of `rule` is due; None where the rule asks for no audits."""
    if rule.audit_days is None:
        return None
    due = or_(_older(moment, rule.audit_days), Copy.audited_at > moment + DAY, and_(*_untold(moment)))
    dear = [] if rule.audit_offline else dear_classes(profile, store)
    return and_(due, Copy.storage_class.not_in(dear)) if dear else due


def dear_classes(profile: Profile, store: str) -> list[str]:
    """The classes of `store` that cost money or hours to read."""
    tiers = [tier for tier in profile.tiers.values() if tier.store == store]
    named = [profile.class_of(tier) for tier in tiers if not tier.online or tier.retrieval_price > 0]
    told = {profile.class_of(tier) for tier in tiers}
    offline = getattr(profile.stores[store], "offline_classes", ())
    return sorted({*named, *(one for one in offline if one not in told)})


@dataclass
class Standing:
    """How far the audits of one store are."""

    store: str
    copies: int = 0
    bytes: int = 0
    #: whose turn it is
    due: int = 0
    due_bytes: int = 0
    #: whose turn was more than a tenth of its interval ago
    overdue: int = 0
    #: that no rule has read: for none says so, or they are dear to read
    left_out: int = 0
    #: read by audits within 30 days
    done: int = 0
    done_bytes: int = 0
    bad: int = 0
    #: when what was not read for longest was read; None where some were never
    oldest: datetime | None = None
    per_day: float = 0.0
    #: days that what is due takes
    days: float | None = field(default=None)


def standing(context: Context) -> list[Standing]:
    """How far audits are, store by store, by one look at all copies."""
    profile, moment = context.stores.profile, now()
    with context.reading() as session:
        return [_standing(session, profile, name, moment) for name in context.stores.names]


def _standing(session: Session, profile: Profile, store: str, moment: datetime) -> Standing:
    made = Standing(store, per_day=per_day(profile, store))
    place, dear = rule_of(profile, moment), dear_classes(profile, store)
    is_dear = Copy.storage_class.in_(dear)
    sums = (func.count(), func.coalesce(func.sum(File.size), 0))
    all_of = select(*sums).select_from(Copy).join(File, File.id == Copy.file_id).join(Asset, Asset.id == File.asset_id)
    here = all_of.where(Copy.store == store, Copy.phase == Phase.HERE)
    made.copies, made.bytes = _two(session, here)
    made.done, made.done_bytes = _two(session, here.where(Copy.audited_at > moment - 30 * DAY))
    made.bad = _two(session, here.where(Copy.problem.is_not(None)))[0]
    made.oldest = session.scalar(select(func.min(Copy.audited_at)).where(Copy.store == store))
    for number, rule in enumerate(profile.rules):
        of_rule = here.where(place == number)
        if rule.audit_days is None:
            made.left_out += _two(session, of_rule)[0]
            continue
        if not rule.audit_offline and dear:
            made.left_out += _two(session, of_rule.where(is_dear))[0]
            of_rule = of_rule.where(~is_dear)
        due, bytes_ = _two(session, of_rule.where(_older(moment, rule.audit_days)))
        made.due, made.due_bytes = made.due + due, made.due_bytes + bytes_
        made.overdue += _two(session, of_rule.where(_older(moment, rule.audit_days * 1.1)))[0]
    made.days = made.due_bytes / made.per_day if made.per_day else None
    return made


def _older(moment: datetime, days: float) -> ColumnElement[bool]:
    return or_(Copy.audited_at.is_(None), Copy.audited_at <= moment - timedelta(days=days))


def _two(session: Session, asked: Select[int, int]) -> tuple[int, int]:
    count, bytes_ = session.execute(asked).one()
    return int(count), int(bytes_)


class AuditWork:
    """Reads an hour's share of one store."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        audit(self._context, job.args["store"], who=job.asked_by)
        return lambda _: None

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """What was not read is due as before."""
        events.record(
            session,
            job.asked_by,
            "fixity check",
            "store",
            None,
            outcome="failure",
            reason=problem.to_json(),
            **job.args,
        )
