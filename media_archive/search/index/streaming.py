"""Many texts at once folded, and as the tokens that documents hold (see `folding`, `tokens`), by columns of code points."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from media_archive.search.index.tokens import (
    DIGITS,
    END,
    HAN,
    LETTERS,
    LONGEST,
    LONGEST_WORD,
    SIGNS,
    SPACE,
    START,
    stream,
)
from media_archive.search.language.folding import fold, is_apart

#: stands between texts; no character, so that it is in none
BETWEEN = "\uffff"
#: characters taken into one step
STEP = 200_000
_HAN, _SIGN, _BETWEEN = 1, 4, 9

Codes: TypeAlias = "npt.NDArray[np.uint32]"


def folded(texts: Sequence[str]) -> list[str]:
    """`fold` of each text."""
    return _in_steps(list(texts), _folded)


def streams(texts: Sequence[str]) -> list[str]:
    """The tokens of each text, with spaces between, as `tokens.stream` gives them."""
    return _in_steps([text[:LONGEST] for text in texts], _streams)


def characters(texts: Sequence[str]) -> list[str]:
    """Every three characters in a row of each text, a code or the name of a file, its beginning and its end among them."""
    return _in_steps([f"{START}{text.replace(' ', SPACE)}{END}" for text in texts], _characters)


def _in_steps(texts: list[str], take: Callable[[list[str]], list[str]]) -> list[str]:
    return [told for step in _steps(texts) for told in take(step)]


def _steps(texts: list[str]) -> Iterator[list[str]]:
    step: list[str] = []
    room = STEP
    for text in texts:
        if len(text) > room and step:
            yield step
            step, room = [], STEP
        step.append(text.replace(BETWEEN, " ") if BETWEEN in text else text)
        room -= len(text)
    if step:
        yield step


def _folded(texts: list[str]) -> list[str]:
    codes = _codes(texts)
    found = _forms()[np.minimum(codes, _BEYOND)]
    joined = found.tobytes().decode("utf-32-le")
    told = joined.split(BETWEEN)
    odd = np.flatnonzero(found == 0)
    for at in np.unique(np.searchsorted(np.flatnonzero(codes == ord(BETWEEN)), odd)).tolist():
        told[at] = fold(texts[at])
    if any(space in joined for space in ("  ", f" {BETWEEN}", f"{BETWEEN} ")) or joined != joined.strip(" "):
        return [" ".join(text.split()) for text in told]
    return told


def _streams(texts: list[str]) -> list[str]:
    codes = _codes(texts)
    kinds = _kinds()[codes]
    behind = np.append(kinds[1:], 0)
    there, same = kinds > 0, kinds == behind
    pairs = same & (kinds == _HAN)
    last = there & (~same | (kinds == _SIGN)) & (kinds != _BETWEEN)
    if _widest(last | pairs | ~there) > LONGEST_WORD:
        return [stream(text) for text in texts]
    width = there.astype(np.int32)
    width += pairs
    width += last | pairs
    starts = np.cumsum(width, dtype=np.int32) - width
    told = np.full(int(width.sum()), ord(" "), np.uint32)
    told[starts[there]] = codes[there]
    firsts = np.flatnonzero(pairs)
    told[starts[firsts] + 1] = codes[firsts + 1]
    return _texts(told)


def _widest(ends: "npt.NDArray[np.bool_]") -> int:
    """Characters of the longest word, or a few more."""
    places = np.flatnonzero(ends)
    return int(np.diff(places, prepend=-1, append=len(ends)).max())


def _characters(texts: list[str]) -> list[str]:
    codes = _codes(texts)
    if len(codes) < 3:
        return [""] * len(texts)
    rows = np.full((len(codes) - 2, 4), ord(" "), np.uint32)
    for column in range(3):
        rows[:, column] = codes[column : len(codes) - 2 + column]
    between = codes == ord(BETWEEN)
    keep = np.repeat(~(between[:-2] | between[1:-1] | between[2:])[:, None], 4, axis=1)
    keep[:, 1] |= between[1:-1]
    return _texts(rows[keep])


def _codes(texts: list[str]) -> Codes:
    return np.frombuffer(BETWEEN.join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)


def _texts(codes: Codes) -> list[str]:
    return codes.tobytes().decode("utf-32-le", "surrogatepass").split(BETWEEN)


#: characters that fold one by one, as nearly all do; 0 where none is told
_APART = ((0x20, 0x7F), (0xB7, 0xB8), (0x2010, 0x2028), (0x3001, 0x301C), (0x3400, 0xA000), (0xFF01, 0xFF5F))
#: stands for all characters beyond the first plane
_BEYOND = 0x10000


@cache
def _forms() -> Codes:
    """What each character of the first plane folds to."""
    forms = np.zeros(_BEYOND + 1, np.uint32)
    for first, end in _APART:
        for code in range(first, end):
            if code == ord(" ") or is_apart(chr(code)):
                forms[code] = ord(fold(chr(code)) or " ")
    forms[ord(BETWEEN)] = ord(BETWEEN)
    return forms


@cache
def _kinds() -> "npt.NDArray[Any]":
    """Of each code point what it is in a run: nothing, Chinese, a digit, a letter, a sign."""
    kinds = np.zeros(0x110000, np.uint8)
    every = "".join(map(chr, range(0x110000)))
    for kind, characters_of in ((_SIGN, f"[{SIGNS}]"), (3, LETTERS), (2, DIGITS), (_HAN, f"[{HAN}]")):
        for run in re.finditer(f"{characters_of}+", every):
            kinds[run.start() : run.end()] = kind
    kinds[ord(BETWEEN)] = _BETWEEN
    return kinds
