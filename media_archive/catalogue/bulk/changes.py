"""What a bulk edit does to each field, as data: {"caption": {"how": "replace", "value": "…", "with": "…"}}."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from media_archive.catalogue import clocks, describing
from media_archive.catalogue.clocks import Shift
from media_archive.catalogue.describing import Said, Scheme, checking
from media_archive.catalogue.models import Asset
from media_archive.catalogue.tracks import service as tracks
from media_archive.catalogue.tracks.matching import Way
from media_archive.catalogue.tracks.service import Match
from media_archive.errors import Invalid
from media_archive.words import Message, broken_rule

How = Literal["set", "clear", "add", "remove", "replace", "shift", "match"]
#: how -> types of fields that it is for; the others are for all
ONLY: dict[str, tuple[str, ...]] = {
    "add": ("list",),
    "remove": ("list",),
    "replace": ("text", "list", "vocabulary"),
    "shift": ("moment",),
    "match": ("position",),
}
#: how people call what is done
HOW: dict[How, Message] = {
    "set": Message("set"),
    "clear": Message("clear"),
    "add": Message("add"),
    "remove": Message("remove"),
    "replace": Message("find and replace"),
    "shift": Message("shift"),
    "match": Message("take from the track"),
}
LONGEST = 100_000
#: what a change that is computed for each asset is described by
COMPUTED: dict[str, type[Shift] | type[Match]] = {"shift": Shift, "match": Match}
Ways = Mapping[UUID, Way]


class Change(BaseModel):
    """One change of one field. `set` takes a value, `clear` gives the field back to shoot and files, `add` and `remove` take
    words of a list, `replace` puts `with` in the place of `value`: in a text wherever it stands, in a list the word. `shift`
    moves a moment by a clock's correction (see `clocks.Shift`), `match` looks a position up in a track (see `tracks.service.Match`).
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
            raise Invalid("{field}: {reason}", field=field.label, reason=broken_rule(exc.errors()[0])) from exc
        if field.type not in ONLY.get(change.how, (field.type,)):
            raise Invalid("{field} cannot be changed by “{how}”.", field=field.label, how=HOW[change.how])
        _has_values(scheme, field, change, zone)
        found[name] = change
    return found


def _has_values(scheme: Scheme, field: describing.Field, change: Change, zone: str) -> None:
    if change.how in COMPUTED:
        try:
            COMPUTED[change.how].model_validate(change.value)
        except ValidationError as exc:
            raise Invalid("{field}: {reason}", field=field.label, reason=exc.errors()[0]["msg"]) from exc
    if change.how == "set" and checking.kept(scheme, field, change.value, zone) in (None, []):
        raise Invalid("{field} is to be set, but to nothing. Write a value, or choose to clear it.", field=field.label)
    if change.how in ("add", "remove"):
        checking.kept(scheme, field, change.value, zone)
    if change.how in ("add", "remove", "replace") and not change.value:
        raise Invalid("{field}: say what is to be added, removed or replaced.", field=field.label)
    if change.how == "replace" and not (isinstance(change.value, str) and isinstance(change.put or "", str)):
        raise Invalid("{field}: what is replaced, and what comes in its place, are texts.", field=field.label)


def actions(changes: Iterable[str], scheme: Scheme) -> set[str]:
    """What a person must be allowed to do to change these fields."""
    return {scheme.field(name).may for name in changes}


def matches(changes: Mapping[str, Change]) -> list[Match]:
    """How positions are looked up, where they are."""
    return [Match.model_validate(one.value) for one in changes.values() if one.how == "match"]


def wanted(asset: Asset, changes: Mapping[str, Change], scheme: Scheme, ways: Ways) -> dict[str, Any]:
    """The changes for one asset, as `describing.edit` takes them; fields that stay as they are are left out.

    `ways` are those of the tracks that are matched with.
    """
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
        elif change.how == "shift":
            found |= _shifted(name, asset, Shift.model_validate(change.value))
        elif change.how == "match":
            found |= _matched(name, asset, said, Match.model_validate(change.value), ways)
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


def _shifted(name: str, asset: Asset, by: Shift) -> dict[str, Any]:
    """Nothing for what another camera took, or what is not known to the minute."""
    if not by.fits((asset.record or {}).get("camera") or {}):
        return {}
    text = clocks.moved(asset.taken_text or "", by.seconds)
    return {name: text} if text else {}


def _matched(name: str, asset: Asset, said: Said, match: Match, ways: Ways) -> dict[str, Any]:
    """Nothing where the track was elsewhen, or where a position is known that is to stay."""
    if said.value is not None and not match.again:
        return {}
    place = tracks.place_at(asset.taken_at, asset.taken_text, match, ways[match.track])
    return {name: [place.latitude, place.longitude]} if place else {}
