"""Terms of vocabularies by what people call them, those of an archive's own `fields.toml` too: who types the word finds the code."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from sqlalchemy.orm import Session

from media_archive.catalogue import describing
from media_archive.catalogue.describing import Field, Scheme, Term
from media_archive.config import Settings
from media_archive.context import SETTINGS
from media_archive.errors import Invalid
from media_archive.search.fields import FIELDS
from media_archive.search.index.values import coded, named
from media_archive.search.language.folding import fold
from media_archive.words import Label

#: fields of a description that are asked for by another name
_ASKED = {"keywords": "keyword"}


class Meant(NamedTuple):
    """A term: its name as the index keeps it, its code, and how people call its field."""

    name: str
    code: str
    field: Label


class Terms:
    """The terms of one scheme, by their folded words."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self._fields: dict[str, dict[str, Meant]] = {}
        self._words: dict[str, dict[Meant, None]] = {}
        for field in scheme.fields.values():
            if vocabulary := scheme.vocabulary(field):
                self._take(field, vocabulary.terms)

    def _take(self, field: Field, terms: list[Term]) -> None:
        asked = _ASKED.get(field.name, field.name)
        by_word = self._fields.setdefault(asked, {})
        for term in terms:
            name = named(asked, term.code) if asked in FIELDS else coded(field.name, term.code)
            meant = Meant(name, term.code, field.label)
            for word in _words(term):
                by_word.setdefault(word, meant)
                # what stands in a column of its own (secret, picked) is asked for by its field: everything is "open"
                if not field.columns:
                    self._words.setdefault(word, {})[meant] = None

    def of_field(self, field: str, said: str) -> Meant | None:
        """The field's term that is called so (folded), where that is not its code."""
        meant = self._fields.get(field, {}).get(said)
        return None if meant is None or meant.name == named(field, said) else meant

    def of_word(self, said: str) -> tuple[Meant, ...]:
        """The same of terms of any field that is only found by words."""
        return tuple(self._words.get(said, ()))


def _words(term: Term) -> Iterator[str]:
    yield from filter(None, map(fold, (term.zh, term.en, *term.instead_of)))


_seen: list[Terms] = []
#: seconds for which what a home declares is not looked at again
LOOKED = 0.5
_looked: dict[Path, tuple[float, Scheme]] = {}


def terms(session: Session) -> Terms:
    """The terms of the session's archive, as its file has them now."""
    scheme = _scheme(session)
    for one in _seen:
        if one.scheme is scheme:
            return one
    made = Terms(scheme)
    _seen[:] = [made, *_seen[:7]]
    return made


def _scheme(session: Session) -> Scheme:
    settings: Settings | None = session.info.get(SETTINGS)
    if settings is None:
        return describing.shipped()
    until, scheme = _looked.get(settings.home, (0.0, describing.shipped()))
    if monotonic() >= until:
        try:
            scheme = describing.declared(settings)
        except Invalid:
            # a mistake in the file is told where it is edited; what can be found without it is found
            scheme = describing.shipped()
        _looked[settings.home] = (monotonic() + LOOKED, scheme)
    return scheme
