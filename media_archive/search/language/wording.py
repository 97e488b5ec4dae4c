"""Words of a query outside all fields: what is a word, a pattern, a time, and what is only punctuation."""

import re
import unicodedata
from collections.abc import Sequence

from media_archive.search.language import tree
from media_archive.search.language.folding import fold, is_ideograph
from media_archive.search.language.periods import EMBEDDED, days
from media_archive.search.language.tree import Node

#: opening, closing
BRACKETS = ("(（", ")）")
MINUS = "-－−"
_BITS = re.compile(r"[^()（）:：]+")


def together(kind: type[tree.And] | type[tree.Or], parts: Sequence[Node | None]) -> Node | None:
    """The parts as one node: those of the same kind are taken apart, a single one stands for itself."""
    flat: list[Node] = []
    for part in parts:
        if part is not None:
            flat += part.parts if isinstance(part, kind) else (part,)
    if len(flat) < 2:
        return flat[0] if flat else None
    return kind(tuple(flat), (flat[0].span[0], flat[-1].span[1]))


def searchable(text: str) -> bool:
    """Whether it has anything but punctuation and signs."""
    return any(unicodedata.category(one)[0] in "LN" or unicodedata.category(one) in ("So", "Co") for one in text)


def bare(token: str) -> str:
    """The token without punctuation around it; brackets that belong to it stay."""

    def outer(character: str) -> bool:
        return unicodedata.category(character)[0] in "PCZ" and character not in "".join(BRACKETS) + "_"

    start, end = 0, len(token)
    while start < end and outer(token[start]):
        start += 1
    while end > start and outer(token[end - 1]):
        end -= 1
    return token[start:end]


def plain(token: str, start: int) -> Node | None:
    """A word, a pattern or a time, outside all fields."""
    if is_pattern(token):
        return tree.Wildcard(token.replace("＊", "*"), (start, start + len(token)))
    text = bare(token)
    if not searchable(text):
        return None
    start += token.find(text)
    span = (start, start + len(text))
    time = days(fold(text))
    if time:
        return tree.Period(text, *time, span)
    return _with_times(text, start) or tree.Word(text, span)


def is_pattern(token: str) -> bool:
    """Whether * and ? in it are meant as wildcards; a question mark behind words is one."""
    token = token.replace("＊", "*")
    if not searchable(token):
        return False
    if "*" in token:
        return True
    return "?" in token and bool(re.search(r"[\d_.-]", token)) and not any(map(is_ideograph, token))


def _with_times(text: str, start: int) -> Node | None:
    """A run of Chinese that holds a time, taken apart: 1987年解放路 is 1987年 and 解放路."""
    found = next((one for one in EMBEDDED.finditer(text) if days(one[0])), None)
    if not found:
        return None
    behind = text[found.end() :].removeprefix("的")
    last = len(text) - len(behind)
    pieces = [(0, found.start()), (found.start(), found.end()), (last, len(text))]
    bits = [bit for first, end in pieces for bit in _BITS.finditer(text, first, end)]
    return together(tree.And, [plain(bit[0].lstrip(MINUS), start + bit.start()) for bit in bits])
