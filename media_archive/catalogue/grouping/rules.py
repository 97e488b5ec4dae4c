"""The rules of grouping: what they are called, what they say, by which patterns they hold. Data, in `rules.toml`."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from media_archive import rules as rule_files
from media_archive.metadata.formats import FORMATS
from media_archive.storage.models import Role

FILE = Path(__file__).parent / "rules.toml"
#: the rule that is recorded where a person decided
BY_HAND = "by hand"
#: between the rules of an asset that came together by several
BETWEEN = ", "

Kind = Literal["photo", "film", "sound"]
MemberRole = Literal[Role.ORIGINAL, Role.SIDECAR, Role.PROXY]


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as exc:
        raise ValueError(f"{text} is no regular expression: {exc}") from exc
    return text


def _format(name: str) -> str:
    if name not in FORMATS:
        raise ValueError(f"{name} is no format that the archive knows")
    return name


Pattern = Annotated[str, AfterValidator(_pattern)]
FormatName = Annotated[str, AfterValidator(_format)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Part):
    """A text in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class _Rule(_Part):
    name: str = Field(pattern=r"^[a-z][a-z0-9+-]{0,31}$")
    explanation: Words


class Pair(_Rule):
    """A single RAW and the single file of `companions` that has its name."""

    companions: list[FormatName] = Field(min_length=1)


class Live(_Rule):
    """A still and a film of at most `most_seconds`, by content identifier or name."""

    stills: list[FormatName] = Field(min_length=1)
    films: list[FormatName] = Field(min_length=1)
    most_seconds: float = Field(gt=0)


class Renamed(_Part):
    """Names that `name` matches stand for those in `to`, `\\1` being its first bracket."""

    name: Pattern
    to: list[str] = Field(min_length=1)


class Made(_Part):
    """A name that `name` matches was made from `base`."""

    name: Pattern
    base: str = Field(min_length=1)


class Version(_Rule):
    """What was made from another file of the same kind and folder."""

    kinds: list[Kind] = Field(min_length=1)
    patterns: list[Made] = Field(min_length=1)


class Parts(_Rule):
    """Files of one recording. A name without <part> is the first. With `runs_on` only where the clock goes on."""

    formats: list[FormatName] = Field(min_length=1)
    patterns: list[Pattern] = Field(min_length=1)
    runs_on: bool = False

    @model_validator(mode="after")
    def _named(self) -> "Parts":
        for pattern in self.patterns:
            if not {"clip", "part"} <= re.compile(pattern).groupindex.keys():
                raise ValueError(f"{pattern} lacks <clip> or <part>")
        return self


class Beside(_Rule):
    """What accompanies a file of `kinds`: by format or extension, under its name or a `renamed` one."""

    role: Literal[Role.SIDECAR, Role.PROXY]
    formats: list[FormatName] = []
    extensions: list[Annotated[str, Field(pattern=r"^\.[a-z0-9]+$")]] = []
    kinds: list[Kind] = Field(min_length=1)
    renamed: list[Renamed] = []
    #: a file of its very name is not meant
    only_renamed: bool = False


class CardMember(_Part):
    """A path below the structure's folder, and what the file there is to its clip."""

    path: Pattern
    role: MemberRole

    @model_validator(mode="after")
    def _named(self) -> "CardMember":
        if "clip" not in re.compile(self.path).groupindex:
            raise ValueError(f"{self.path} lacks <clip>")
        return self


class Card(_Rule):
    """A structure of folders: told by a folder in `roots` that holds one of `holds`."""

    roots: list[str] = Field(min_length=1)
    holds: list[Pattern] = Field(min_length=1)
    members: list[CardMember] = Field(min_length=1)
    #: what describes the whole card; it goes with the first clip
    whole: list[Pattern] = []
    spans: Literal["", "playlist", "p2-shot"] = ""


class ByHand(_Part):
    explanation: Words


class Rules(_Part):
    """Everything in the file."""

    by_hand: ByHand
    pairs: list[Pair]
    live: list[Live]
    versions: list[Version]
    parts: list[Parts]
    beside: list[Beside]
    cards: list[Card]

    @property
    def named(self) -> list[_Rule]:
        """All rules, in the order in which they are recorded where several hold."""
        return [*self.cards, *self.pairs, *self.live, *self.parts, *self.versions, *self.beside]


@lru_cache
def rules() -> Rules:
    """The rules that the program comes with."""
    return load(FILE)


def load(file: Path) -> Rules:
    """The rules in `file`; Invalid says which entry breaks what."""
    return rule_files.load(file, Rules)


def explained(recorded: str) -> Words:
    """What the rule or rules that an asset was put together by say; the name itself where a rule is gone."""
    if recorded == BY_HAND:
        return rules().by_hand.explanation
    told = {rule.name: rule.explanation for rule in reversed(rules().named)}
    found = [told.get(name, Words(zh=name, en=name)) for name in recorded.split(BETWEEN)]
    return Words(zh="".join(one.zh for one in found), en=" ".join(one.en for one in found))
