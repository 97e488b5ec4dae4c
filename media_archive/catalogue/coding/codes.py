"""The templates of accession codes that an installation has, and which serves which kind."""

from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from media_archive.catalogue.coding.grammar import Grammar, Spec
from media_archive.config import Settings
from media_archive.errors import Invalid, NotFound
from media_archive.rules import load

FILE = Path(__file__).with_name("templates.toml")
OWN = "codes.toml"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Template(_Part):
    """A template as it stands in the file."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")
    zh: str
    en: str = ""
    pattern: str = Field(max_length=128)
    source: str = ""
    sure: Literal["seen", "high", "medium", "low", "unknown", "house"] = "house"


class Codes(_Part):
    """What `templates.toml` says, with what the home's `codes.toml` adds."""

    templates: list[Template] = Field(default=[], alias="template")
    fields: dict[str, Spec] = {}
    categories: dict[str, str] = {}
    #: kind of asset -> name of its template
    use: dict[str, str] = {}
    #: what is the same in every code: {"fonds": "J001"}
    values: dict[str, str] = {}
    #: the same for one archive by its code
    archive: dict[str, dict[str, str]] = {}

    @model_validator(mode="after")
    def _templates_hold(self) -> "Codes":
        for one in self.templates:
            if self.fields:
                Grammar(one.pattern, self.fields)
        known = {one.name for one in self.templates}
        for kind, name in self.use.items():
            if self.fields and name not in known:
                raise ValueError(f"use.{kind}: there is no template {name}")
        return self

    @cached_property
    def _grammars(self) -> dict[str, Grammar]:
        return {one.name: Grammar(one.pattern, self.fields) for one in self.templates}

    def grammar(self, name: str) -> Grammar:
        """The template `name`; NotFound where there is none."""
        if name not in self._grammars:
            known = ", ".join(self._grammars)
            raise NotFound("There is no template {name} of accession codes. Known: {known}.", name=name, known=known)
        return self._grammars[name]

    def for_kind(self, kind: str) -> str:
        """The name of the template that serves a kind of asset."""
        if kind not in self.use:
            raise NotFound("No template serves assets of the kind {kind}. Name one in codes.toml.", kind=kind)
        return self.use[kind]

    def fixed(self, archive_code: str) -> Mapping[str, str]:
        """What is the same in every code of an archive."""
        return {**self.values, **self.archive.get(archive_code, {})}


@lru_cache(maxsize=1)
def shipped() -> Codes:
    """The templates that come with the program."""
    return load(FILE, Codes)


def declared(settings: Settings) -> Codes:
    """The shipped templates and those that the home declares; Invalid names the file and the entry that is wrong."""
    file = settings.home / OWN
    try:
        changed = file.stat().st_mtime_ns
    except OSError:
        return shipped()
    return _with_own(file, changed)


@lru_cache(maxsize=8)
def _with_own(file: Path, _changed: int) -> Codes:
    own, base = load(file, Codes), shipped()
    mine = {one.name for one in own.templates}
    merged = {
        "template": [*(one for one in base.templates if one.name not in mine), *own.templates],
        "fields": {**base.fields, **own.fields},
        "categories": {**base.categories, **own.categories},
        "use": {**base.use, **own.use},
        "values": own.values,
        "archive": own.archive,
    }
    try:
        return Codes.model_validate(merged)
    except ValueError as exc:
        raise Invalid(
            "The rules in {file} are refused ({mistakes}). Correct that, or put the shipped file back.",
            file=str(file),
            mistakes=str(exc).splitlines()[2].strip() if len(str(exc).splitlines()) > 2 else str(exc),
        ) from exc
