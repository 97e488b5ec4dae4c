"""Values of fields as people write them: one of a list, numbers, sizes, durations, days, and ranges of them."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from media_archive.errors import Invalid
from media_archive.search.fields import Field, Type
from media_archive.search.language.folding import fold
from media_archive.search.language.periods import days
from media_archive.search.language.tree import Given, Phrase, Range, Value, Wildcard, Word

#: past this no number is meant
MOST = 10**15

_BETWEEN = re.compile(r"(?P<low>.*?)\s*(?:\.\.+|…|~|～|—|–|至|到)\s*(?P<high>.*)")
_YEARS = re.compile(r"(?P<low>\d{4})-(?P<high>\d{4})")
_COMPARED = re.compile(r"(?P<sign>>=|<=|>|<|≥|≤|=)\s*(?P<value>.+)")
_NUMBER = re.compile(r"\d{1,16}(?:\.\d{1,6})?")
_SIZE = re.compile(r"(?P<number>\d{1,16}(?:\.\d{1,6})?)\s*(?P<unit>[kmgt]?)(?:i?b|字节)?")
_CLOCK = re.compile(r"(?:(?P<hours>\d{1,6}):)?(?P<minutes>\d{1,6}):(?P<seconds>\d{1,2})")
_SPAN = re.compile(
    r"(?:(?P<hours>\d{1,6}(?:\.\d{1,3})?)(?:h|小时|时))?"
    r"(?:(?P<minutes>\d{1,6}(?:\.\d{1,3})?)(?:m|min|分钟|分))?"
    r"(?:(?P<seconds>\d{1,9}(?:\.\d{1,3})?)(?:s|秒钟|秒)?)?"
)
_QUOTES = re.compile('["“”「」『』]')
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_SECONDS = {"hours": 3600, "minutes": 60, "seconds": 1}

Ends = tuple[float, float] | tuple[date, date]
Bound = TypeVar("Bound", float, date)


@dataclass(frozen=True)
class Written:
    """A value as it stands behind the colon; `quoted` if in quotes. `at` is where it begins."""

    field: Field
    text: str
    quoted: bool
    at: int

    @property
    def span(self) -> tuple[int, int]:
        return self.at, self.at + len(self.text)


def value(written: Written) -> Value:
    """What a value means in its field; Invalid where it means nothing there, with what to write instead."""
    if not written.quoted and written.text == "*":
        return Given(written.span)
    if written.field.type is Type.CHOICE:
        return Word(_choice(written), written.span)
    if written.field.type is Type.NUMBER:
        return _number(written)
    if written.field.type is Type.DAY:
        return _range(written, _days, lambda day, by: date.fromordinal(day.toordinal() + by))
    return _text(written)


def _text(written: Written) -> Value:
    if written.quoted:
        return Phrase(written.text, written.span)
    if term := _term(written):
        return Word(term, written.span)
    if "*" not in written.text and not (written.field.type is Type.CODE and "?" in written.text):
        return Word(written.text, written.span)
    if written.field.type is Type.CODE:
        return Wildcard(written.text, written.span)
    raise Invalid(
        "In {field}: patterns with * do not work; they do in code: and file:. Write a part of the words instead.",
        field=written.field.name,
        at=written.at,
    )


def _choice(written: Written) -> str:
    said = " ".join(_QUOTES.sub(" ", fold(written.text)).split())
    choices = written.field.choices
    if not choices and said:
        return _term(written) or said
    for choice, names in choices.items():
        if said == choice or said in map(fold, names):
            return choice
    raise Invalid(
        "{field}: has no value {value}. Write one of {choices}.",
        field=written.field.name,
        value=written.text,
        choices=", ".join(choices) or example(written.field),
        at=written.at,
    )


def _term(written: Written) -> str | None:
    """The code of the term that is called so; None where none is, as of what an archive declared itself."""
    said = fold(written.text)
    return next((code for code, names in written.field.words.items() if said in map(fold, (code, *names))), None)


def _number(written: Written) -> Range:
    by = 0.001 if written.field.name == "duration" else 1
    return _range(written, _READ.get(written.field.name, _plain), lambda number, much: round(number + much * by, 3))


def _range(
    written: Written, read: Callable[[str], tuple[Bound, Bound] | None], step: Callable[[Bound, int], Bound]
) -> Range:
    """`read` gives the first and the last value of what a text says; `step` the value so many steps further."""
    text = unicodedata.normalize("NFKC", written.text).casefold().strip()
    for pattern in (_COMPARED, _BETWEEN, _YEARS):
        found = pattern.fullmatch(text)
        if not found:
            continue
        if pattern is _COMPARED:
            return _compared(written, found["sign"], _read(written, read, found["value"]), step)
        low = _read(written, read, found["low"])[0] if found["low"] else None
        high = _read(written, read, found["high"])[1] if found["high"] else None
        return _ordered(written, low, high)
    return _ordered(written, *_read(written, read, text))


def _read(written: Written, read: Callable[[str], tuple[Bound, Bound] | None], text: str) -> tuple[Bound, Bound]:
    ends = read(text.strip())
    if ends is None:
        raise Invalid(
            "{value} is no value of {field}:. Write something like {example}.",
            value=text.strip() or written.text,
            field=written.field.name,
            example=example(written.field),
            at=written.at + max(0, written.text.find(text.strip())),
        )
    return ends


def _compared(written: Written, sign: str, ends: tuple[Bound, Bound], step: Callable[[Bound, int], Bound]) -> Range:
    first, last = ends
    if sign in (">=", "≥"):
        return Range(first, None, written.span)
    if sign in ("<=", "≤"):
        return Range(None, last, written.span)
    if sign == "=":
        return Range(first, last, written.span)
    try:
        low, high = (step(last, 1), None) if sign == ">" else (None, step(first, -1))
    except (ValueError, OverflowError):
        # before the first or after the last day there is
        return _ordered(written, None, None)
    outside = any(isinstance(end, int | float) and not 0 <= end <= MOST for end in (low, high))
    return _ordered(written, None, None) if outside else _ordered(written, low, high)


def _ordered(written: Written, low: "float | date | None", high: "float | date | None") -> Range:
    # both are of one kind: `_read` gave them
    if (low is None and high is None) or (low is not None and high is not None and low > high):  # type: ignore[operator]
        raise Invalid(
            "The range {value} holds nothing. Write the smaller end first, such as {example}.",
            value=written.text,
            example=example(written.field),
            at=written.at,
        )
    return Range(low, high, written.span)


def _plain(text: str) -> tuple[float, float] | None:
    if not _NUMBER.fullmatch(text) or float(text) > MOST:
        return None
    number = int(text) if text.isdecimal() else float(text)
    return number, number


def _days(text: str) -> tuple[date, date] | None:
    """Days of any century where they are written in full."""
    try:
        return days(text) or (date.fromisoformat(text),) * 2
    except ValueError:
        return None


def _year(text: str) -> tuple[float, float] | None:
    if len(text) == 4 and text.isdecimal():
        return int(text), int(text)
    found = days(text)
    return (found[0].year, found[1].year) if found else None


def _size(text: str) -> tuple[float, float] | None:
    found = _SIZE.fullmatch(text)
    if not found or float(found["number"]) * _UNITS[found["unit"]] > MOST:
        return None
    size = round(float(found["number"]) * _UNITS[found["unit"]])
    return size, size


def _duration(text: str) -> tuple[float, float] | None:
    found = _CLOCK.fullmatch(text) or _SPAN.fullmatch(text)
    if not text or not found:
        return None
    seconds = sum(float(found[unit]) * much for unit, much in _SECONDS.items() if found[unit])
    return round(seconds, 3), round(seconds, 3)


_READ = {"year": _year, "size": _size, "duration": _duration}
_EXAMPLES = {"year": "year:1980..1989", "rating": "rating:3..", "size": "size:>10MB", "duration": "duration:1:30..5:00"}


def example(field: Field) -> str:
    """A query that uses the field rightly."""
    if field.type is Type.NUMBER:
        return _EXAMPLES.get(field.name, f"{field.name}:1000..2000")
    if field.type is Type.DAY:
        return f"{field.name}:1987-05..1987-06"
    if field.type is Type.CODE:
        return f"{field.name}:DZ-2017*"
    if field.choices:
        return f"{field.name}:{next(iter(field.choices))}"
    return f"{field.name}:解放路"
