"""Words for bulk edits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from media_archive.catalogue.bulk.changes import COMPUTED
from media_archive.catalogue.bulk.service import Sample
from media_archive.catalogue.describing import Scheme
from webapp.describing import fields
from webapp.translated import gettext, lazy_gettext

WAYS = {
    "set": lazy_gettext("set to"),
    "add": lazy_gettext("add"),
    "remove": lazy_gettext("remove"),
    "replace": lazy_gettext("find and replace"),
    "clear": lazy_gettext("clear"),
}
STATES = {
    "asked": lazy_gettext("looks for the assets"),
    "running": lazy_gettext("under way"),
    "done": lazy_gettext("done"),
    "failed": lazy_gettext("broken off"),
    "undone": lazy_gettext("taken back"),
    "partly-undone": lazy_gettext("taken back in part"),
}
LOOKS = {
    "asked": ("idle", "clock"),
    "running": ("warn", "loader"),
    "done": ("good", "circle-check"),
    "failed": ("bad", "circle-x"),
    "undone": ("idle", "rotate-ccw"),
    "partly-undone": ("warn", "rotate-ccw"),
}


def way(how: str) -> str:
    """What is done to a field."""
    return str(WAYS[how])


def state(name: str) -> str:
    """How far it is."""
    return str(STATES.get(name, name))


def look(name: str) -> tuple[str, str]:
    """Its colour and its icon."""
    return LOOKS.get(name, ("idle", "clock"))


def changes(given: Mapping[str, Mapping[str, Any]], scheme: Scheme) -> list[str]:
    """Each change as a sentence; fields that are gone by their names."""
    return [_change(name, one, scheme) for name, one in given.items()]


def _change(name: str, one: Mapping[str, Any], scheme: Scheme) -> str:
    field = scheme.fields.get(name)
    label = fields.label(field) if field else name
    if one.get("how") in COMPUTED:
        return _computed(label, one)
    value = fields.words(scheme, field, one.get("value")) if field and one.get("how") != "replace" else one.get("value")
    facts = {"field": label, "value": value or "", "with": one.get("with") or ""}
    sentences = {
        "set": gettext("%(field)s: set to “%(value)s”", **facts),
        "add": gettext("%(field)s: add “%(value)s”", **facts),
        "remove": gettext("%(field)s: remove “%(value)s”", **facts),
        "replace": gettext("%(field)s: “%(value)s” becomes “%(with)s”", **facts),
        "clear": gettext("%(field)s: cleared", **facts),
    }
    return sentences.get(str(one.get("how")), label)


def _computed(label: str, one: Mapping[str, Any]) -> str:
    """A change that is computed for each asset."""
    value = one.get("value") or {}
    if one["how"] == "match":
        return gettext("%(field)s: from a track, at most %(n)s s apart", field=label, n=f"{value.get('within', 60):g}")
    camera = value.get("camera") or gettext("every camera")
    return gettext("%(field)s: the clock of %(camera)s put by %(length)s", field=label, camera=camera,
                   length=clock_length(int(value.get("seconds", 0))))  # fmt: skip


def clock_length(seconds: int) -> str:
    """A length of time with its sign: +1:02:03, -2 d 0:05:00."""
    days, rest = divmod(abs(seconds), 86_400)
    hours, minutes = divmod(rest // 60, 60)
    whole = f"{hours}:{minutes:02}:{rest % 60:02}"
    return f"{'-' if seconds < 0 else '+'}{f'{days} d ' if days else ''}{whole}"


@dataclass(frozen=True)
class Shown:
    """What would become of one asset: (field, before, after)."""

    asset_id: UUID
    title: str
    fields: list[tuple[str, str, str]]


def sample(one: Sample, scheme: Scheme) -> Shown:
    """As the page shows it."""
    told = [
        (fields.label(scheme.fields[name]), fields.words(scheme, scheme.fields[name], one.before[name]),
         fields.words(scheme, scheme.fields[name], after))
        for name, after in one.after.items()
    ]  # fmt: skip
    return Shown(one.asset_id, one.title, told)
