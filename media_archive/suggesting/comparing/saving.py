"""Comparisons that people keep: two pictures side by side, with a title and what is to be seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from media_archive.catalogue import queries as catalogue
from media_archive.catalogue import shown
from media_archive.catalogue.collections.models import Comparison
from media_archive.catalogue.models import Asset
from media_archive.catalogue.queries import Card
from media_archive.catalogue.subjects import linking
from media_archive.errors import Conflict, Invalid, NotFound
from media_archive.events import service as events
from media_archive.signs import keepable
from media_archive.suggesting.comparing.series import Place

LONGEST_TITLE, LONGEST_NOTE = 255, 10_000


@dataclass(frozen=True)
class Kept:
    """A comparison with the cards of its pictures."""

    id: UUID
    title: str
    note: str
    subject: UUID | None
    point: tuple[float, float] | None
    then: Card
    now: Card
    created_by: str


def keep(
    session: Session,
    then_id: UUID,
    now_id: UUID,
    who: str,
    *,
    place: Place | None = None,
    title: str = "",
    note: str = "",
) -> Comparison:
    """Keeps two pictures as a comparison, the earlier one first; Conflict where they are kept already."""
    then, now = ordered(session, then_id, now_id)
    place = place or Place()
    subject = linking.standing(session, place.subject) if place.subject else None
    made = Comparison(
        archive_id=then.archive_id,
        title=_text(title, LONGEST_TITLE),
        note=_text(note, LONGEST_NOTE),
        subject_id=subject.id if subject else None,
        latitude=place.point[0] if place.point else None,
        longitude=place.point[1] if place.point else None,
        then_id=then.id,
        now_id=now.id,
        created_by=who,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as exc:
        raise Conflict("These two pictures are kept as a comparison already. Change that one.") from exc
    _record(session, who, "creation", made, after=_told(made))
    return made


def change(session: Session, number: UUID, who: str, *, title: str, note: str) -> Comparison:
    """Writes another title and note."""
    found = one(session, number)
    before = _told(found)
    found.title, found.note = _text(title, LONGEST_TITLE), _text(note, LONGEST_NOTE)
    if before != _told(found):
        _record(session, who, "modification", found, before=before, after=_told(found))
    return found


def remove(session: Session, number: UUID, who: str) -> None:
    """Forgets a comparison; the pictures stay as they are."""
    found = one(session, number)
    _record(session, who, "deletion", found, before=_told(found))
    session.delete(found)


def one(session: Session, number: UUID) -> Comparison:
    """The comparison with that number, or NotFound."""
    found = session.get(Comparison, number)
    if found is None:
        raise NotFound("There is no such comparison. It may have been removed.")
    return found


def kept(
    session: Session,
    *,
    subject: UUID | None = None,
    asset: UUID | None = None,
    before: UUID | None = None,
    limit: int = 24,
) -> tuple[list[Kept], UUID | None]:
    """Comparisons, the latest first, of a subject or with an asset; and where the next page begins."""
    wanted = select(Comparison).order_by(Comparison.id.desc())
    wanted = wanted.where(shown.shows(Comparison.then_id), shown.shows(Comparison.now_id))
    if subject:
        wanted = wanted.where(Comparison.subject_id == subject)
    if asset:
        wanted = wanted.where(or_(Comparison.then_id == asset, Comparison.now_id == asset))
    if before:
        wanted = wanted.where(Comparison.id < before)
    found = session.scalars(wanted.limit(limit + 1)).all()
    return told(session, found[:limit]), found[limit - 1].id if len(found) > limit else None


def told(session: Session, found: Sequence[Comparison]) -> list[Kept]:
    """These, with their pictures; those with a picture that is not shown left out."""
    ids = [asset_id for each in found for asset_id in (each.then_id, each.now_id)]
    cards = {card.id: card for card in catalogue.cards(session, ids)}
    return [
        Kept(
            each.id,
            each.title,
            each.note,
            each.subject_id,
            (each.latitude, each.longitude) if each.latitude is not None and each.longitude is not None else None,
            cards[each.then_id],
            cards[each.now_id],
            each.created_by,
        )
        for each in found
        if each.then_id in cards and each.now_id in cards
    ]


def ordered(session: Session, one_id: UUID, other_id: UUID) -> tuple[Asset, Asset]:
    """Two assets, the earlier one first; Invalid where they are one."""
    then, now = shown.asset(session, one_id), shown.asset(session, other_id)
    if then.id == now.id:
        raise Invalid("One picture alone is no comparison. Choose two.")
    if then.taken_at and now.taken_at and then.taken_at > now.taken_at:
        return now, then
    return then, now


def _text(text: str, most: int) -> str:
    text = keepable(text)
    if len(text) > most:
        raise Invalid(
            "The text is {length} characters long, {most} are allowed. Shorten it.", length=len(text), most=most
        )
    return text


def _told(one: Comparison) -> dict[str, Any]:
    return {"title": one.title, "note": one.note, "then": str(one.then_id), "now": str(one.now_id)}


def _record(session: Session, who: str, what: str, one: Comparison, **detail: Any) -> None:
    session.flush()
    events.record(session, who, what, "comparison", one.id, **detail)
