"""The grammar of accession codes: a template's text, fields and counters; writing a code, and reading one.

`J001-{category}·{year}-{number:4}`: text as it stands, {name} a field, {name:digits} a counter.
"""

import itertools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, model_validator

from media_archive.errors import Invalid
from media_archive.words import Label

DOT = "\u00b7"
#: signs that people type for the dot between codes of one level, and for the hyphen
DOTS, DASHES = ".\u2022\u30fb\u2027\u2219\u22c5\u0387", "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc"
COUNTERS = ("group", "number")
_PART = re.compile(r"\{(?P<name>[a-z][a-z0-9_]*)(?::(?P<width>[1-9]))?\}|(?P<text>[^{}]+)")


class Spec(BaseModel):
    """What a field of a code may hold: one of some words, or so many of these signs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str
    one_of: tuple[str, ...] = ()
    signs: str = Field(default="", pattern=r"^(?:[0-9A-Za-z]-[0-9A-Za-z]|[0-9A-Za-z\u4e00-\u9fff])*$")
    least: int = Field(default=1, ge=1, le=64)
    most: int = Field(default=64, ge=1, le=64)

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Spec":
        if bool(self.one_of) == bool(self.signs):
            raise ValueError("a field has either one_of or signs")
        if self.least > self.most:
            raise ValueError("least is greater than most")
        return self

    @property
    def label(self) -> Label:
        """How people call it."""
        return Label(self.zh, self.en)

    @property
    def pattern(self) -> str:
        """The same as a regular expression."""
        if self.one_of:
            return "(?:" + "|".join(map(re.escape, sorted(self.one_of, key=len, reverse=True))) + ")"
        return f"[{self.signs}]{{{self.least},{self.most}}}"

    @property
    def is_fixed(self) -> bool:
        """Whether every value is equally long."""
        return len({len(one) for one in self.one_of}) == 1 if self.one_of else self.least == self.most


@dataclass(frozen=True)
class Part:
    """A piece of a template: text where it has no name, a counter where it has a width."""

    text: str = ""
    name: str = ""
    width: int = 0
    spec: Spec | None = None

    @property
    def pattern(self) -> str:
        """The piece as a regular expression."""
        if not self.name:
            return re.escape(self.text)
        return f"(?P<{self.name}>{self.spec.pattern if self.spec else f'[0-9]{{{self.width}}}'})"

    @property
    def greatest(self) -> int:
        """The greatest number of a counter."""
        return int(10**self.width - 1)


class Grammar:
    """A template that can write codes and read them."""

    def __init__(self, pattern: str, fields: Mapping[str, Spec]) -> None:
        """Raises ValueError for a pattern that is none, or whose codes could be read in two ways."""
        self.pattern = pattern
        self.parts = _parts(pattern, fields)
        self._whole = re.compile("".join(part.pattern for part in self.parts))

    @property
    def names(self) -> list[str]:
        """The fields that must be known before a code can be written, without the counters."""
        return [part.name for part in self.parts if part.name and not part.width]

    @property
    def regex(self) -> str:
        """What every code of this template matches as a whole."""
        return self._whole.pattern

    def counter(self, name: str) -> Part | None:
        """The counter of that name; None where the template has none."""
        return next((part for part in self.parts if part.width and part.name == name), None)

    def scope(self, counter: str, values: Mapping[str, str]) -> str:
        """What stands before a counter: numbers are counted for each such text by itself."""
        written: list[str] = []
        for part in self.parts:
            if part.name == counter:
                return "".join(written)
            written.append(values[part.name] if part.name else part.text)
        raise KeyError(counter)

    def format(self, values: Mapping[str, str]) -> str:
        """The code with these values, counters as padded text too; Invalid for one that its field cannot hold."""
        for part in self.parts:
            if part.name and not re.fullmatch(part.pattern, values.get(part.name, "")):
                raise Invalid(
                    "{value} cannot stand for {field} in a code. {wanted} is wanted.",
                    value=values.get(part.name) or "–",
                    field=part.spec.label if part.spec else part.name,
                    wanted=_wanted(part),
                )
        return "".join(values[part.name] if part.name else part.text for part in self.parts)

    def parse(self, code: str) -> dict[str, str]:
        """The values in `code`, as text; Invalid says where it stops to fit."""
        if found := self._whole.fullmatch(code):
            return found.groupdict()
        at, part = self._stops(code)
        raise Invalid(
            "{code} does not fit the template {pattern}: from sign {at} on stands {found}, where {wanted} is wanted.",
            code=code[:128],
            pattern=self.pattern,
            at=at + 1,
            found=code[at : at + 16] or "–",
            wanted=_wanted(part) if part else "–",
        )

    def _stops(self, code: str) -> tuple[int, Part | None]:
        """Where the code stops to fit, and what should stand there; None for the end."""
        at = 0
        for part in self.parts:
            found = re.match(part.pattern, code[at:])
            if found is None:
                return at, part
            at += found.end()
        return at, None

    def normalised(self, code: str) -> str:
        """The code with full-width forms, and other dots and dashes, as this template writes them."""
        text = unicodedata.normalize("NFKC", code).strip()
        literals = "".join(part.text for part in self.parts)
        if "-" in literals:
            text = text.translate(dict.fromkeys(map(ord, DASHES), "-"))
        if DOT in literals and "." not in literals:
            text = text.translate(dict.fromkeys(map(ord, DOTS), DOT))
        return re.sub(rf"\s*([-{DOT}])\s*", r"\1", text)


def _wanted(part: Part) -> str | Label:
    if not part.name:
        return f"“{part.text}”"
    if part.width:
        return f"{part.name}: {part.width} × 0-9"
    spec = part.spec
    if spec is None:
        return part.name
    if spec.one_of:
        values = ", ".join(spec.one_of)
    else:
        values = f"{spec.least if spec.is_fixed else f'{spec.least}-{spec.most}'} × {spec.signs}"
    return Label(f"{spec.zh} ({values})", f"{spec.en} ({values})")


def _parts(pattern: str, fields: Mapping[str, Spec]) -> list[Part]:
    parts, at = [], 0
    for found in _PART.finditer(pattern):
        if found.start() != at:
            break
        at = found.end()
        parts.append(_part(found, fields))
    if at != len(pattern) or not parts:
        raise ValueError(f"{pattern}: from sign {at + 1} on it is no template")
    names = [part.name for part in parts if part.name]
    if len(names) != len(set(names)):
        raise ValueError(f"{pattern}: a field stands there twice")
    if not (parts[-1].width and parts[-1].name == "number"):
        raise ValueError(f"{pattern}: a template ends with its counter, like {{number:4}}")
    for first, second in itertools.pairwise(parts):
        _apart(pattern, first, second)
    return parts


def _part(found: re.Match[str], fields: Mapping[str, Spec]) -> Part:
    if found["text"]:
        return Part(text=found["text"])
    name = found["name"]
    if found["width"]:
        if name not in COUNTERS:
            raise ValueError(f"{name}: counters are called {' and '.join(COUNTERS)}")
        return Part(name=name, width=int(found["width"]))
    if name not in fields:
        raise ValueError(f"{name} is no field of [fields]")
    return Part(name=name, spec=fields[name])


def _apart(pattern: str, first: Part, second: Part) -> None:
    """Whether one sees where `first` ends: it is always as long, or what follows cannot belong to it."""
    if not first.name or first.spec is None or first.spec.is_fixed:
        return
    signs = first.spec.signs or "".join(first.spec.one_of)
    if second.name or re.match(f"[{re.escape(signs) if first.spec.one_of else signs}]", second.text):
        raise ValueError(f"{pattern}: one cannot tell where {first.name} ends. Put a sign between that it cannot have")
