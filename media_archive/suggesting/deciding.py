"""What people say of suggestions: accepted ones become links, refused ones never come again; both can be undone."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from media_archive.catalogue.subjects import linking
from media_archive.catalogue.subjects.models import Link, Subject, Suggestion
from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import Conflict, Invalid, NotFound
from media_archive.events import service as events
from media_archive.suggesting.choosing import Chosen, open_ones
from media_archive.suggesting.following import Find

VERDICTS = ("accepted", "refused")
#: decisions in one transaction
BATCH = 200
#: assets of a query that are looked at together
STEP = 500
#: more are decided by a job
MOST_AT_ONCE = 300


@dataclass(frozen=True)
class Decided:
    """How many were decided, and when: by that moment it is undone."""

    count: int
    moment: datetime


def decide(session: Session, ids: Sequence[UUID], verdict: str, who: str, moment: datetime | None = None) -> Decided:
    """Accepts or refuses suggestions; those that somebody decided meanwhile are left as they are."""
    moment = moment or now()
    wanted = select(Suggestion).where(Suggestion.id.in_(ids), Suggestion.state == "open").with_for_update()
    waiting = session.scalars(wanted.order_by(Suggestion.id)).all()
    for one in waiting:
        _decide(session, one, checked(verdict), who, moment)
    return Decided(len(waiting), moment)


def checked(verdict: str) -> str:
    """The verdict; Invalid for what is none."""
    if verdict not in VERDICTS:
        raise Invalid("The form names no decision. Reload the page and choose one.")
    return verdict


def decide_all(context: Context, chosen: Chosen, verdict: str, who: str, find: Find, moment: datetime) -> int:
    """Decides on everything that is chosen, a batch at a time; safe to run again where it was cut short."""
    count = 0
    for ids in every(context, chosen, find):
        with context.transaction() as session:
            count += decide(session, ids, verdict, who, moment).count
    return count


def every(context: Context, chosen: Chosen, find: Find) -> Iterator[list[UUID]]:
    """Ids of all that is chosen, a batch at a time; no transaction is open meanwhile."""
    if not chosen.query:
        yield from _batches(context, chosen, None)
        return
    cursor: str | None = None
    while True:
        with context.reading() as session:
            found, cursor = find(session, chosen.query, None, cursor, STEP)
        yield from _batches(context, chosen, found)
        if cursor is None:
            return


def _batches(context: Context, chosen: Chosen, assets: Sequence[UUID] | None) -> Iterator[list[UUID]]:
    wanted = open_ones(chosen)
    if assets is not None:
        wanted = wanted.where(Suggestion.asset_id.in_(assets))
    after: UUID | None = None
    while True:
        page = wanted.where(Suggestion.id > after) if after else wanted
        with context.reading() as session:
            rows = session.scalars(page.order_by(Suggestion.id).limit(BATCH).with_only_columns(Suggestion.id)).all()
        if not rows:
            return
        yield list(rows)
        after = rows[-1]


def count(session: Session, chosen: Chosen) -> int:
    """How many wait, of those chosen without their query."""
    return session.scalar(open_ones(chosen).with_only_columns(func.count(Suggestion.id))) or 0


def undo(session: Session, who: str, moment: datetime) -> int:
    """Takes back what `who` decided at that moment; returns how many wait again."""
    wanted = select(Suggestion).where(Suggestion.decided_by == who, Suggestion.decided_at == moment)
    taken = session.scalars(wanted.where(Suggestion.state != "open")).all()
    if not taken:
        raise NotFound("There is nothing to take back: it was taken back already, or decided anew.")
    for one in taken:
        _reopen(session, one, who)
    return len(taken)


def _decide(session: Session, one: Suggestion, verdict: str, who: str, moment: datetime) -> None:
    one.state, one.decided_by, one.decided_at = verdict, who, moment
    session.flush()
    subject = linking.standing(session, one.subject_id)
    if verdict == "refused":
        _record(session, one, who, "refused", subject)
        return
    made = Link(
        asset_id=one.asset_id,
        subject_id=subject.id,
        role=one.role,
        said_by=one.rule,
        confirmed_by=who,
        confidence=one.confidence,
    )
    # where somebody linked them meanwhile, that is what was suggested
    with suppress(Conflict):
        linking.enter(session, made, subject, who)


def _reopen(session: Session, one: Suggestion, who: str) -> None:
    subject = linking.standing(session, one.subject_id)
    if one.state == "accepted":
        made = select(Link.id).where(
            Link.asset_id == one.asset_id,
            Link.subject_id == subject.id,
            Link.role == one.role,
            Link.confirmed_by == one.decided_by,
        )
        for link_id in session.scalars(made):
            linking.unlink(session, link_id, who, for_good=False)
    else:
        _record(session, one, who, "open", subject)
    one.state, one.decided_by, one.decided_at = "open", None, None


def _record(session: Session, one: Suggestion, who: str, state: str, subject: Subject) -> None:
    told = {"subject": str(subject.id), "name": subject.name, "role": one.role, "rule": one.rule}
    events.record(session, who, "modification", "asset", one.asset_id, suggestion=state, **told)
