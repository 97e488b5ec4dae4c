"""What is said of an asset in a field, and where that comes from: by hand, from its files, from its shoot."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from media_archive.catalogue.describing.scheme import Field, Origin, Scheme
from media_archive.catalogue.models import Asset, Shoot

#: fields that a shoot holds in columns
SHOOT_COLUMNS = ("caption", "photographer")


@dataclass(frozen=True)
class Said:
    """A value as plain JSON, and its origin; None from nowhere where nothing is said."""

    value: Any = None
    origin: Origin = "none"


NOTHING = Said()


def value_of(asset: Asset, shoot: Shoot, field: Field) -> Said:
    """What holds for `asset` in `field`."""
    if field.filled:
        return _filled(asset, field)
    own = asset.fields.get(field.name) if not field.columns else getattr(asset, field.columns[0])
    if own is not None:
        return Said(own, "hand")
    for origin in field.inherits:
        value = of_shoot(shoot, field) if origin == "shoot" else of_files(asset, field)
        if value not in (None, "", []):
            return Said(value, origin)
    return NOTHING


def _filled(asset: Asset, field: Field) -> Said:
    values = [getattr(asset, name) for name in field.columns]
    value: Any = values if field.type == "position" else values[0]
    if field.type == "position" and None in values:
        value = None
    if field.type == "list":
        value = list(value or [])
    if field.name in asset.set_by_hand:
        return Said(value, "hand")
    return Said(value, "file") if value not in (None, []) else NOTHING


def of_shoot(shoot: Shoot, field: Field) -> Any:
    """What the shoot says for its assets; None where it says nothing."""
    if field.name in SHOOT_COLUMNS:
        return getattr(shoot, field.name) or None
    return shoot.fields.get(field.name)


def of_files(asset: Asset, field: Field) -> Any:
    """What the files say at the field's place in the record; None where they say nothing."""
    found: Any = asset.record or {}
    for step in (field.record or "").split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    if field.type == "text" and isinstance(found, list):
        return ", ".join(map(str, found)) or None
    return found or None


def effective(asset: Asset, shoot: Shoot, scheme: Scheme, archive_code: str | None = None) -> dict[str, Said]:
    """Every field that has a value: name -> what holds. For lists, exports and indexes."""
    fields = scheme.of_archive(archive_code) if archive_code else scheme.fields.values()
    said = {field.name: value_of(asset, shoot, field) for field in fields}
    return {name: one for name, one in said.items() if one.origin != "none"}
