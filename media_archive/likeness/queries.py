"""Reading sets of alike pictures, for pages and `media-archive likeness`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.models import Asset
from media_archive.catalogue.queries import Card
from media_archive.likeness.deciding import best
from media_archive.likeness.fingerprints import nearest
from media_archive.likeness.models import AlikePair, AlikeSet, Fingerprint, Sort, Verdict
from media_archive.likeness.sets import beheld
from media_archive.storage.models import File, Role


@dataclass(frozen=True)
class Member:
    """A picture of a set."""

    card: Card
    #: name, bytes and format of its first original
    name: str | None
    size: int | None
    format: str | None
    created_at: datetime
    sharpness: float | None
    #: bits in which its hash differs from the top's; None where one has no hash any more
    distance: int | None
    #: whether it must be mirrored or turned to be like the top
    turned: bool = False


@dataclass(frozen=True)
class Shown:
    """A set with its pictures: the top first, then the nearest to it."""

    id: UUID
    sort: Sort
    verdict: Verdict | None
    top: UUID | None
    decided_by: str | None
    decided_at: datetime | None
    members: list[Member] = field(default_factory=list)

    @property
    def largest(self) -> set[UUID]:
        """Those with the most pixels, where they differ."""
        pixels = {one.card.id: (one.card.width or 0) * (one.card.height or 0) for one in self.members}
        most = max(pixels.values(), default=0)
        return {one for one, count in pixels.items() if count == most} if len(set(pixels.values())) > 1 else set()

    @property
    def earliest(self) -> UUID | None:
        """The one that was taken first, where the moments are known and differ."""
        moments = {one.card.id: one.card.taken_at for one in self.members if one.card.taken_at}
        return min(moments, key=moments.__getitem__) if len(set(moments.values())) > 1 else None


def page(
    session: Session,
    *,
    sort: Sort | None = None,
    verdict: Verdict | None = None,
    decided: bool = False,
    before: UUID | None = None,
    limit: int = 20,
) -> tuple[list[Shown], UUID | None]:
    """Sets, the latest first: open ones, or `decided` ones (of one `verdict`); and where the next page begins."""
    there = select(AlikePair.id).where(AlikePair.set_id == AlikeSet.id, beheld())
    wanted = select(AlikeSet).where(there.exists()).order_by(AlikeSet.id.desc())
    wanted = wanted.where(AlikeSet.verdict.is_not(None) if decided else AlikeSet.verdict.is_(None))
    if sort:
        wanted = wanted.where(AlikeSet.sort == sort)
    if verdict:
        wanted = wanted.where(AlikeSet.verdict == verdict)
    if before:
        wanted = wanted.where(AlikeSet.id < before)
    found = session.scalars(wanted.limit(limit + 1)).all()
    following = found[limit - 1].id if len(found) > limit else None
    return shown(session, found[:limit]), following


def shown(session: Session, sets: Sequence[AlikeSet]) -> list[Shown]:
    """These sets with their pictures."""
    members = _members(session, [one.id for one in sets])
    known = _know(session, sorted({asset_id for some in members.values() for asset_id in some}))
    return [_shown(one, sorted(members.get(one.id, ())), known) for one in sets]


@dataclass(frozen=True)
class _Known:
    """What the catalogue has of pictures, by their assets."""

    assets: dict[UUID, Asset]
    prints: dict[UUID, Fingerprint]
    cards: dict[UUID, Card]
    originals: dict[UUID, tuple[str, int, str]]

    def sharpness(self, asset_id: UUID) -> float | None:
        return self.prints[asset_id].sharpness if asset_id in self.prints else None


def _know(session: Session, ids: Sequence[UUID]) -> _Known:
    prints = session.scalars(select(Fingerprint).where(Fingerprint.asset_id.in_(ids)))
    return _Known(
        {one.id: one for one in session.scalars(select(Asset).where(Asset.id.in_(ids)))},
        {one.asset_id: one for one in prints},
        {card.id: card for card in catalogue.cards(session, ids)},
        _originals(session, ids),
    )


def _shown(one: AlikeSet, ids: Sequence[UUID], known: _Known) -> Shown:
    sort, verdict = Sort(one.sort), Verdict(one.verdict) if one.verdict else None
    top = one.top_id if one.top_id in ids else None
    top = top or best([(known.assets[each], known.sharpness(each)) for each in ids], sort)
    members = [_member(each, top, known) for each in ids]
    members.sort(key=lambda row: (row.card.id != top, 64 if row.distance is None else row.distance, row.card.id))
    return Shown(one.id, sort, verdict, top, one.decided_by, one.decided_at, members)


def _member(asset_id: UUID, top: UUID | None, known: _Known) -> Member:
    name, size, format_ = known.originals.get(asset_id, (None, None, None))
    return Member(
        known.cards[asset_id],
        name,
        size,
        format_,
        known.assets[asset_id].created_at,
        known.sharpness(asset_id),
        *_apart(known.prints, top, asset_id),
    )


def _apart(prints: dict[UUID, Fingerprint], top: UUID | None, asset_id: UUID) -> tuple[int | None, bool]:
    if top not in prints or asset_id not in prints:
        return None, False
    return nearest(prints[top].phash, prints[asset_id].phash)


def _members(session: Session, set_ids: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    wanted = select(AlikePair.set_id, AlikePair.first_id, AlikePair.second_id).where(AlikePair.set_id.in_(set_ids))
    wanted = wanted.where(beheld())
    found: dict[UUID, set[UUID]] = {}
    for set_id, first, second in session.execute(wanted):
        found.setdefault(set_id, set()).update((first, second))
    return found


def _originals(session: Session, ids: Iterable[UUID]) -> dict[UUID, tuple[str, int, str]]:
    wanted = select(File.asset_id, File.name, File.size, File.format)
    wanted = wanted.where(File.asset_id.in_(ids), File.role == Role.ORIGINAL)
    found: dict[UUID, tuple[str, int, str]] = {}
    for asset_id, name, size, format_ in session.execute(wanted.order_by(File.part, File.created_at, File.id)):
        found.setdefault(asset_id, (name, size, format_))
    return found


@dataclass(frozen=True)
class Beside:
    """A picture that is like the one looked at, and what was said of it."""

    card: Card
    distance: int
    verdict: Verdict | None
    set_id: UUID
    #: whether it stands for the one looked at: that one is a copy of it, or a frame of its burst
    is_top: bool


def beside(session: Session, asset_id: UUID, most: int = 24) -> list[Beside]:
    """What an asset is like, the nearest first; what somebody called different is left out."""
    touching = or_(AlikePair.first_id == asset_id, AlikePair.second_id == asset_id)
    wanted = select(AlikePair, AlikeSet).join(AlikeSet, AlikeSet.id == AlikePair.set_id).where(touching)
    wanted = wanted.where(or_(AlikePair.verdict.is_(None), AlikePair.verdict != Verdict.DIFFERENT))
    rows = session.execute(wanted.order_by(AlikePair.distance, AlikePair.id).limit(most)).all()
    others = [pair.second_id if pair.first_id == asset_id else pair.first_id for pair, _ in rows]
    cards = {card.id: card for card in catalogue.cards(session, others)}
    return [
        Beside(
            cards[other],
            pair.distance,
            Verdict(pair.verdict) if pair.verdict else None,
            whole.id,
            bool(pair.verdict) and whole.top_id == other,
        )
        for other, (pair, whole) in zip(others, rows, strict=True)
        if other in cards
    ]


def told(one: Shown) -> dict[str, Any]:
    """A set as JSON. Sizes are bytes, distances bits of 64."""
    return {
        "id": str(one.id),
        "sort": str(one.sort),
        "verdict": str(one.verdict) if one.verdict else None,
        "top": str(one.top) if one.top else None,
        "decided_by": one.decided_by,
        "decided_at": one.decided_at.isoformat() if one.decided_at else None,
        "members": [_told(member) for member in one.members],
    }


def _told(member: Member) -> dict[str, Any]:
    card = member.card
    return {
        "asset": str(card.id),
        "title": card.title,
        "kind": card.kind,
        "taken": card.taken,
        "width": card.width,
        "height": card.height,
        "size": member.size,
        "format": member.format,
        "distance": member.distance,
        "turned": member.turned,
        "sharpness": round(member.sharpness, 1) if member.sharpness is not None else None,
    }
