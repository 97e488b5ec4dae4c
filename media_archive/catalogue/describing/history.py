"""The history of what was said of an asset, field by field, and taking one change back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.describing.scheme import Scheme, shipped
from media_archive.catalogue.describing.service import DEFAULT_ZONE, edit, locked
from media_archive.catalogue.describing.values import value_of
from media_archive.catalogue.models import Asset
from media_archive.errors import Conflict, NotFound
from media_archive.events.models import Event


@dataclass(frozen=True)
class Change:
    """Who made what of one field."""

    event_id: UUID
    at: datetime
    who: str
    field: str
    before: Any
    after: Any
    #: whether the value before was set by hand
    was_by_hand: bool
    #: whether the field still says what this change made of it
    stands: bool


def history(session: Session, asset: Asset, scheme: Scheme | None = None) -> list[Change]:
    """Every change of every field, the latest first."""
    told = select(Event).where(Event.object_kind == "asset", Event.object_id == asset.id, Event.what == "modification")
    scheme = scheme or shipped()
    made = session.scalars(told.order_by(Event.at.desc(), Event.id.desc()))
    return [change for event in made for change in _changes(event, asset, scheme)]


def _changes(event: Event, asset: Asset, scheme: Scheme) -> list[Change]:
    before, after, was = _told(event)
    return [
        Change(
            event.id, event.at, event.who, name, before.get(name), after[name], was.get(name) == "hand",
            name in scheme.fields and value_of(asset, asset.shoot, scheme.fields[name]).value == after[name],
        )
        for name in after
    ]  # fmt: skip


def _told(event: Event) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    """Before, after, and where the values before came from."""
    detail = event.detail
    if isinstance(detail.get("after"), dict):
        before = detail.get("before") or {}
        return before, detail["after"], detail.get("was") or dict.fromkeys(before, "hand")
    if isinstance(detail.get("retention"), dict):
        kept = detail["retention"]
        return {"retention": kept.get("from")}, {"retention": kept.get("to")}, {"retention": "hand"}
    return {}, {}, {}


def undo(
    session: Session,
    event_id: UUID,
    who: str,
    field: str | None = None,
    zone: str = DEFAULT_ZONE,
    *,
    even_if_changed: bool = False,
    seen: int | None = None,
    scheme: Scheme | None = None,
) -> bool:
    """Puts back what the change `event_id` found: of one `field`, or of all it changed; returns whether anything changed.

    Conflict where a field was changed again since, unless told to go over that.
    """
    scheme = scheme or shipped()
    event, asset = _event(session, event_id)
    before, after, was = _told(event)
    names = [name for name in after if field in (None, name) and name in scheme.fields]
    if not names:
        raise NotFound("That change is none of a description, or of a field that is gone. Reload the page.")
    locked(session, asset)
    wanted = {}
    for name in names:
        stands = value_of(asset, asset.shoot, scheme.fields[name])
        if stands.value != after[name] and not even_if_changed:
            raise Conflict(
                "{field} was changed again since. Undo the later change first, or set it by hand.",
                field=scheme.fields[name].zh,
            )
        wanted[name] = before.get(name) if was.get(name) == "hand" else None
    return edit(session, asset, wanted, who, zone, seen=seen, scheme=scheme, undoes=str(event_id))


def _event(session: Session, event_id: UUID) -> tuple[Event, Asset]:
    event = session.get(Event, event_id)
    asset = session.get(Asset, event.object_id) if event and event.object_kind == "asset" and event.object_id else None
    if event is None or asset is None:
        raise NotFound("There is no such change. Reload the page.")
    return event, asset
