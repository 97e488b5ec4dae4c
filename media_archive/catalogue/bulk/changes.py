"""What a bulk edit does to each field, as data: {"caption": {"how": "replace", "value": "…", "with": "…"}}."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from media_archive.catalogue import describing
from media_archive.catalogue.describing import Said, Scheme, checking
from media_archive.catalogue.models import Asset
from media_archive.errors import Invalid

How = Literal["set", "clear", "add", "remove", "replace"]
#: how -> types of fields that it is for; the others are for all
ONLY: dict[str, tuple[str, ...]] = {"add": ("list",), "remove": ("list",), "replace": ("text", "list", "vocabulary")}
LONGEST = 100_000


class Change(BaseModel):
    """One change of one field. `set` takes a value, `clear` gives the field back to shoot and files, `add` and `remove` take
    words of a list, `replace` puts `with` in the place of `value`: in a text wherever it stands, in a list the word.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    how: How
    value: Any = None
    put: Any = Field(default=None, alias="with")


def read(given: Mapping[str, Any], scheme: Scheme, zone: str) -> dict[str, Change]:
    """The changes, checked as far as they can be without an asset; Invalid says what is wrong with which field."""
    if not given:
        raise Invalid("Nothing is to be changed. Choose what to do with at least one field.")
    found = {}
    for name, one in given.items():
        field = scheme.field(name)
        try:
            change = Change.model_validate(one)
        except ValidationError as exc:
            raise Invalid("{field}: {reason}", field=field.zh, reason=exc.errors()[0]["msg"]) from exc
        if field.type not in ONLY.get(change.how, (field.type,)):
            raise Invalid("{field} cannot be changed by “{how}”.", field=field.zh, how=change.how)
        _has_values(scheme, field, change, zone)
        found[name] = change
    return found


def _has_values(scheme: Scheme, field: describing.Field, change: Change, zone: str) -> None:
    if change.how == "set" and checking.kept(scheme, field, change.value, zone) in (None, []):
        raise Invalid("{field} is to be set, but to nothing. Write a value, or choose to clear it.", field=field.zh)
    if change.how in ("add", "remove"):
        checking.kept(scheme, field, change.value, zone)
    if change.how in ("add", "remove", "replace") and not change.value:
        raise Invalid("{field}: say what is to be added, removed or replaced.", field=field.zh)
    if change.how == "replace" and not (isinstance(change.value, str) and isinstance(change.put or "", str)):
        raise Invalid("{field}: what is replaced, and what comes in its place, are texts.", field=field.zh)


def actions(changes: Iterable[str], scheme: Scheme) -> set[str]:
    """What a person must be allowed to do to change these fields."""
    return {scheme.field(name).may for name in changes}


def wanted(asset: Asset, changes: Mapping[str, Change], scheme: Scheme) -> dict[str, Any]:
    """The changes for one asset, as `describing.edit` takes them; fields that stay as they are are left out."""
    found: dict[str, Any] = {}
    for name, change in changes.items():
        field = scheme.field(name)
        said = describing.value_of(asset, asset.shoot, field)
        if change.how == "set":
            found[name] = change.value
        elif change.how == "clear":
            found[name] = None
        elif change.how == "replace":
            found |= _replaced(name, said, change)
        else:
            found[name] = {change.how: change.value}
    return found


def _replaced(name: str, said: Said, change: Change) -> dict[str, Any]:
    """Nothing where the value does not occur, so that what is inherited stays so."""
    old, new = change.value, change.put or ""
    if isinstance(said.value, list):
        if old not in said.value:
            return {}
        return {name: [word for word in (new if word == old else word for word in said.value) if word]}
    if not isinstance(said.value, str) or old not in said.value:
        return {}
    text = said.value.replace(old, new)
    if len(text) > LONGEST:
        raise Invalid("The text would become longer than {most} characters.", most=LONGEST)
    return {name: text or None}
