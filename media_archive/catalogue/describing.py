"""What is said of an asset: by its files, which a probe reads, and by people, whom no probe overrules."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from media_archive.catalogue import clocks
from media_archive.catalogue.models import Asset
from media_archive.catalogue.service import touch
from media_archive.config import Settings
from media_archive.errors import Invalid
from media_archive.events import service as events
from media_archive.metadata.normal.moments import moment, zone_named
from media_archive.metadata.record import Record, plain
from media_archive.storage.models import File, Role

DEFAULT_ZONE: str = Settings.model_fields["time_zone"].default
LONGEST_TITLE, LONGEST_NAME = 1024, 255
#: what people may set -> the columns that it stands in
COLUMNS = {
    "title": ("title",),
    "caption": ("caption",),
    "photographer": ("photographer",),
    "keywords": ("keywords",),
    "taken": ("taken_text", "taken_at", "taken_offset", "year", "shown_at"),
    "place": ("latitude", "longitude"),
    "rating": ("rating",),
}


def take_over(session: Session, asset: Asset, record: Record) -> None:
    """Makes `record` the asset's, and fills from it the columns that nobody set by hand."""
    asset.record = plain(record)
    for field in ("keywords", "taken", "place", "rating"):
        if field not in asset.set_by_hand:
            _from_record(session, asset, field)


def edit(session: Session, asset: Asset, changes: Mapping[str, Any], who: str, zone: str = DEFAULT_ZONE) -> bool:
    """Sets what a person says of the asset; returns whether anything changed.

    `changes` are any of: title, caption, photographer (text), keywords (texts), taken (a moment as precise as it is
    known: "1987", "2017-06-12T09:30:00+08:00"), place (latitude and longitude in WGS-84 degrees), rating (0 to 5
    stars). None gives a field back to the files. `zone` is where a moment without an offset stands. Raises Invalid for a value that cannot be.
    """
    values = {field: _checked(field, value, zone) for field, value in changes.items()}
    before = {field: _told(asset, field) for field in values}
    by_hand = set(asset.set_by_hand)
    for field, columns in values.items():
        if columns is None:
            by_hand.discard(field)
            _from_record(session, asset, field)
        else:
            by_hand.add(field)
            for name, value in columns.items():
                setattr(asset, name, value)
    after = {field: _told(asset, field) for field in values}
    changed = [field for field in values if before[field] != after[field]]
    if not changed and by_hand == set(asset.set_by_hand):
        return False
    asset.set_by_hand = sorted(by_hand)
    events.record(
        session,
        who,
        "modification",
        "asset",
        asset.id,
        before={field: before[field] for field in changed},
        after={field: after[field] for field in changed},
    )
    touch(session, asset.id)
    return True


def take_again(session: Session, asset: Asset, field: str) -> None:
    """Fills `field` from the asset's record once more, because what is made of the record has changed."""
    _from_record(session, asset, field)


def _from_record(session: Session, asset: Asset, field: str) -> None:
    """What the files say in `field`; nothing where they say nothing."""
    record: dict[str, Any] = asset.record or {}
    if field == "keywords":
        asset.keywords = list(record.get("description", {}).get("keywords", []))
    elif field == "place":
        gps = record.get("gps", {})
        asset.latitude, asset.longitude = gps.get("lat"), gps.get("lon")
    elif field == "rating":
        stars = record.get("description", {}).get("rating")
        # cameras and programs write -1 for what was rejected
        asset.rating = None if stars is None else max(0, int(stars))
    elif field == "taken":
        capture = clocks.corrected(record, asset.shoot.clock_shifts)
        instant = datetime.fromisoformat(capture["instant"]) if capture else None
        asset.taken_at, asset.taken_text = instant, capture.get("at")
        asset.taken_offset, asset.year = capture.get("offset"), capture.get("year")
        asset.shown_at = instant or _received(session, asset)
    else:
        setattr(asset, field, None)


def _received(session: Session, asset: Asset) -> datetime:
    """The date of the oldest file, else that of its coming in."""
    dates = select(func.min(File.modified_at)).where(File.asset_id == asset.id, File.role != Role.RENDITION)
    return session.scalar(dates) or asset.created_at


def _told(asset: Asset, field: str) -> Any:
    """The value as an event keeps it."""
    values = [getattr(asset, name) for name in COLUMNS[field]]
    if field == "place":
        return None if None in values else values
    return list(values[0]) if field == "keywords" else values[0]


def _checked(field: str, value: Any, zone: str) -> dict[str, Any] | None:
    """The columns that `value` fills; None where the field is given back."""
    if field not in COLUMNS:
        known = ", ".join(COLUMNS)
        raise Invalid("{field} cannot be set. These can: {known}.", field=field, known=known)
    return None if value is None else CHECKS[field](value, zone)


def _text(column: str, most: int | None) -> Callable[[Any, str], dict[str, Any]]:
    def check(value: Any, _zone: str) -> dict[str, Any]:
        return {column: _clean(value, most) or None}

    return check


def _clean(value: Any, most: int | None) -> str:
    text = str(value).replace("\0", "").strip()
    if most and len(text) > most:
        raise Invalid(
            "The text is {length} characters long, {most} are allowed. Shorten it.", length=len(text), most=most
        )
    return text


def _keywords(value: Sequence[str], _zone: str) -> dict[str, Any]:
    return {"keywords": list(dict.fromkeys(filter(None, (_clean(word, LONGEST_NAME) for word in value))))}


def _taken(value: str, zone: str) -> dict[str, Any]:
    found = moment(value, "hand", zone_named(zone))
    if found is None:
        raise Invalid(
            "{text} is no moment that a picture can be of. Write as much as is known: 1987, 1987-05 or "
            "2017-06-12T09:30:00+08:00.",
            text=str(value)[:64],
        )
    return dict(zip(COLUMNS["taken"], (found.at, found.instant, found.offset, found.year, found.instant), strict=True))


def _place(value: Sequence[float], _zone: str) -> dict[str, Any]:
    try:
        latitude, longitude = (float(degrees) for degrees in value)
    except (TypeError, ValueError):
        latitude, longitude = 91.0, 0.0
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise Invalid("A place is a latitude from -90 to 90 and a longitude from -180 to 180 degrees (WGS-84).")
    return {"latitude": latitude, "longitude": longitude}


def _rating(value: Any, _zone: str) -> dict[str, Any]:
    stars = str(value)
    if stars not in {"0", "1", "2", "3", "4", "5"}:
        raise Invalid("{value} is no rating. Give 0 to 5 stars.", value=stars[:20])
    return {"rating": int(stars)}


CHECKS: dict[str, Callable[[Any, str], dict[str, Any]]] = {
    "title": _text("title", LONGEST_TITLE),
    "caption": _text("caption", None),
    "photographer": _text("photographer", LONGEST_NAME),
    "keywords": _keywords,
    "taken": _taken,
    "place": _place,
    "rating": _rating,
}
