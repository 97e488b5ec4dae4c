"""Markers: a colour and some words at a place in a film."""

import csv
import io
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from media_archive.catalogue.collections.models import EXACT, Marker
from media_archive.catalogue.models import Asset, Kind
from media_archive.catalogue.shown import there
from media_archive.cutting import counting
from media_archive.delivery.tables import harmless
from media_archive.errors import Invalid, NotFound
from media_archive.events import service as events
from media_archive.signs import keepable

COLOURS = ("red", "yellow", "green", "blue", "purple")
LONGEST_TEXT = 2000
#: of one film
MOST = 5000


def add(session: Session, asset: Asset, at: str, who: str, *, colour: str = "red", text: str = "") -> Marker:
    """A marker at a point as people write it. Invalid where the asset has no time, or the point is none."""
    _has_time(asset)
    if (session.scalar(select(func.count()).where(Marker.asset_id == asset.id)) or 0) >= MOST:
        raise Invalid("A film has at most {most} markers. Remove some first.", most=MOST)
    exact = counting.written(counting.seconds(at, counting.timing(asset)))
    if len(exact) > EXACT:
        raise Invalid("{text} is no place in a film. Write a timecode (10:00:02:12), seconds (12.345) or a frame (frame:300).",
                      text=at[:40])  # fmt: skip
    made = Marker(asset_id=asset.id, at=exact, colour=_colour(colour), text=_text(text), created_by=who)
    session.add(made)
    session.flush()
    events.record(session, who, "modification", "asset", asset.id, marker=_told(made))
    return made


def change(session: Session, marker: Marker, who: str, *, colour: str, text: str) -> None:
    """Sets colour and words."""
    before = _told(marker)
    marker.colour, marker.text = _colour(colour), _text(text)
    if _told(marker) != before:
        events.record(
            session, who, "modification", "asset", marker.asset_id, marker=_told(marker), marker_before=before
        )


def remove(session: Session, marker: Marker, who: str) -> None:
    """Takes it away."""
    events.record(session, who, "modification", "asset", marker.asset_id, marker_removed=_told(marker))
    session.delete(marker)


def one(session: Session, marker_id: UUID) -> Marker:
    """The marker; NotFound where there is none, or none on a film that the viewer may see."""
    found = session.get(Marker, marker_id)
    if found is None:
        raise NotFound("There is no such marker. Somebody may have removed it; reload the page.")
    there(session, found.asset_id)
    return found


def of(session: Session, asset_id: UUID) -> list[Marker]:
    """The markers of an asset in the order of its time."""
    found = session.scalars(select(Marker).where(Marker.asset_id == asset_id)).all()
    return sorted(found, key=lambda marker: (marker.seconds, marker.id))


def table(asset: Asset, found: Sequence[Marker]) -> str:
    """The markers as CSV for table programs: timecode, seconds, colour, words, who and when."""
    how = counting.timing(asset)
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(("timecode", "seconds", "colour", "text", "by", "at"))
    for marker in found:
        moment = f"{float(marker.seconds):.3f}"
        words = harmless(marker.text)
        rows.writerow(
            (how.say(marker.seconds), moment, marker.colour, words, marker.created_by, marker.created_at.isoformat())
        )
    return "\ufeff" + out.getvalue()


def _has_time(asset: Asset) -> None:
    if asset.kind == Kind.PHOTO:
        raise Invalid("Only films and recordings have a time that a marker can stand at.")


def _colour(given: str) -> str:
    if given not in COLOURS:
        raise Invalid(
            "{value} is no colour of markers. These are: {known}.", value=given[:32], known=", ".join(COLOURS)
        )
    return given


def _text(given: str) -> str:
    text = keepable(given).strip()
    if len(text) > LONGEST_TEXT:
        raise Invalid(
            "The text is {length} characters long, {most} are allowed. Shorten it.", length=len(text), most=LONGEST_TEXT
        )
    return text


def _told(marker: Marker) -> dict[str, str]:
    return {"at": marker.at, "colour": marker.colour, "text": marker.text}
