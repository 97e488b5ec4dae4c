"""One form for names and for the texts in which they are looked for."""

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

_SPACE = re.compile(r"\s+")
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


@lru_cache(maxsize=1)
def _simplifier() -> "OpenCC":
    from opencc import OpenCC

    return OpenCC("t2s")


def fold(text: str) -> str:
    """Compatibility forms, case, traditional signs and runs of space made one; no space between Chinese signs."""
    folded = _SPACE.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()
    if _CHINESE.search(folded):
        folded = str(_simplifier().convert(folded))
    return folded


def is_chinese(sign: str) -> bool:
    """Whether a sign is written without spaces around words."""
    return bool(_CHINESE.match(sign))


def is_word(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] stands by itself: "Rd" does not in "third"; Chinese signs need no space around them."""
    return not (_joined(text, start - 1, start) or _joined(text, end - 1, end))


def _joined(text: str, before: int, after: int) -> bool:
    if before < 0 or after >= len(text):
        return False
    one, other = text[before], text[after]
    return one.isalnum() and other.isalnum() and not is_chinese(one) and not is_chinese(other)
