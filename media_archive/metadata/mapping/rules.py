"""The rules by which the catalogue's facts become the elements of a standard: TOML files, one an element set.

A file of the same name in the folder `mapping` of the archive's home takes the place of the one that is shipped.
"""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from media_archive import rules as rule_files
from media_archive.errors import Invalid

SHIPPED = Path(__file__).parent
OWN_FOLDER = "mapping"
#: how sure it is that the standard has the element: its name was seen, is remembered, or is this archive's own
Mark = Literal["seen", "remembered", "own"]
Form = Literal[
    "text", "number", "magnitude", "north-south", "east-west", "above-below", "length", "aspect", "yes-no"
]  # fmt: skip
MediaKind = Literal["photo", "film", "sound"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Basis(_Part):
    """What a rule rests on."""

    mark: Mark
    source: str = Field(min_length=1)


class Rule(_Part):
    """How one element is filled."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")
    name: str = Field(min_length=1)
    group: str = Field(min_length=1)
    basis: str
    number: str | None = None
    clause: str | None = None
    #: whether an empty one is worth a warning
    required: bool = False
    #: only for these kinds of media; empty for all of the set's
    kinds: tuple[MediaKind, ...] = ()
    #: alternatives, the first with a value holds; "a + b" takes the values of both
    sources: tuple[str, ...] = ()
    constant: str | None = None
    #: what is said wherever a source has a value
    constant_if_present: str | None = None
    form: Form = "text"
    values: dict[str, str] = {}
    pattern: str = Field("{}", pattern=r"^[^{}]*\{\}[^{}]*$")
    join: str = "；"
    note: str = ""

    def is_for(self, kind: str) -> bool:
        """Whether media of that kind have the element."""
        return not self.kinds or kind in self.kinds


class Rules(_Part):
    """An element set."""

    standard: str
    title: str
    kinds: tuple[MediaKind, ...] = Field(min_length=1)
    #: how far it was compared with the standard, for people to read
    status: str
    basis: dict[str, Basis]
    element: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> "Rules":
        keys = [one.key for one in self.element]
        names = [one.name for one in self.element]
        if twice := sorted({one for one in keys + names if (keys + names).count(one) > 1}):
            raise ValueError(f"more than one element is called {', '.join(twice)}")
        if unknown := sorted({one.basis for one in self.element} - self.basis.keys()):
            raise ValueError(f"no [basis] explains {', '.join(unknown)}")
        return self

    def of_kind(self, kind: str) -> tuple[Rule, ...]:
        """The rules for media of that kind."""
        return tuple(one for one in self.element if one.is_for(kind))


def load(name: str, home: Path) -> Rules:
    """The element set called `name`: the archive's own in its home, else the one that is shipped."""
    own = home / OWN_FOLDER / f"{name}.toml"
    file = own if own.exists() else SHIPPED / f"{name}.toml"
    try:
        changed = file.stat().st_mtime_ns
    except OSError as exc:
        raise Invalid("{file} cannot be read: {reason}.", file=str(file), reason=exc.strerror or str(exc)) from exc
    return _read(file, changed)


@lru_cache(maxsize=16)
def _read(file: Path, _changed: int) -> Rules:
    return rule_files.load(file, Rules)
