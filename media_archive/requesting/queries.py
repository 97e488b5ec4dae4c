"""Reading requests: one's own, an archive's queue, and how many wait for somebody."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from media_archive.access import service as access
from media_archive.access.models import User
from media_archive.db import now
from media_archive.requesting.models import Step, UseItem, UseRequest
from media_archive.requesting.service import DECIDING

#: a page of requests, and behind which the next one begins
Page = tuple[Sequence[UseRequest], UUID | None]


def deciding(person: User) -> list[UUID]:
    """The archives where the person decides on requests."""
    return [one for one in person.roles() if access.may(person, DECIDING, one)]


def mine(session: Session, person: User, *, before: UUID | None = None, limit: int = 50) -> Page:
    """What the person asked for, the latest first; and behind which the next page begins."""
    return _page(session, select(UseRequest).where(UseRequest.asked_by == person.login), before, limit)


def queue(session: Session, person: User, *, before: UUID | None = None, limit: int = 50) -> Page:
    """What was asked of the archives where the person decides, the latest first."""
    return _page(session, select(UseRequest).where(UseRequest.owner_id.in_(deciding(person))), before, limit)


def _page(session: Session, query: Select[UseRequest], before: UUID | None, limit: int) -> Page:
    if before:
        query = query.where(UseRequest.id < before)
    found = session.scalars(query.order_by(UseRequest.id.desc()).limit(limit + 1)).all()
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def waits_for_asker(session: Session, person: User) -> int:
    """Of the person's own requests: asked back, ready and not taken away yet, or to be reported on."""
    moment = now()
    fresh = and_(UseRequest.state == Step.READY, UseRequest.taken == 0, UseRequest.take_until > moment)
    late = and_(UseRequest.state == Step.READY, UseRequest.report_due <= moment)
    wanted = or_(UseRequest.state == Step.QUERIED, fresh, late)
    query = select(func.count()).select_from(UseRequest).where(UseRequest.asked_by == person.login, wanted)
    return session.scalar(query) or 0


def waits_for_owner(session: Session, person: User) -> int:
    """Requests that wait for the decision of an archive where the person decides."""
    archives = deciding(person)
    if not archives:
        return 0
    query = select(func.count()).select_from(UseRequest)
    return session.scalar(query.where(UseRequest.owner_id.in_(archives), UseRequest.state == Step.ASKED)) or 0


def overdue(session: Session, person: User, limit: int = 20) -> Sequence[UseRequest]:
    """Requests to archives where the person decides whose use should have been reported; the oldest first."""
    query = select(UseRequest).where(UseRequest.owner_id.in_(deciding(person)), UseRequest.state == Step.READY)
    return session.scalars(
        query.where(UseRequest.report_due <= now()).order_by(UseRequest.report_due).limit(limit)
    ).all()


def items(session: Session, request_id: UUID) -> list[UseItem]:
    """The assets of a request in their order, as far as the session's person sees them."""
    query = select(UseItem).where(UseItem.request_id == request_id).order_by(UseItem.position)
    return list(session.scalars(query))
