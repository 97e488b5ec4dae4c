"""What people write of subjects, checked: dates, names with their periods, details by their kind's rules."""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypedDict

from media_archive.catalogue.service import checked_name
from media_archive.catalogue.subjects import kinds
from media_archive.catalogue.subjects.kinds import DetailField
from media_archive.catalogue.subjects.models import SubjectKind
from media_archive.errors import Invalid
from media_archive.signs import keepable
from media_archive.words import Label

LONGEST_TEXT = 4000
MOST_ITEMS = 200
#: what separates items in one cell
SEPARATORS = re.compile(r"[;；\n]+")
#: left out when names are compared: spaces and what stands between words
_BETWEEN = re.compile(r"[\s·・,，.。\-—_()（）《》“”\"']+")


class NameGiven(TypedDict, total=False):
    """A name as it is given; without a kind it is official."""

    name: str
    kind: str
    valid_from: str | None
    valid_to: str | None


def folded(name: str) -> str:
    """What of a name counts when names are compared: no spaces, no punctuation, one form of each character."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", name).casefold())


def is_date(text: str) -> bool:
    """Whether it is a year, a month or a day as ISO 8601 writes them."""
    try:
        date.fromisoformat(text + "0000-01-01"[len(text) :])
    except ValueError:
        return False
    return len(text) in {4, 7, 10}


def checked_date(text: str) -> str:
    """The date; Invalid where it is none. Spelt with Chinese signs or slashes, it becomes ISO 8601."""
    plain = re.sub(r"[年月/.]", "-", text.strip()).rstrip("-日号")
    parts = [part if number == 0 else part.zfill(2) for number, part in enumerate(plain.split("-"))]
    found = "-".join(parts)
    if not is_date(found):
        raise Invalid(
            "{date} is no date. Write a year, a month or a day: 1987, 1987-05 or 1987-05-01.", date=text.strip()[:64]
        )
    return found


def checked_names(found: Iterable[NameGiven], name: str) -> list[NameGiven]:
    """The names, each with a period that can be; `name`, the one in force, is put in front if it is missing."""
    checked = [_checked_name(one) for one in found]
    if len(checked) > MOST_ITEMS:
        raise Invalid("There are more than {most} names. Leave some out.", most=MOST_ITEMS)
    if not any(one["name"] == name for one in checked):
        checked.insert(0, {"name": name, "kind": "official", "valid_from": None, "valid_to": None})
    seen = {(one["name"], one["kind"], one["valid_from"], one["valid_to"]): one for one in checked}
    return list(seen.values())


def _checked_name(given: NameGiven) -> NameGiven:
    since, until = (checked_date(text) if text else None for text in (given.get("valid_from"), given.get("valid_to")))
    name = checked_name(given.get("name") or "")
    if since and until and until < since[: len(until)]:
        raise Invalid(
            "The name {name} would end in {until} before it began in {since}. Put the earlier date first.",
            name=name,
            since=since,
            until=until,
        )
    kind = kinds.name_kind(given.get("kind") or "official").code
    return {"name": name, "kind": kind, "valid_from": since, "valid_to": until}


def name_from(text: str, kind: str = "official") -> NameGiven:
    """A name written as NAME[:FROM[:TO]]."""
    name, _, period = text.replace("：", ":").partition(":")
    since, _, until = period.partition(":")
    return {"name": name.strip(), "kind": kind, "valid_from": since.strip() or None, "valid_to": until.strip() or None}


def name_to(given: Mapping[str, Any]) -> str:
    """The inverse of `name_from`."""
    return f"{given['name']}:{given.get('valid_from') or ''}:{given.get('valid_to') or ''}".rstrip(":")


def checked_details(kind: SubjectKind | str, found: Mapping[str, Any]) -> dict[str, Any]:
    """The details by the names of their fields; None for what is to be taken away. Invalid where a rule is broken."""
    rule = kinds.of_kind(kind)
    checked: dict[str, Any] = {}
    for name, value in found.items():
        field = rule.field(name)
        if field is None:
            raise Invalid(
                "A {kind} has no field {field}. Known: {known}.",
                kind=rule.label,
                field=name[:64],
                known=Label.joined(one.label for one in rule.fields),
            )
        checked[field.name] = _checked_value(field, value)
    return checked


def _checked_value(field: DetailField, value: Any) -> Any:
    if value in (None, "", []):
        return None
    if field.type == "number":
        return _number(field, value)
    if field.type == "stages":
        return [_stage(one) for one in _items(value)]
    if field.type in {"texts", "choices"}:
        items = [_text(one) for one in _items(value)]
        return [_choice(field, one) for one in items] if field.type == "choices" else items
    text = _text(value)
    if field.type == "choice":
        return _choice(field, text)
    return checked_date(text) if field.type == "date" else text


def _items(value: Any) -> list[Any]:
    """A list, or the parts of a text between semicolons or line ends."""
    items = value if isinstance(value, list | tuple) else [one for one in SEPARATORS.split(str(value)) if one.strip()]
    if len(items) > MOST_ITEMS:
        raise Invalid("There are more than {most} values. Leave some out.", most=MOST_ITEMS)
    return list(items)


def _text(value: Any) -> str:
    if not isinstance(value, str | int | float):
        raise Invalid("A value is no text. Write it as one.")
    text = keepable(str(value))
    if len(text) > LONGEST_TEXT:
        raise Invalid("A value is longer than {most} characters. Shorten it.", most=LONGEST_TEXT)
    return text


def _number(field: DetailField, value: Any) -> float | int:
    try:
        found = float(str(value).replace(",", "").strip())
        if not math.isfinite(found):
            raise ValueError
    except ValueError:
        raise Invalid(
            "{value} is no number for {field}. Write digits.", value=str(value)[:64], field=field.label
        ) from None
    return int(found) if found.is_integer() else found


def _choice(field: DetailField, text: str) -> str:
    wanted = text.casefold()
    for one in field.choices:
        if wanted in (one.code, one.zh.casefold(), one.en.casefold()):
            return one.code
    raise Invalid(
        "{value} is no value of {field}. Known: {known}.",
        value=text[:64],
        field=field.label,
        known=Label.joined(one.label for one in field.choices),
    )


def _stage(value: Any) -> dict[str, str | None]:
    """A stage with its dates, given as {"stage", "from", "to"} or as STAGE[:FROM[:TO]]."""
    if isinstance(value, str):
        given = name_from(value)
        value = {"stage": given["name"], "from": given["valid_from"], "to": given["valid_to"]}
    if not isinstance(value, Mapping):
        raise Invalid("A stage is written as its name with its dates: 施工:2016-03:2018.")
    since, until = (checked_date(_text(value[end])) if value.get(end) else None for end in ("from", "to"))
    return {"stage": kinds.stage(_text(value.get("stage") or "")).code, "from": since, "to": until}


def written(field: DetailField, value: Any, language: str = "") -> str:
    """A detail as one text, as tables carry it; the inverse of what `checked_details` takes.

    Choices are written by their code, or by their words in `language` ("zh" or "en").
    """
    if value is None:
        return ""
    if field.choices and language:
        words = {one.code: getattr(one, language) for one in field.choices}
        return "; ".join(words.get(one, str(one)) for one in (value if isinstance(value, list) else [value]))
    if field.type == "stages":
        return "; ".join(_written_stage(one, language or "zh") for one in value)
    if isinstance(value, list):
        return "; ".join(str(one) for one in value)
    return str(value)


def _written_stage(one: Mapping[str, Any], language: str) -> str:
    return f"{getattr(kinds.stage(one['stage']), language)}:{one.get('from') or ''}:{one.get('to') or ''}".rstrip(":")
