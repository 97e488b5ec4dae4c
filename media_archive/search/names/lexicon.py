"""Words that mean the same, and words that are understood inside longer ones: the rules of `synonyms.toml`."""

from functools import cached_property, lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from media_archive.rules import load
from media_archive.search.language.folding import fold

FILE = Path(__file__).with_name("synonyms.toml")


class Group(BaseModel):
    """Some words, and where it is said that they belong together."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    words: tuple[str, ...] = Field(min_length=1)
    source: str = Field(min_length=1)


class Lexicon(BaseModel):
    """All of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    synonym: tuple[Group, ...] = ()
    words: tuple[Group, ...] = ()

    @cached_property
    def alike(self) -> dict[str, tuple[str, ...]]:
        """Each word (folded) and the others of its groups."""
        found: dict[str, dict[str, None]] = {}
        for group in self.synonym:
            for word in group.words:
                found.setdefault(fold(word), {}).update(dict.fromkeys(other for other in group.words if other != word))
        return {word: tuple(others) for word, others in found.items()}

    @cached_property
    def known(self) -> frozenset[str]:
        """Every word of the file, folded."""
        return frozenset(fold(word) for group in (*self.synonym, *self.words) for word in group.words)


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The rules as the file has them."""
    return load(FILE, Lexicon)
