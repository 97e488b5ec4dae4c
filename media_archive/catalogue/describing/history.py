"""The history of what was said of an asset, field by field, and taking one change back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.describing.scheme import Field, Scheme, shipped
from media_archive.catalogue.describing.service import DEFAULT_ZONE, edit, edit_shoot, locked
from media_archive.catalogue.describing.values import of_shoot, value_of
from media_archive.catalogue.models import Asset, Shoot
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
    """Every change of every field of an asset, the latest first."""
    says = partial(_of_asset, asset)
    return [one for event in _events(session, "asset", asset.id) for one in _changes(event, says, scheme or shipped())]


def history_of_shoot(session: Session, shoot: Shoot, scheme: Scheme | None = None) -> list[Change]:
    """Every change of what a shoot says for its assets, the latest first."""
    says = partial(of_shoot, shoot)
    return [one for event in _events(session, "shoot", shoot.id) for one in _changes(event, says, scheme or shipped())]


def _of_asset(asset: Asset, field: Field) -> Any:
    return value_of(asset, asset.shoot, field).value


def _events(session: Session, kind: str, object_id: UUID) -> Iterable[Event]:
    told = select(Event).where(Event.object_kind == kind, Event.object_id == object_id, Event.what == "modification")
    return session.scalars(told.order_by(Event.at.desc(), Event.id.desc()))


def _changes(event: Event, says: Callable[[Field], Any], scheme: Scheme) -> list[Change]:
    before, after, was = _told(event)
    return [
        Change(
            event.id, event.at, event.who, name, before.get(name), after[name], was.get(name) == "hand",
            name in scheme.fields and says(scheme.fields[name]) == after[name],
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
    event, asset = _event(session, event_id, Asset)
    locked(session, asset)
    found = _found(event, field, partial(_of_asset, asset), scheme, even_if_changed=even_if_changed)
    was = _told(event)[2]
    wanted = {name: value if was.get(name) == "hand" else None for name, value in found.items()}
    return edit(session, asset, wanted, who, zone, seen=seen, scheme=scheme, undoes=str(event_id))


def undo_of_shoot(
    session: Session,
    event_id: UUID,
    who: str,
    field: str | None = None,
    zone: str = DEFAULT_ZONE,
    *,
    scheme: Scheme | None = None,
) -> bool:
    """As `undo`, for a change of what a shoot says."""
    scheme = scheme or shipped()
    event, shoot = _event(session, event_id, Shoot)
    session.refresh(shoot, with_for_update=True)
    wanted = _found(event, field, partial(of_shoot, shoot), scheme)
    return edit_shoot(session, shoot, wanted, who, zone, scheme=scheme)


def _found(
    event: Event, field: str | None, says: Callable[[Field], Any], scheme: Scheme, *, even_if_changed: bool = False
) -> dict[str, Any]:
    """What the change found in the field, or in all that it changed; Conflict where one was changed again since."""
    before, after, _ = _told(event)
    names = [name for name in after if field in (None, name) and name in scheme.fields]
    if not names:
        raise NotFound("That change is none of a description, or of a field that is gone. Reload the page.")
    for name in names:
        if says(scheme.fields[name]) != after[name] and not even_if_changed:
            raise Conflict(
                "{field} was changed again since. Undo the later change first, or set it by hand.",
                field=scheme.fields[name].label,
            )
    return {name: before.get(name) for name in names}


Described = TypeVar("Described", Asset, Shoot)


def _event(session: Session, event_id: UUID, model: type[Described]) -> tuple[Event, Described]:
    event, kind = session.get(Event, event_id), model.__tablename__
    found = session.get(model, event.object_id) if event and event.object_kind == kind and event.object_id else None
    if event is None or found is None:
        raise NotFound("There is no such change. Reload the page.")
    return event, found
