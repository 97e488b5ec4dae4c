"""Lines of text in pictures and recordings: entered by a machine, mended by people, whom no machine overrules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Line
from media_archive.catalogue.service import touch
from media_archive.db import now
from media_archive.errors import Invalid, NotFound
from media_archive.events import service as events

LONGEST = 2000
#: of the smaller of two places, how much the other must cover for both to be one line
SAME_PLACE = 0.5

Polygon = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Read:
    """A line as a machine gives it; see `models.Line`."""

    text: str
    confidence: float | None = None
    script: str = "Zyyy"
    polygon: Polygon | None = None
    starts: float | None = None
    ends: float | None = None


def of(session: Session, asset_id: UUID, recipe: str | None = None, *, hidden: bool = False) -> list[Line]:
    """The lines of an asset in the order of reading, what was read in the picture first; with the `hidden` if asked."""
    query = select(Line).where(Line.asset_id == asset_id)
    if recipe:
        query = query.where(Line.recipe == recipe)
    if not hidden:
        query = query.where(Line.hidden.is_(False))
    return list(session.scalars(query.order_by(Line.recipe, Line.position, Line.id)))


def replace(session: Session, asset_id: UUID, recipe: str, found: Iterable[Read]) -> None:
    """Puts what a machine `found` in the place of what it found before.

    What people mended or hid stays, and stands for whatever the machine finds in the same place now.
    """
    kept = []
    for line in of(session, asset_id, recipe, hidden=True):
        if line.set_by is None:
            session.delete(line)
        else:
            kept.append(line)
    for position, read in enumerate(found):
        mended = next((line for line in kept if _same_place(line, read)), None)
        if mended is not None:
            mended.position, mended.machine_text, mended.confidence = position, read.text, read.confidence
        else:
            session.add(_line(asset_id, recipe, position, read))
    touch(session, asset_id)


def _line(asset_id: UUID, recipe: str, position: int, read: Read) -> Line:
    return Line(
        asset_id=asset_id,
        recipe=recipe,
        position=position,
        text=read.text,
        machine_text=read.text,
        confidence=read.confidence,
        script=read.script,
        polygon=[list(corner) for corner in read.polygon] if read.polygon else None,
        starts=read.starts,
        ends=read.ends,
    )


def _same_place(line: Line, read: Read) -> bool:
    if line.starts is not None and line.ends is not None and read.starts is not None and read.ends is not None:
        shorter = min(line.ends - line.starts, read.ends - read.starts)
        if _overlap((line.starts, line.ends), (read.starts, read.ends)) < SAME_PLACE * shorter:
            return False
    if line.polygon and read.polygon:
        return covered(line.polygon, read.polygon) >= SAME_PLACE
    return line.polygon is None and read.polygon is None


def covered(one: Polygon, other: Polygon) -> float:
    """How much of the smaller of two upright boxes around polygons the other covers, 0 to 1."""
    boxes = [[(min(axis), max(axis)) for axis in zip(*polygon, strict=True)] for polygon in (one, other)]
    areas = [(x[1] - x[0]) * (y[1] - y[0]) for x, y in boxes]
    shared = _overlap(boxes[0][0], boxes[1][0]) * _overlap(boxes[0][1], boxes[1][1])
    return shared / min(areas) if min(areas) > 0 else 0.0


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> float:
    return max(0.0, min(one[1], other[1]) - max(one[0], other[0]))


def correct(session: Session, asset_id: UUID, line_id: UUID, text: str, who: str) -> Line:
    """Writes what the line really says; Invalid if that is nothing, or too much."""
    cleaned = " ".join(text.replace("\0", " ").split())
    if not cleaned:
        raise Invalid("The text is empty. Hide the line if there is no text in that place.")
    if len(cleaned) > LONGEST:
        raise Invalid(
            "The text is {length} characters long, {most} are allowed. Shorten it.", length=len(cleaned), most=LONGEST
        )
    return _set(session, asset_id, line_id, who, text=cleaned, hidden=False)


def hide(session: Session, asset_id: UUID, line_id: UUID, who: str, *, hidden: bool = True) -> Line:
    """Takes the line out of pages and search, or brings it back."""
    return _set(session, asset_id, line_id, who, hidden=hidden)


def _set(session: Session, asset_id: UUID, line_id: UUID, who: str, **values: Any) -> Line:
    line = session.get(Line, line_id)
    if line is None or line.asset_id != asset_id:
        raise NotFound("This line of text is gone: it was read anew. Reload the page.")
    before = {name: getattr(line, name) for name in values}
    changed = {name: value for name, value in values.items() if value != before[name]}
    if changed:
        for name, value in changed.items():
            setattr(line, name, value)
        line.set_by, line.set_at = who, now()
        told = {name: before[name] for name in changed}
        events.record(
            session, who, "modification", "asset", asset_id, line=line.machine_text, before=told, after=changed
        )
        touch(session, asset_id)
    return line


def told(line: Line) -> dict[str, Any]:
    """A line for `show --json` and for pages."""
    return {
        "id": str(line.id),
        "from": line.recipe,
        "text": line.text,
        "machine_text": line.machine_text,
        "confidence": line.confidence,
        "script": line.script,
        "polygon": line.polygon,
        "starts": line.starts,
        "ends": line.ends,
        "hidden": line.hidden,
        "set_by": line.set_by,
    }
