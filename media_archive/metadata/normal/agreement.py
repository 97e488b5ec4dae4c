"""Whether two sources say the same, whatever their case, spaces, rounding or precision."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from media_archive.metadata.normal.numbers import fraction
from media_archive.metadata.record import Capture, Gps

#: cameras and programs round exposures and distances to so much
TOLERANCE = 0.02
#: about ten metres
NEAR = 0.0001
SPACES = re.compile(r"\s+")


def agree(how: str, one: Any, other: Any) -> bool:
    """Whether `one` and `other` are the same fact, compared in the way named `how`."""
    return WAYS[how](one, other)


def spoken(value: Any) -> str:
    """`value` in one line, for people."""
    if isinstance(value, Capture):
        return value.at
    if isinstance(value, Gps):
        return f"{value.lat:.6f}, {value.lon:.6f}"
    if isinstance(value, list | tuple):
        return ", ".join(map(spoken, value))
    if hasattr(value, "model_dump"):
        value = value.model_dump(exclude_defaults=True)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {spoken(inner)}" for name, inner in value.items())
    return str(value)


def _folded(value: Any) -> str:
    return SPACES.sub(" ", unicodedata.normalize("NFKC", spoken(value))).strip(" ;,.").casefold()


def _text(one: Any, other: Any) -> bool:
    """The same words; IIM and EXIF cut off what is too long for them."""
    first, second = sorted((_folded(one), _folded(other)), key=len)
    return first == second or (len(first.encode()) >= 30 and second.startswith(first))


def _texts(one: Any, other: Any) -> bool:
    return {_folded(each) for each in one} == {_folded(each) for each in other}


def _number(one: Any, other: Any) -> bool:
    first, second = fraction(one), fraction(other)
    if first is None or second is None:
        return _text(one, other)
    return abs(first - second) <= TOLERANCE * max(abs(first), abs(second))


def _moment(one: Capture, other: Capture) -> bool:
    """The same as far as both are known; a clock without offset agrees with any that shows the same."""
    length = min(len(_clock(one)), len(_clock(other)))
    if _clock(one)[:length] == _clock(other)[:length]:
        return one.offset is None or other.offset is None or one.offset == other.offset or length <= 10
    exact = {"minute", "second", "fraction"}
    apart = abs((one.instant - other.instant).total_seconds())
    return one.precision in exact and other.precision in exact and apart < 60 and one.offset != other.offset


def _clock(moment: Capture) -> str:
    """The clock's text to the second, without offset."""
    return re.sub(r"(Z|[+-]\d\d:\d\d)$", "", moment.at)[:19] if "T" in moment.at else moment.at


def _place(one: Gps, other: Gps) -> bool:
    return abs(one.lat - other.lat) <= NEAR and abs(one.lon - other.lon) <= NEAR


WAYS: dict[str, Callable[[Any, Any], bool]] = {
    "text": _text,
    "texts": _texts,
    "number": _number,
    "exact": lambda one, other: bool(one == other),
    "moment": _moment,
    "place": _place,
    "none": lambda _one, _other: True,
}
