"""One form for what is indexed and what is asked, so that they meet; and the way back to the text as it is written.

Folded are compatibility and composed forms (NFKC: full-width, ligatures, NFD), case, traditional characters to
simplified ones (one for one, OpenCC's table of characters and its variants of Taiwan and Hong Kong), runs of space.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
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
    return " ".join(_characters(text).replace("\0", " ").split())


def _characters(text: str) -> str:
    if text.isascii():
        return text.lower()
    composed = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", composed).translate(_simplified())


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


@dataclass(frozen=True)
class Folded:
    """A folded text that knows where each of its characters comes from."""

    text: str
    #: of each folded character: (start, end) in the text as it is written
    origins: tuple[tuple[int, int], ...]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the written text that the folded one from `start` to `end` comes from."""
        return self.origins[start][0], self.origins[end - 1][1]


def trace(text: str) -> Folded:
    """`fold`, with the origin of each character."""
    characters: list[str] = []
    origins: list[tuple[int, int]] = []
    for start, end in _clusters(text):
        for character in _characters(text[start:end]).replace("\0", " "):
            space = character.isspace()
            if space and (not characters or characters[-1] == " "):
                continue
            characters.append(" " if space else character)
            origins.append((start, end))
    if characters and characters[-1] == " ":
        characters.pop()
        origins.pop()
    return Folded("".join(characters), tuple(origins))


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Stretches that can be folded on their own, each as short as possible."""
    start = 0
    for here in range(1, len(text) + 1):
        if here == len(text) or _separable(text[start:here], text[here]):
            yield start, here
            start = here


def _separable(before: str, after: str) -> bool:
    """Whether `after` neither combines with what stands before it nor moves into it."""
    if after.isascii() or is_ideograph(after):
        return True
    return not unicodedata.combining(after) and _characters(before + after) == _characters(before) + _characters(after)
