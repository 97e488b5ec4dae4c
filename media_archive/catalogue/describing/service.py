"""What is said of an asset: by its files, which a probe reads, and by people, whom no probe overrules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import Session

from media_archive.catalogue import clocks
from media_archive.catalogue.describing import checking
from media_archive.catalogue.describing.scheme import Field, Scheme, shipped
from media_archive.catalogue.describing.values import SHOOT_COLUMNS, Said, of_shoot, value_of
from media_archive.catalogue.models import Asset, Outbox, Shoot
from media_archive.catalogue.service import touch
from media_archive.catalogue.subjects.models import SuggestionOutbox
from media_archive.config import Settings
from media_archive.db import now
from media_archive.errors import Conflict, Invalid
from media_archive.events import service as events
from media_archive.events.models import Event
from media_archive.metadata.record import Record, plain
from media_archive.storage.models import File, Role

DEFAULT_ZONE: str = Settings.model_fields["time_zone"].default
#: the field with the numbers that a position was given in
GIVEN = "position_given"
_MOVED_ON = "{who} has changed this meanwhile. Look at it as it is now, then save again."


def columns() -> dict[str, tuple[str, ...]]:
    """What people may set of every asset -> the columns that it stands in."""
    return {field.name: field.columns for field in shipped().fields.values() if field.columns}


def take_over(session: Session, asset: Asset, record: Record) -> None:
    """Makes `record` the asset's, and fills from it the columns that nobody set by hand."""
    locked(session, asset)
    asset.record = plain(record)
    for field in shipped().fields.values():
        if field.filled and field.name not in asset.set_by_hand:
            _from_record(session, asset, field)


def take_again(session: Session, asset: Asset, field: str) -> None:
    """Fills `field` from the asset's record once more, because what is made of the record has changed."""
    _from_record(session, asset, shipped().fields[field])


def edit(
    session: Session,
    asset: Asset,
    changes: Mapping[str, Any],
    who: str,
    zone: str = DEFAULT_ZONE,
    *,
    seen: int | None = None,
    scheme: Scheme | None = None,
    **noted: Any,
) -> bool:
    """Sets what a person says of the asset; returns whether anything changed.

    `changes` is field -> value as the field's type wants it (see `fields.toml`); for lists also {"add": [...],
    "remove": [...]}, which leaves what others add meanwhile. None gives a field back to shoot and files. `zone` is
    where a moment without an offset stands, `noted` stands in the event. Raises Invalid for a value that cannot be, and Conflict where
    `seen`, the version that the person saw, is no longer the asset's.
    """
    locked(session, asset)
    if asset.trashed_at is not None:
        raise Conflict("It lies in the trash. Bring it back first.")
    if seen is not None and asset.version != seen:
        raise _moved_on(session, "asset", asset.id)
    return bool(apply(session, asset, changes, who, scheme or shipped(), zone, **noted))


def locked(session: Session, asset: Asset) -> None:
    """Reads the asset anew and keeps others from changing it until the transaction ends."""
    # what waits to be written would be read over
    session.flush()
    session.refresh(asset, with_for_update=True)


@dataclass(frozen=True)
class Changed:
    """One field before and after."""

    before: Said
    after: Said


def apply(
    session: Session, asset: Asset, changes: Mapping[str, Any], who: str, scheme: Scheme, zone: str, **noted: Any
) -> dict[str, Changed]:
    """Does `changes` on an asset that is locked; returns the fields that changed. Event, version and outbox are seen to."""
    code, shoot = asset.archive.code, asset.shoot
    if "place" in changes and GIVEN not in changes and GIVEN in scheme.fields:
        changes = {**changes, GIVEN: None}  # the numbers it was given in are those of another place
    fields = {name: scheme.field(name, code) for name in changes}
    before = {name: value_of(asset, shoot, field) for name, field in fields.items()}
    values = {name: _wanted(scheme, fields[name], changes[name], before[name], zone) for name in changes}
    for name, value in values.items():
        _set(session, asset, fields[name], value, zone)
    after = {name: value_of(asset, shoot, field) for name, field in fields.items()}
    changed = {name: Changed(before[name], after[name]) for name in fields if before[name] != after[name]}
    if changed:
        asset.version += 1
        _record(session, "asset", asset.id, who, changed, noted)
        touch(session, asset.id)
    return changed


def _wanted(scheme: Scheme, field: Field, change: Any, before: Said, zone: str) -> Any:
    if not isinstance(change, Mapping):
        return checking.kept(scheme, field, change, zone)
    if field.type != "list" or not change or set(change) - {"add", "remove"}:
        raise Invalid("{field}: only lists can be added to and removed from, with add and remove.", field=field.label)
    removed = checking.kept(scheme, field, change.get("remove") or [], zone)
    words = [word for word in before.value or [] if word not in {*removed, *(change.get("remove") or [])}]
    return list(dict.fromkeys([*words, *checking.kept(scheme, field, change.get("add") or [], zone)]))


