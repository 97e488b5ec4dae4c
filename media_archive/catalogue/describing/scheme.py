"""What can be said of an asset: the fields of `fields.toml` and those an archive declares itself, with their vocabularies.

An archive's own stand in `fields.toml` in its home, in the same words; there it may also add vocabularies, and terms to
those that are shipped.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Rule

from media_archive.catalogue import retention
from media_archive.config import Settings
from media_archive.errors import Invalid
from media_archive.rules import load
from media_archive.words import Label

HERE = Path(__file__).parent
OWN = "fields.toml"
Type = Literal["text", "date", "moment", "position", "vocabulary", "list", "number", "yes-no"]
#: where a value may come from when nobody set it by hand
Origin = Literal["hand", "file", "shoot", "none"]
Sure = Literal["seen", "high", "medium", "low", "unknown", "house"]
GROUPS = ("content", "time and place", "rights", "keeping", "choosing", "own")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Term(_Part):
    """One value of a vocabulary; `instead_of` are words that mean the same and are replaced by it."""

    code: str = Rule(min_length=1, max_length=64)
    zh: str = Rule(min_length=1)
    en: str = ""
    instead_of: tuple[str, ...] = ()

    @property
    def label(self) -> Label:
        """How people call it."""
        return Label(self.zh, self.en)


class Vocabulary(_Part):
    """The values that a field may have; an `open` one takes others too."""

    name: str = Rule(pattern=r"^[a-z][a-z0-9_]{0,31}$")
    open: bool = False
    source: str = ""
    sure: Sure = "house"
    terms: list[Term] = Rule(default=[], alias="term")

    def term(self, word: str) -> Term | None:
        """The term called so: by its code, its words, or what it stands instead of."""
        return self._by_word.get(word.strip().casefold())

    @property
    def _by_word(self) -> dict[str, Term]:
        return _words_of(tuple(self.terms))


@lru_cache(maxsize=64)
def _words_of(terms: tuple[Term, ...]) -> dict[str, Term]:
    called: dict[str, Term] = {}
    for words in (lambda one: one.instead_of, lambda one: (one.zh, one.en), lambda one: (one.code,)):
        called |= {word.casefold(): one for one in reversed(terms) for word in words(one) if word}
    return called


class Field(_Part):
    """One thing that can be said of an asset."""

    name: str = Rule(pattern=r"^[a-z][a-z0-9_]{0,31}$")
    type: Type
    zh: str = Rule(min_length=1)
    en: str = Rule(min_length=1)
    group: Literal["content", "time and place", "rights", "keeping", "choosing", "own"] = "own"
    #: where its value comes from when nobody set it by hand, the first that says something
    inherits: tuple[Literal["file", "shoot"], ...] = ()
    #: where the record of the files says it: "description.title"
    record: str | None = None
    #: the asset's columns that hold it; none for those in its JSON `fields`
    columns: tuple[str, ...] = ()
    #: whether the columns hold what the files say too, until somebody sets it
    filled: bool = False
    vocabulary: str | None = None
    #: most characters; lines may be broken in a text that is `long`
    most: int = Rule(default=4000, ge=1, le=100_000)
    long: bool = False
    least: float | None = None
    greatest: float | None = None
    whole: bool = False
    #: a date must be a whole day
    day: bool = False
    #: what a person must be allowed to do to set it (a key of `access.service.MAY`)
    may: Literal["describe", "set retention", "classify"] = "describe"
    #: codes of the archives that have it; all where there are none
    archives: tuple[str, ...] = ()
    source: str = ""
    sure: Sure = "house"
    note: str = ""

    @property
    def label(self) -> Label:
        """How people call it."""
        return Label(self.zh, self.en)

    @model_validator(mode="after")
    def _has_what_its_type_needs(self) -> "Field":
        if self.type == "vocabulary" and not self.vocabulary:
            raise ValueError('a field of the type "vocabulary" names its vocabulary')
        if self.vocabulary and self.type not in ("vocabulary", "list"):
            raise ValueError("only fields of the types vocabulary and list have a vocabulary")
        if (self.least is not None or self.greatest is not None) and self.type != "number":
            raise ValueError("only numbers have a least and a greatest value")
        return self


class _File(_Part):
    fields: list[Field] = Rule(default=[], alias="field")
    vocabularies: list[Vocabulary] = Rule(default=[], alias="vocabulary")


class Scheme(_Part):
    """The fields and vocabularies of an installation."""

    fields: Mapping[str, Field]
    vocabularies: Mapping[str, Vocabulary]

    def of_archive(self, code: str) -> list[Field]:
        """The fields that the archive `code` has, in the order in which they are shown."""
        there = [one for one in self.fields.values() if not one.archives or code in one.archives]
        return sorted(there, key=lambda one: GROUPS.index(one.group))

    def field(self, name: str, archive_code: str | None = None) -> Field:
        """The field `name`; Invalid where there is none, or none in that archive."""
        found = self.fields.get(name)
        if found is None or (archive_code and found.archives and archive_code not in found.archives):
            raise Invalid("{field} cannot be set. These can: {known}.", field=name[:64], known=", ".join(self.fields))
        return found

    def vocabulary(self, field: Field) -> Vocabulary | None:
        """The vocabulary of a field; None where it has none."""
        return self.vocabularies[field.vocabulary] if field.vocabulary else None

    def called(self, field: Field, value: str) -> Label:
        """How people call a value of `field`: the words of its term, else itself."""
        vocabulary = self.vocabulary(field)
        term = vocabulary.term(value) if vocabulary else None
        return term.label if term else Label(value)


@lru_cache(maxsize=1)
def shipped() -> Scheme:
    """The fields that every archive has."""
    file = load(HERE / "fields.toml", _File)
    terms = {one.name: one for one in load(HERE / "vocabularies.toml", _File).vocabularies}
    classes = [Term(code=one.code, zh=one.zh, en=one.en) for one in retention.classes()]
    terms["retention"] = Vocabulary(name="retention", source="retention.toml", sure="seen", term=classes)
    return Scheme(fields={one.name: one for one in file.fields}, vocabularies=terms)


def declared(settings: Settings) -> Scheme:
    """The shipped fields and those that the home declares; Invalid names the file and the entry that is wrong."""
    file = settings.home / OWN
    try:
        changed = file.stat().st_mtime_ns
    except OSError:
        return shipped()
    return _with_own(file, changed)


@lru_cache(maxsize=8)
def _with_own(file: Path, _changed: int) -> Scheme:
    own, base = load(file, _File), shipped()
    vocabularies = dict(base.vocabularies)
    for one in own.vocabularies:
        there = vocabularies.get(one.name)
        terms = [*(there.terms if there else []), *one.terms]
        vocabularies[one.name] = (there or one).model_copy(update={"terms": terms, "open": one.open})
    fields = dict(base.fields)
    for field in own.fields:
        _may_be_declared(file, field, base, vocabularies)
        fields[field.name] = field
    return Scheme(fields=fields, vocabularies=vocabularies)


def _may_be_declared(file: Path, field: Field, base: Scheme, vocabularies: Mapping[str, Vocabulary]) -> None:
    if field.name in base.fields:
        raise _refused(file, field, "is a field that every archive has: choose another name")
    if field.columns or field.filled or field.type in ("moment", "position"):
        raise _refused(file, field, "only shipped fields have columns, and the types moment and position")
    if field.vocabulary and field.vocabulary not in vocabularies:
        raise _refused(file, field, f'names the vocabulary "{field.vocabulary}", which is declared nowhere')


def _refused(file: Path, field: Field, why: str) -> Invalid:
    return Invalid(
        "The rules in {file} are refused ({mistakes}). Correct that, or put the shipped file back.",
        file=str(file),
        mistakes=f"field.{field.name}: {why}",
    )
