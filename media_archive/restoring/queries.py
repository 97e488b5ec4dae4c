"""Reading requests: the queue, one request, and what its requester is to be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.restoring.models import RestoreItem, RestoreRequest, RestoreState
from media_archive.restoring.standings import LIVE
from media_archive.storage.models import File
from media_archive.words import Message

MOST_ITEMS = 200


@dataclass(frozen=True)
class Summary:
    """A request and how far its files are."""

    request: RestoreRequest
    files: int
    bytes: int
    price: float
    #: state -> files
    states: dict[str, int]
    #: when the last of it is likely to be ready; None where nothing is awaited
    ready_about: datetime | None
    #: until when the first of what is ready stays so
    readable_until: datetime | None

    @property
    def state(self) -> RestoreState:
        """The state of the whole: of what is furthest behind."""
        if self.request.ended_at:
            failed = self.states.get(RestoreState.FAILED, 0)
            return RestoreState.FAILED if failed == self.files else RestoreState.ENDED
        order = (RestoreState.WAITING, RestoreState.ASKED, RestoreState.READY)
        return next((state for state in order if self.states.get(state)), RestoreState.ENDED)

    def count(self, state: str) -> int:
        """Files in that state."""
        return self.states.get(state, 0)

    def to_json(self) -> dict[str, Any]:
        """For commands and programs. Instants are ISO 8601."""

        def instant(moment: datetime | None) -> str | None:
            return moment.isoformat() if moment else None

        one = self.request
        return {
            "id": str(one.id),
            "title": one.title,
            "purpose": one.purpose,
            "asked_by": one.asked_by,
            "created_at": one.created_at.isoformat(),
            "days": one.days,
            "state": str(self.state),
            "files": self.files,
            "bytes": self.bytes,
            "price": round(self.price, 2),
            "states": {str(state): count for state, count in self.states.items()},
            "ready_about": instant(self.ready_about),
            "readable_until": instant(self.readable_until),
            "ended_at": instant(one.ended_at),
        }


@dataclass(frozen=True)
class Item:
    """A file of a request, as lists show it."""

    asset_id: UUID
    name: str
    item: RestoreItem
    problem: Message | None


def page(
    session: Session, *, who: str | None = None, open_only: bool = False, before: UUID | None = None, limit: int = 50
) -> tuple[list[Summary], UUID | None]:
    """Requests of `who`, or of all, the latest first; and behind which the next page begins."""
    query = select(RestoreRequest).order_by(RestoreRequest.id.desc()).limit(limit + 1)
    if who is not None:
        query = query.where(RestoreRequest.asked_by == who)
    if open_only:
        query = query.where(RestoreRequest.ended_at.is_(None))
    if before:
        query = query.where(RestoreRequest.id < before)
    found = session.scalars(query).all()
    return summaries(session, found[:limit]), found[limit - 1].id if len(found) > limit else None


def summaries(session: Session, requests: Sequence[RestoreRequest]) -> list[Summary]:
    """The requests with their sums, in their order."""
    columns = (RestoreItem.request_id, RestoreItem.state, func.count(), func.sum(RestoreItem.bytes))
    query = select(
        *columns,
        func.sum(RestoreItem.price),
        func.max(RestoreItem.hours),
        func.min(RestoreItem.asked_at),
        func.max(RestoreItem.asked_at),
        func.min(RestoreItem.ends_at),
    )
    query = query.where(RestoreItem.request_id.in_([one.id for one in requests]))
    groups: dict[UUID, list[Any]] = {one.id: [] for one in requests}
    for row in session.execute(query.group_by(RestoreItem.request_id, RestoreItem.state)):
        groups[row[0]].append(row)
    return [_summary(one, groups[one.id]) for one in requests]


def _summary(request: RestoreRequest, rows: Sequence[Any]) -> Summary:
    awaited = [
        (last or request.created_at) + timedelta(hours=hours or 0)
        for _, state, _, _, _, hours, _, last, _ in rows
        if state in LIVE
    ]
    ends = [row[8] for row in rows if row[1] == RestoreState.READY and row[8]]
    return Summary(
        request,
        files=sum(row[2] for row in rows),
        bytes=int(sum(row[3] for row in rows)),
        price=sum(row[4] for row in rows),
        states={RestoreState(row[1]): row[2] for row in rows},
        ready_about=max(awaited, default=None),
        readable_until=min(ends, default=None),
    )


def items(session: Session, request_id: UUID) -> list[Item]:
    """The first files of a request, those that failed before the others."""
    query = select(RestoreItem, File.name, Asset.id).join(File, File.id == RestoreItem.file_id)
    query = query.join(Asset, Asset.id == File.asset_id).where(RestoreItem.request_id == request_id)
    query = query.order_by(RestoreItem.state != RestoreState.FAILED, File.name, File.id).limit(MOST_ITEMS)
    return [
        Item(asset_id, name, item, Message.from_json(item.problem) if item.problem else None)
        for item, name, asset_id in session.execute(query)
    ]


def news(session: Session, who: str) -> list[Summary]:
    """Requests of `who` of which nothing is awaited any more, and which `who` has not seen since."""
    query = select(RestoreRequest).where(
        RestoreRequest.asked_by == who, RestoreRequest.told_at.is_not(None), RestoreRequest.seen_at.is_(None)
    )
    return summaries(session, session.scalars(query.order_by(RestoreRequest.id.desc()).limit(5)).all())