def _set(session: Session, asset: Asset, field: Field, value: Any, zone: str) -> None:
    by_hand = set(asset.set_by_hand)
    if value is None:
        by_hand.discard(field.name)
    else:
        by_hand.add(field.name)
    if sorted(by_hand) != sorted(asset.set_by_hand):
        asset.set_by_hand = sorted(by_hand)
    if not field.columns:
        rest = {name: one for name, one in asset.fields.items() if name != field.name}
        asset.fields = rest if value is None else rest | {field.name: value}
    elif value is None:
        _from_record(session, asset, field)
    else:
        values = checking.taken(value, zone) if field.type == "moment" else value
        for name, one in zip(field.columns, values if len(field.columns) > 1 else [value], strict=True):
            setattr(asset, name, one)


def _from_record(session: Session, asset: Asset, field: Field) -> None:
    """What the files say in `field`; nothing where they say nothing."""
    record: dict[str, Any] = asset.record or {}
    if field.name == "keywords":
        asset.keywords = list(record.get("description", {}).get("keywords", []))
    elif field.name == "place":
        gps = record.get("gps", {})
        asset.latitude, asset.longitude = gps.get("lat"), gps.get("lon")
    elif field.name == "rating":
        stars = record.get("description", {}).get("rating")
        # cameras and programs write -1 for what was rejected
        asset.rating = None if stars is None else max(0, int(stars))
    elif field.name == "taken":
        capture = clocks.corrected(record, asset.shoot.clock_shifts)
        instant = datetime.fromisoformat(capture["instant"]) if capture else None
        asset.taken_at, asset.taken_text = instant, capture.get("at")
        asset.taken_offset, asset.year = capture.get("offset"), capture.get("year")
        asset.shown_at = instant or _received(session, asset)
    else:
        setattr(asset, field.columns[0], None)


def _received(session: Session, asset: Asset) -> datetime:
    """The date of the oldest file, else that of its coming in."""
    dates = select(func.min(File.modified_at)).where(File.asset_id == asset.id, File.role != Role.RENDITION)
    return session.scalar(dates) or asset.created_at


def edit_shoot(
    session: Session,
    shoot: Shoot,
    changes: Mapping[str, Any],
    who: str,
    zone: str = DEFAULT_ZONE,
    *,
    seen: int | None = None,
    scheme: Scheme | None = None,
) -> bool:
    """Sets what the shoot says for its assets; as `edit`, for the fields that assets inherit. Returns whether anything changed."""
    scheme = scheme or shipped()
    session.flush()
    session.refresh(shoot, with_for_update=True)
    if seen is not None and shoot.version != seen:
        raise _moved_on(session, "shoot", shoot.id)
    changed: dict[str, Changed] = {}
    for name, change in changes.items():
        field = scheme.field(name, shoot.archive.code)
        if "shoot" not in field.inherits:
            raise Invalid("{field} is said of each asset by itself, not of a shoot.", field=field.label)
        before = Said(of_shoot(shoot, field), "shoot")
        _set_shoot(shoot, name, _wanted(scheme, field, change, before, zone))
        after = Said(of_shoot(shoot, field), "shoot")
        if before != after:
            changed[name] = Changed(before, after)
    if changed:
        shoot.version += 1
        _record(session, "shoot", shoot.id, who, changed, {})
        session.flush()
        touch_shoot(session, shoot.id)
    return bool(changed)


def _set_shoot(shoot: Shoot, name: str, value: Any) -> None:
    if name in SHOOT_COLUMNS:
        setattr(shoot, name, value or "")
        return
    rest = {other: one for other, one in shoot.fields.items() if other != name}
    shoot.fields = rest if value in (None, []) else rest | {name: value}


def touch_shoot(session: Session, shoot_id: UUID) -> None:
    """Puts all assets of a shoot on the lists of those whose search document, and whose suggestions, are out of date."""
    ids = select(Asset.id, literal(now(), Outbox.at.type)).where(Asset.shoot_id == shoot_id).order_by(Asset.id)
    session.execute(insert(Outbox).from_select(["asset_id", "at"], ids, include_defaults=False))
    plain = ids.add_columns(literal(False))
    columns = ["asset_id", "at", "around"]
    session.execute(insert(SuggestionOutbox).from_select(columns, plain, include_defaults=False))


def _record(
    session: Session, kind: str, object_id: UUID, who: str, changed: Mapping[str, Changed], noted: Mapping[str, Any]
) -> None:
    events.record(
        session,
        who,
        "modification",
        kind,
        object_id,
        before={name: one.before.value for name, one in changed.items()},
        after={name: one.after.value for name, one in changed.items()},
        was={name: one.before.origin for name, one in changed.items()},
        **noted,
    )


def _moved_on(session: Session, kind: str, object_id: UUID) -> Conflict:
    last = select(Event.who).where(Event.object_kind == kind, Event.object_id == object_id)
    who = session.scalar(last.order_by(Event.at.desc(), Event.id.desc()).limit(1))
    return Conflict(_MOVED_ON, who=who or "system")
