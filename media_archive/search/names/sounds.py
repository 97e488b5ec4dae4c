"""How Chinese names sound: their pinyin and its initials, by every reading of every character."""

import os
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, cached_property, lru_cache
from itertools import product
from math import prod

#: spellings kept of one name; rare readings of long names go first
MOST_SPELLINGS = 24
#: letters from which on the beginning of a name's pinyin is enough
ENOUGH = 4
MOST_INITIALS = 10


@cache
def _readings() -> dict[int, str]:
    # its dictionary of phrases costs half a second, and tells one reading where every one is wanted here
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    from pypinyin.constants import PINYIN_DICT

    readings: dict[int, str] = PINYIN_DICT
    return readings


@cache
def readings(character: str) -> tuple[str, ...]:
    """The syllables that a character is read as, the usual one first; a letter or digit is itself."""
    if character.isascii():
        return (character,) if character.isalnum() else ("",)
    plain: dict[str, None] = {}
    for reading in _readings().get(ord(character), "").split(","):
        letters = unicodedata.normalize("NFD", reading.replace("ü", "v"))
        syllable = "".join(letter for letter in letters if letter.isascii())
        # 绿: people type lv and lu; the tones of ü come apart as two marks
        umlaut = "\u0308" in letters
        for way in (syllable.replace("u", "v"), syllable) if umlaut else (syllable, syllable.replace("v", "u")):
            plain[way] = None
    return tuple(plain)


@lru_cache(maxsize=100_000)
def spellings(name: str) -> tuple[tuple[str, ...], ...]:
    """The syllables of a folded name, in every reading up to a bound, the usual one first."""
    choices = [list(readings(character)) for character in name if character != " "]
    while choices and prod(map(len, choices)) > MOST_SPELLINGS:
        max(choices, key=len).pop()
    return tuple(product(*choices))


class Sounds:
    """Names by how they sound."""

    def __init__(self, names: Iterable[str]) -> None:
        spelt: dict[str, dict[str, None]] = defaultdict(dict)
        initials: dict[str, dict[str, None]] = defaultdict(dict)
        for name in names:
            for syllables in spellings(name):
                spelt["".join(syllables)][name] = None
                initials["".join(syllable[:1] for syllable in syllables)][name] = None
        self._spelt = {key: tuple(found) for key, found in spelt.items()}
        self._initials = {key: tuple(found) for key, found in initials.items()}
        self._sorted = sorted(self._spelt)

    def __contains__(self, letters: str) -> bool:
        return letters in self._spelt

    def meant(self, letters: str, most: int) -> list[str]:
        """Names that these letters may mean: all of the pinyin, its initials, or else its beginning."""
        found = dict.fromkeys(self._spelt.get(letters, ()))
        if 2 <= len(letters) <= MOST_INITIALS:
            found |= dict.fromkeys(self._initials.get(letters, ()))
        if not found and len(letters) >= ENOUGH:
            found |= dict.fromkeys(self._beginning(letters, most))
        return list(found)[:most]

    def _beginning(self, letters: str, most: int) -> Iterator[str]:
        start = bisect_left(self._sorted, letters)
        for key in self._sorted[start : start + most]:
            if not key.startswith(letters):
                return
            yield from self._spelt[key]

    def alike(self, name: str) -> list[str]:
        """Other names that can be read the same."""
        keys = ("".join(syllables) for syllables in spellings(name))
        return list(dict.fromkeys(other for key in keys for other in self._spelt.get(key, ()) if other != name))

    def near(self, letters: str, most: int) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Spellings that may be `most` letters from these, and what they stand for: a cheap look at which letters."""
        wanted = _letters(letters)
        for count in range(len(letters) - most, len(letters) + most + 1):
            for mask, key in self._by_length.get(count, ()):
                if (mask ^ wanted).bit_count() <= 2 * most:
                    yield key, self._spelt[key]

    @cached_property
    def _by_length(self) -> dict[int, list[tuple[int, str]]]:
        found: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for key in self._sorted:
            found[len(key)].append((_letters(key), key))
        return found


def _letters(word: str) -> int:
    """Which letters occur, a bit each."""
    mask = 0
    for letter in word:
        mask |= 1 << (ord(letter) & 31)
    return mask
