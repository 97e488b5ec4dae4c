"""Which assets are to be looked at again: those that changed, those taken around one whose links did, and those that a
changed subject may concern.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, literal, select, tuple_
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.catalogue.subjects.models import Subject, SubjectName, Suggestion, SuggestionOutbox
from media_archive.db import now
from media_archive.geo import shapes
from media_archive.geo.distances import around as box_around
from media_archive.suggesting.evidence import neighbours
from media_archive.suggesting.rules import rules

#: assets that a subject adds to the list in one step
STEP = 500
#: steps in one transaction: most subjects are through then, and an import brings thousands of them
STEPS = 4
#: a name that more assets have is a word of the language
MOST_PAGES = 40

#: assets that a query finds in an archive (in all without one), from a cursor on, and the next cursor
Find = Callable[[Session, str, UUID | None, str | None, int], tuple[Sequence[UUID], str | None]]


def waiting(session: Session) -> bool:
    """Whether anything is to be looked at."""
    return session.scalar(select(SuggestionOutbox.id).limit(1)) is not None


def next_entries(session: Session, most: int) -> list[SuggestionOutbox]:
    """The oldest entries: of assets up to `most`, or a single one that stands for many assets."""
    rows = session.scalars(select(SuggestionOutbox).order_by(SuggestionOutbox.id).limit(most)).all()
    plain = [row for row in rows if is_plain(row)]
    return plain or list(rows[:1])


def is_plain(entry: SuggestionOutbox) -> bool:
    """Whether an entry stands for one asset."""
    return entry.subject_id is None and not entry.around


def done(session: Session, entries: Sequence[int]) -> None:
    """Takes entries off the list."""
    session.execute(delete(SuggestionOutbox).where(SuggestionOutbox.id.in_(entries)))


def add(session: Session, ids: Sequence[UUID]) -> None:
    """Puts assets on the list."""
    if ids:
        session.execute(insert(SuggestionOutbox), [{"asset_id": one, "around": False, "at": now()} for one in ids])


def expand(session: Session, entry_id: int, find: Find) -> None:
    """Puts on the list what an entry stands for, a step at a time; it leaves the list at the end."""
    entry = session.get(SuggestionOutbox, entry_id)
    if entry is None:
        return  # another process was first
    if entry.around:
        _expand_around(session, entry)
        session.delete(entry)
        return
    subject = session.get(Subject, entry.subject_id) if entry.subject_id else None
    reached: dict[str, Any] | None = dict(entry.reached or {})
    for _ in range(STEPS):
        reached = _step(session, subject, reached, find) if subject and reached is not None else None
    if reached is None:
        session.delete(entry)
    else:
        entry.reached = reached


def _expand_around(session: Session, entry: SuggestionOutbox) -> None:
    """The pictures of the shoot that were taken in the minutes before and after."""
    asset = session.get(Asset, entry.asset_id) if entry.asset_id else None
    if asset is None or asset.taken_at is None:
        return
    span = neighbours.window()
    near = select(Asset.id).where(
        Asset.shoot_id == asset.shoot_id,
        Asset.shown_at.between(asset.taken_at - span, asset.taken_at + span),
        Asset.id != asset.id,
    )
    add(session, list(session.scalars(near.limit(STEP))))


def _step(session: Session, subject: Subject, reached: dict[str, Any], find: Find) -> dict[str, Any] | None:
    """The next assets; where to go on, or None at the end."""
    stage = reached.get("stage", "held")
    if stage == "held":
        held = select(Suggestion.asset_id).where(Suggestion.subject_id == subject.id, Suggestion.state == "open")
        add(session, list(session.scalars(held)))
        return {"stage": "box"}
    if subject.merged_into is not None:
        return None
    if stage == "box":
        after = _step_box(session, subject, reached.get("after"))
        return {"stage": "box", "after": after} if after else {"stage": "words"}
    return _step_words(session, subject, reached, find)


def _step_box(session: Session, subject: Subject, after: list[Any] | None) -> list[Any] | None:
    placed = rules().kinds.get(subject.kind)
    if placed is None or not subject.geometry:
        return None
    west, south, east, north = shapes.box(subject.geometry)
    metres = placed.reach + rules().position.error
    low, high = box_around((west, south), metres), box_around((east, north), metres)
    place = (Asset.latitude, Asset.longitude, Asset.id)
    wanted = select(*place).where(
        Asset.latitude.between(low[1], high[3]),
        Asset.longitude.between(low[0], high[2]),
        Asset.archive_id == subject.archive_id,
    )
    if after:
        last = literal(after[0]), literal(after[1]), literal(UUID(after[2]), Asset.id.type)
        wanted = wanted.where(tuple_(*place) > tuple_(*last), Asset.latitude >= after[0])
    rows = session.execute(wanted.order_by(*place).limit(STEP)).all()
    add(session, [row.id for row in rows])
    return [rows[-1].latitude, rows[-1].longitude, str(rows[-1].id)] if len(rows) == STEP else None


def _step_words(session: Session, subject: Subject, reached: dict[str, Any], find: Find) -> dict[str, Any] | None:
    names = select(SubjectName.name).where(SubjectName.subject_id == subject.id)
    ordered = sorted({subject.name, *session.scalars(names)})
    place, page = reached.get("name", 0), reached.get("page", 0)
    if place >= len(ordered):
        return None
    name = ordered[place]
    ids: Sequence[UUID] = ()
    following = None
    if len(name) >= rules().words.least:
        phrase = '"' + name.replace('"', " ") + '"'
        ids, following = find(session, phrase, subject.archive_id, reached.get("cursor"), STEP)
    add(session, ids)
    if following and page + 1 < MOST_PAGES:
        return {"stage": "words", "name": place, "page": page + 1, "cursor": following}
    return {"stage": "words", "name": place + 1}
