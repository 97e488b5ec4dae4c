"""Bins: clips are kept in them, put in order, trimmed and taken out. The order of a bin is its rough cut."""

from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from media_archive.catalogue.collections import service as collections
from media_archive.catalogue.collections.models import EXACT, Clip, Collection, Purpose
from media_archive.catalogue.models import Archive, Asset, Kind
from media_archive.cutting import counting
from media_archive.errors import Invalid, NotFound
from media_archive.events import service as events
from media_archive.signs import keepable

#: between two neighbours, so that many can come between before anything is numbered anew
GAP = 1024
MOST_CLIPS = 2000
LONGEST_NOTE = 2000


def create(session: Session, archive: Archive, name: str, who: str, *, visibility: str = "archive") -> Collection:
    """A new bin; who sees and changes it is told as of any collection."""
    made = collections.create(session, archive, name, who, visibility=visibility)
    made.purpose = Purpose.BIN
    return made


def keep(session: Session, bin_: Collection, asset: Asset, begins: str, ends: str, who: str, *, note: str = "") -> Clip:
    """Keeps a part of a film at the end of a bin; the points are as people write them.

    Empty points are the film's own ends. Invalid where the asset is no film, or the part would end before it begins.
    """
    collections.locked(session, bin_)
    if (session.scalar(_of(bin_, func.count())) or 0) >= MOST_CLIPS:
        raise Invalid("A bin holds at most {most} clips. Open another.", most=MOST_CLIPS)
    first, last = _points(asset, begins, ends)
    place = (session.scalar(_of(bin_, func.max(Clip.position))) or 0) + GAP
    made = Clip(
        collection_id=bin_.id, asset_id=asset.id, begins=counting.written(first), ends=counting.written(last),
        position=place, note=_noted(note), created_by=who,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _record(session, bin_, who, kept=_told(made))
    return made


def _points(asset: Asset, begins: str, ends: str) -> tuple[Fraction, Fraction]:
    if asset.kind != Kind.FILM:
        raise Invalid("Clips are parts of films only; this is none.")
    how = counting.timing(asset)
    first = counting.seconds(begins, how) if begins.strip() else Fraction(0)
    whole = Fraction(asset.duration or 0).limit_denominator(1_000_000)
    last = counting.seconds(ends, how) if ends.strip() else whole
    if last <= first:
        raise Invalid("The clip would end before it begins. Exchange in and out.")
    if max(len(counting.written(first)), len(counting.written(last))) > EXACT:
        raise Invalid("The points of the clip are written with too many digits. Write timecodes.")
    return first, last


def trim(session: Session, bin_: Collection, clip: Clip, asset: Asset, begins: str, ends: str, who: str) -> None:
    """Sets where a clip begins and ends."""
    collections.locked(session, bin_)
    before = _told(clip)
    first, last = _points(asset, begins, ends)
    clip.begins, clip.ends = counting.written(first), counting.written(last)
    if _told(clip) != before:
        _record(session, bin_, who, trimmed=_told(clip), trimmed_from=before)


def annotate(session: Session, bin_: Collection, clip: Clip, note: str, who: str) -> None:
    """Sets the note of a clip."""
    collections.locked(session, bin_)
    before, clip.note = clip.note, _noted(note)
    if clip.note != before:
        _record(session, bin_, who, note=_told(clip))


def move(session: Session, bin_: Collection, clip: Clip, after: Clip | None, who: str) -> None:
    """Moves a clip behind `after`, or to the beginning: between its new neighbours, so that one row is written."""
    collections.locked(session, bin_)
    if after is not None and after.id == clip.id:
        return
    room = _room(session, bin_, clip, after)
    if room is None:
        _spread(session, bin_)
        room = _room(session, bin_, clip, after)
    clip.position = room or GAP
    _record(session, bin_, who, moved={"clip": str(clip.id), "after": str(after.id) if after else None})
    session.flush()


def _room(session: Session, bin_: Collection, clip: Clip, after: Clip | None) -> int | None:
    """A free place behind `after`; None where there is none."""
    low = after.position if after else 0
    behind = _of(bin_, func.min(Clip.position)).where(Clip.position > low, Clip.id != clip.id)
    high = session.scalar(behind)
    if high is None:
        return low + GAP
    return (low + high) // 2 if high - low > 1 else None


def step(session: Session, bin_: Collection, clip: Clip, who: str, *, up: bool) -> None:
    """Moves a clip past its neighbour; at an end of the bin it stays."""
    there = clips(session, bin_)
    at = next(place for place, one in enumerate(there) if one.id == clip.id)
    if up and at:
        move(session, bin_, clip, there[at - 2] if at > 1 else None, who)
    elif not up and at + 1 < len(there):
        move(session, bin_, clip, there[at + 1], who)


def take_out(session: Session, bin_: Collection, clip: Clip, who: str) -> None:
    """Takes a clip out of its bin."""
    collections.locked(session, bin_)
    _record(session, bin_, who, taken_out=_told(clip))
    session.delete(clip)
    session.flush()


def clips(session: Session, bin_: Collection) -> list[Clip]:
    """The clips of a bin in their order, as far as the viewer sees their films."""
    return list(session.scalars(_of(bin_, Clip).order_by(Clip.position, Clip.id)))


def clip_of(session: Session, bin_: Collection, clip_id: UUID) -> Clip:
    """A clip of a bin; NotFound where there is none."""
    found = session.get(Clip, clip_id)
    if found is None or found.collection_id != bin_.id:
        raise NotFound("The clip is not in this bin. Reload the page.")
    return found


def _of(bin_: Collection, column: Any) -> Select[Any]:
    return select(column).where(Clip.collection_id == bin_.id)


def _spread(session: Session, bin_: Collection) -> None:
    """Numbers all anew with gaps between: also what the viewer does not see."""
    session.flush()
    table = Clip.__table__
    rows = select(table.c.id).where(table.c.collection_id == bin_.id).order_by(table.c.position, table.c.id)
    for place, clip_id in enumerate(session.execute(rows).scalars().all(), 1):
        session.execute(table.update().where(table.c.id == clip_id).values(position=place * GAP))  # type: ignore[attr-defined]
    session.expire_all()


def _record(session: Session, bin_: Collection, who: str, **told: Any) -> None:
    collections.moved(bin_)
    events.record(session, who, "modification", "collection", bin_.id, **told)


def _noted(given: str) -> str:
    note = keepable(given).strip()
    if len(note) > LONGEST_NOTE:
        raise Invalid(
            "The text is {length} characters long, {most} are allowed. Shorten it.", length=len(note), most=LONGEST_NOTE
        )
    return note


def _told(clip: Clip) -> dict[str, str]:
    return {
        "clip": str(clip.id),
        "asset": str(clip.asset_id),
        "begins": clip.begins,
        "ends": clip.ends,
        "note": clip.note,
    }
