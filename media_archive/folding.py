"""One form of texts for those who compare them: the search, names looked for in captions, former names.

Folded are compatibility and composed forms (NFKC: full-width, ligatures, NFD), case, traditional characters to
simplified ones (one for one, OpenCC's table of characters and its variants of Taiwan and Hong Kong), runs of space.
"""

import re
import unicodedata
from functools import cache

#: where Chinese characters lie: unified, extensions A to I, compatibility
IDEOGRAPHS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x33480))
#: written like this in simplified text too, where the variants' tables would change them
PLAIN = "么著"


def is_ideograph(character: str) -> bool:
    """Whether it is a Chinese character."""
    code = ord(character)
    return any(first <= code < end for first, end in IDEOGRAPHS) or character in "〇々"


def fold(text: str) -> str:
    """The form by which texts are compared; folding it again changes nothing."""
    return " ".join(characters(text).replace("\0", " ").split())


def is_apart(character: str) -> bool:
    """Whether it folds to one character, whatever stands beside it, unless that combines with it."""
    folded = characters(character)
    return len(folded) == 1 and not unicodedata.combining(character) and not unicodedata.combining(folded)


def characters(text: str) -> str:
    """`fold` without a look at space and NUL: what the characters become, stretch by stretch."""
    if text.isascii():
        return text.lower()
    composed = unicodedata.normalize("NFKC", text).casefold()
    return _changing().sub(_simple, unicodedata.normalize("NFKC", composed))


def _simple(found: re.Match[str]) -> str:
    return _simplified().get(ord(found[0]), found[0])


@cache
def _changing() -> re.Pattern[str]:
    """Characters that have a simplified one; of the rare ones beyond the first plane all, which keeps the looking quick."""
    usual = "".join(chr(code) for code in _simplified() if code < 0x10000)
    return re.compile(f"[{usual}\U00010000-\U0010ffff]")


@cache
def _simplified() -> dict[int, str]:
    """Each traditional character's simplified one."""
    from opencc import OpenCC  # loaded by those who fold Chinese only

    characters = [chr(code) for first, end in IDEOGRAPHS for code in range(first, end)]
    table: dict[int, str] = {}
    for variant in ("hk2s", "tw2s", "t2s"):
        simple = OpenCC(variant).convert("\n".join(characters)).split("\n")
        table |= {
            ord(one): other
            for one, other in zip(characters, simple, strict=True)
            if one != other and len(other) == 1 and one not in PLAIN
        }
    return _settled(table)


def _settled(table: dict[int, str]) -> dict[int, str]:
    """The table followed to its end, so that no character is folded twice to something else."""
    settled = {}
    for code, simple in table.items():
        seen = {code}
        end = simple
        while ord(end) in table and ord(end) not in seen:
            seen.add(ord(end))
            end = table[ord(end)]
        if ord(end) != code:
            settled[code] = end
    return settled
