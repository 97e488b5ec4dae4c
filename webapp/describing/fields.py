"""Fields as pages show and read them: labels in the reader's language, values as text, what was typed as values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from media_archive.access import service as access
from media_archive.access.models import User
from media_archive.catalogue.describing import Field, Said, Scheme, effective, value_of
from media_archive.catalogue.describing import of_shoot as said_by_shoot
from media_archive.catalogue.models import Asset, Shoot
from media_archive.errors import Invalid
from webapp.languages import chosen
from webapp.translated import gettext, lazy_gettext

ORIGINS = {
    "hand": lazy_gettext("by hand"),
    "file": lazy_gettext("from the file"),
    "shoot": lazy_gettext("from the shoot"),
    "none": "",
}
GROUPS = {
    "content": lazy_gettext("Content"),
    "time and place": lazy_gettext("Time and place"),
    "rights": lazy_gettext("Rights and access"),
    "keeping": lazy_gettext("Keeping"),
    "choosing": lazy_gettext("Choosing"),
    "own": lazy_gettext("The archive's own fields"),
}
#: fields with what holds in each, in the order of a page
Fields = list[tuple[Field, Said]]
_BETWEEN = re.compile(r"[\n;；、]+")


@dataclass(frozen=True)
class Row:
    """One field of an asset, ready for a page."""

    field: Field
    label: str
    text: str
    origin: str
    #: what stands in the form
    typed: str
    #: values to choose from, as (code, word); None where anything may be typed
    choices: list[tuple[str, str]] | None
    may: bool


def label(field: Field) -> str:
    """What the field is called."""
    return field.zh if chosen() == "zh" else field.en


def words(scheme: Scheme, field: Field, value: Any) -> str:
    """The value as people read it."""
    if value is None or value == []:
        return ""
    if field.type == "yes-no":
        return gettext("yes") if value else gettext("no")
    if field.type == "position":
        return ", ".join(f"{degrees:.6f}".rstrip("0").rstrip(".") for degrees in value)
    if isinstance(value, list):
        return ("、" if chosen() == "zh" else ", ").join(term(scheme, field, one) for one in value)
    return term(scheme, field, value)


def term(scheme: Scheme, field: Field, value: Any) -> str:
    """One value of a vocabulary as people call it; any other as it is."""
    vocabulary = scheme.vocabulary(field)
    found = vocabulary.term(str(value)) if vocabulary else None
    if found is None:
        return str(value)
    return found.zh if chosen() == "zh" or not found.en else found.en


def typed(field: Field, value: Any) -> str:
    """The value as it stands in a form."""
    if value is None:
        return ""
    if field.type == "yes-no":
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) if field.type == "position" else "\n".join(map(str, value))
    return str(value)


def read(field: Field, text: str) -> Any:
    """What was typed, as `describing.edit` takes it; None where nothing was."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        return [] if field.type == "list" else None
    if field.type == "list":
        return [one.strip() for one in _BETWEEN.split(text) if one.strip()]
    if field.type == "position":
        found = re.split(r"[\s,，]+", text)
        if len(found) != 2:
            raise Invalid("A place is a latitude from -90 to 90 and a longitude from -180 to 180 degrees (WGS-84).")
        return found
    return text


def choices(scheme: Scheme, field: Field) -> list[tuple[str, str]] | None:
    """What can be chosen in a field."""
    if field.type == "yes-no":
        return [("yes", gettext("yes")), ("no", gettext("no"))]
    vocabulary = scheme.vocabulary(field)
    if field.type != "vocabulary" or vocabulary is None or vocabulary.open:
        return None
    return [(one.code, one.zh if chosen() == "zh" or not one.en else one.en) for one in vocabulary.terms]


def of_asset(asset: Asset, scheme: Scheme) -> Fields:
    """The fields of an asset with what holds in each."""
    return [(field, value_of(asset, asset.shoot, field)) for field in scheme.of_archive(asset.archive.code)]


def of_shoot(shoot: Shoot, scheme: Scheme) -> Fields:
    """The fields that assets inherit, with what the shoot says in each."""
    inherited = [field for field in scheme.of_archive(shoot.archive.code) if "shoot" in field.inherits]
    return [(field, Said(said_by_shoot(shoot, field))) for field in inherited]


def rows(
    there: Fields, scheme: Scheme, user: User, given: Mapping[str, str] | None = None
) -> list[tuple[str, list[Row]]]:
    """The fields in their groups; `given` is what was typed before, and stays."""
    found: dict[str, list[Row]] = {}
    for field, said in there:
        found.setdefault(field.group, []).append(_row(field, said, scheme, user, given or {}))
    return [(str(GROUPS[group]), of_group) for group, of_group in found.items()]


def _row(field: Field, said: Said, scheme: Scheme, user: User, given: Mapping[str, str]) -> Row:
    return Row(
        field,
        label(field),
        words(scheme, field, said.value),
        said.origin,
        given.get(field.name, typed(field, said.value)),
        choices(scheme, field),
        access.may(user, field.may),
    )


def changes(there: Fields, form: Mapping[str, str], user: User, archive_id: UUID) -> dict[str, Any]:
    """What the form changes, against what holds now; Forbidden where the person may not set a field there that is changed."""
    found: dict[str, Any] = {}
    for field, said in there:
        if field.name not in form:
            continue
        text = form[field.name].replace("\r\n", "\n").strip()
        if text == typed(field, said.value).strip():
            continue
        access.require(user, field.may, archive_id)
        value = read(field, text)
        # an emptied list that nobody had set says "none", a text goes back to shoot and files
        found[field.name] = None if value == [] and said.origin == "hand" else value
    return found


def told(asset: Asset, shoot: Shoot, scheme: Scheme) -> list[tuple[str, str, str]]:
    """What is said of an asset beside title and caption: label, value, origin."""
    said = effective(asset, shoot, scheme, asset.archive.code)
    return [
        (label(scheme.fields[name]), words(scheme, scheme.fields[name], one.value), str(ORIGINS[one.origin]))
        for name, one in said.items()
        if name not in ("title", "caption", "taken", "place") and words(scheme, scheme.fields[name], one.value)
    ]
