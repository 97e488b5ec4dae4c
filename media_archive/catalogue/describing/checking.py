"""Whether a value may stand in a field: each type's rule, and the form in which the value is kept."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from media_archive.catalogue.describing.scheme import Field, Scheme, Vocabulary
from media_archive.errors import Invalid
from media_archive.metadata.normal.moments import moment, zone_named
from media_archive.signs import keepable
from media_archive.words import Label

MOST_IN_LIST = 1000
YES, NO = {"yes", "true", "1", "是", "on"}, {"no", "false", "0", "否", "off"}
_MOMENT = (
    "{text} is no moment that a picture can be of. Write as much as is known: 1987, 1987-05 or "
    "2017-06-12T09:30:00+08:00."
)
_DATE = "{date} is no date. Write a year, a month or a day: 1987, 1987-05 or 1987-05-01."


def kept(scheme: Scheme, field: Field, value: Any, zone: str) -> Any:
    """The value as it is kept, plain JSON; None gives the field back to where it else comes from.

    Raises Invalid for a value that cannot be. A moment is told by its text; `taken` makes its columns.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return RULES[field.type](scheme, field, value, zone)


def clean(value: Any, most: int) -> str:
    """`value` as text without what no catalogue holds; Invalid if it is longer than `most`."""
    text = keepable(str(value))
    if len(text) > most:
        raise Invalid(
            "The text is {length} characters long, {most} are allowed. Shorten it.", length=len(text), most=most
        )
    return text


def _text(_scheme: Scheme, field: Field, value: Any, _zone: str) -> str | None:
    if isinstance(value, Mapping | Sequence) and not isinstance(value, str):
        raise Invalid("{field} is one text, not several.", field=field.label)
    text = clean(value, field.most).replace("\r\n", "\n").replace("\r", "\n")
    return (text if field.long else " ".join(text.split("\n"))) or None


def _terms(scheme: Scheme, field: Field, value: Any, _zone: str) -> list[str]:
    """The words, each once; where there is a vocabulary, its terms."""
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Sequence):
        raise Invalid("{field} is a list of words. Give each by itself.", field=field.label)
    if len(value) > MOST_IN_LIST:
        raise Invalid("{field} may hold {most} words. Take fewer.", field=field.label, most=MOST_IN_LIST)
    words = filter(None, (clean(word, min(field.most, 255)) for word in value))
    vocabulary = scheme.vocabulary(field)
    return list(dict.fromkeys(_term(vocabulary, field, word) for word in words))


def _one_term(scheme: Scheme, field: Field, value: Any, _zone: str) -> str:
    vocabulary = scheme.vocabulary(field)
    return _term(vocabulary, field, clean(value, 255))


def _term(vocabulary: Vocabulary | None, field: Field, word: str) -> str:
    if vocabulary is None:
        return word
    term = vocabulary.term(word)
    if term:
        return term.code
    if vocabulary.open:
        return word
    known = Label.joined(one.label for one in vocabulary.terms[:30])
    raise Invalid(
        "{word} is not in the vocabulary of {field}. It has: {known}.", word=word, field=field.label, known=known
    )


def _number(_scheme: Scheme, field: Field, value: Any, _zone: str) -> float | int:
    try:
        number = float(str(value)) if not isinstance(value, bool) else float("nan")
    except ValueError:
        number = float("nan")
    least, greatest = field.least, field.greatest
    inside = (least is None or number >= least) and (greatest is None or number <= greatest)
    if not (abs(number) < 1e15 and inside) or (field.whole and number != int(number)):
        raise Invalid(
            "{value} is no number that {field} can have (from {least} to {greatest}).",
            value=str(value)[:20],
            field=field.label,
            least="-" if least is None else f"{least:g}",
            greatest="-" if greatest is None else f"{greatest:g}",
        )
    return int(number) if number == int(number) else number


def _yes_no(_scheme: Scheme, _field: Field, value: Any, _zone: str) -> bool:
    said = str(value).strip().casefold()
    if said not in YES | NO:
        raise Invalid("{value} is neither yes nor no.", value=str(value)[:20])
    return said in YES


def _date(_scheme: Scheme, field: Field, value: Any, _zone: str) -> str:
    text = str(value).strip()
    try:
        date.fromisoformat(text + "0000-01-01"[len(text) :])
    except ValueError:
        raise Invalid(_DATE, date=text[:64]) from None
    if len(text) not in {4, 7, 10}:
        raise Invalid(_DATE, date=text[:64])
    if field.day and len(text) != 10:
        raise Invalid("{field} needs a whole day, like 2030-01-01.", field=field.label)
    return text


def _moment(_scheme: Scheme, _field: Field, value: Any, zone: str) -> str:
    if not isinstance(value, str) or moment(value, "hand", zone_named(zone)) is None:
        raise Invalid(_MOMENT, text=str(value)[:64])
    return value.strip()


def taken(text: str, zone: str) -> tuple[Any, ...]:
    """The columns of a moment that was checked: its text, instant, offset, local year, and what lists are ordered by."""
    found = moment(text, "hand", zone_named(zone))
    if found is None:
        raise Invalid(_MOMENT, text=text[:64])
    return (found.at, found.instant, found.offset, found.year, found.instant)


def _position(_scheme: Scheme, _field: Field, value: Any, _zone: str) -> list[float]:
    try:
        latitude, longitude = (float(degrees) for degrees in value)
    except (TypeError, ValueError):
        latitude, longitude = 91.0, 0.0
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise Invalid("A place is a latitude from -90 to 90 and a longitude from -180 to 180 degrees (WGS-84).")
    return [latitude, longitude]


RULES: dict[str, Callable[[Scheme, Field, Any, str], Any]] = {
    "text": _text,
    "list": _terms,
    "vocabulary": _one_term,
    "number": _number,
    "yes-no": _yes_no,
    "date": _date,
    "moment": _moment,
    "position": _position,
}
