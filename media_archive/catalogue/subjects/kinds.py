"""What is recorded of each kind of subject: the rules of `kinds.toml`."""

from functools import lru_cache
from pathlib import Path
from typing import Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from media_archive.catalogue.subjects.models import SubjectKind
from media_archive.errors import Invalid
from media_archive.rules import load
from media_archive.words import Label

FILE = Path(__file__).with_name("kinds.toml")
CODE = r"^[a-z][a-z0-9_]{0,31}$"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Word(_Part):
    """A code and how people call it."""

    code: str = Field(pattern=CODE)
    zh: str
    en: str

    @property
    def label(self) -> Label:
        """How people call it."""
        return Label(self.zh, self.en)


Known = TypeVar("Known", bound=Word)


class RelationKind(Word):
    """What one subject is to another, and how the other says it."""

    inverse: str


class Stage(Word):
    """A stage of a project."""

    part_of: str | None = None
    note: str = ""
    source: str


class DetailField(_Part):
    """One thing that is recorded of a kind."""

    name: str = Field(pattern=CODE)
    zh: str
    en: str
    type: Literal["text", "texts", "date", "number", "choice", "choices", "stages"]
    unit: str = ""
    choices: tuple[Word, ...] = ()
    source: str

    @property
    def label(self) -> Label:
        """How people call it."""
        return Label(self.zh, self.en)

    @model_validator(mode="after")
    def _has_choices(self) -> Self:
        if self.type.startswith("choice") != bool(self.choices):
            raise ValueError("choices belong to the types choice and choices, and to no other")
        return self


class KindRule(Word):
    """A kind of subject with its fields, in the order of the file."""

    fields: tuple[DetailField, ...] = Field(alias="field", default=())

    def field(self, name: str) -> DetailField | None:
        """The field called so, by its name or by one of its labels."""
        wanted = name.strip().casefold()
        return next((one for one in self.fields if wanted in (one.name, one.zh.casefold(), one.en.casefold())), None)


class Rules(_Part):
    """What the file says."""

    kinds: tuple[KindRule, ...] = Field(alias="kind")
    stages: tuple[Stage, ...] = Field(alias="stage")
    names: tuple[Word, ...] = Field(alias="name")
    relations: tuple[RelationKind, ...] = Field(alias="relation")

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if {one.code for one in self.kinds} != set(SubjectKind):
            raise ValueError(f"the kinds must be {', '.join(SubjectKind)}")
        known = {one.code: one for one in self.relations}
        for one in self.relations:
            if one.inverse not in known or known[one.inverse].inverse != one.code:
                raise ValueError(f"the inverse of {one.code} must be a relation whose inverse it is")
        return self


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The rules; Invalid where the file holds a mistake."""
    return load(FILE, Rules)


def of_kind(kind: SubjectKind | str) -> KindRule:
    """The rules for one kind."""
    return next(one for one in rules().kinds if one.code == kind)


def relation(code: str) -> RelationKind:
    """The kind of relation with that code; Invalid where there is none."""
    return _known(rules().relations, code)


def name_kind(code: str) -> Word:
    """The kind of name with that code; Invalid where there is none."""
    return _known(rules().names, code)


def stage(code: str) -> Stage:
    """The stage with that code, or called so; Invalid where there is none."""
    return _known(rules().stages, code)


def kind_called(text: str) -> SubjectKind:
    """The kind by its code or one of its words; Invalid where there is none."""
    return SubjectKind(_known(rules().kinds, text).code)


def _known(words: tuple[Known, ...], text: str) -> Known:
    wanted = text.strip().casefold()
    for one in words:
        if wanted in (one.code, one.zh.casefold(), one.en.casefold()):
            return one
    raise Invalid(
        "{value} is not known here. Known: {known}.", value=text[:64], known=Label.joined(one.label for one in words)
    )
