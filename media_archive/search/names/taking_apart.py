"""Words inside words: Chinese is written without spaces, and what people type in one run stands apart in captions."""

from collections.abc import Callable

from media_archive.search.language.folding import is_ideograph

#: stand between words and mean nothing by themselves
EMPTY = frozenset("的之和与及在")
SHORTEST = 2
#: longer runs are sentences, which nobody expects to be taken apart
LONGEST = 40


def pieces(said: str, is_known: Callable[[str], bool], longest: int) -> list[str]:
    """The words of a folded run, in order: as much as possible known ones, as long as possible; the rest as it stands.

    Empty where nothing in it is known, or where it is no run of Chinese characters.
    """
    if not SHORTEST * 2 - 1 <= len(said) <= LONGEST or not all(map(is_ideograph, said)):
        return []
    best = _cheapest(said, is_known, longest)
    words: list[tuple[str, bool]] = []
    at = 0
    while at < len(said):
        width, known = best[at]
        words.append((said[at : at + width], known))
        at += width
    if not any(known for _, known in words):
        return []
    return [word for word, _ in _merged(words)]


def _cheapest(said: str, is_known: Callable[[str], bool], longest: int) -> list[tuple[int, bool]]:
    """For each character the width of the word that begins there in the best reading, and whether it is known."""
    # unknown characters first, then few words
    costs: list[tuple[int, int]] = [(0, 0)] * (len(said) + 1)
    best: list[tuple[int, bool]] = [(1, False)] * len(said)
    for at in range(len(said) - 1, -1, -1):
        unknown, words = costs[at + 1]
        costs[at] = (unknown + (said[at] not in EMPTY), words + 1)
        for width in range(SHORTEST, min(longest, len(said) - at) + 1):
            unknown, words = costs[at + width]
            if (unknown, words + 1) < costs[at] and is_known(said[at : at + width]):
                costs[at], best[at] = (unknown, words + 1), (width, True)
    return best


def _merged(words: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Unknown characters in a row as one word; empty ones at its ends, or alone, are left out."""
    merged: list[tuple[str, bool]] = []
    for word, known in words:
        if merged and not known and not merged[-1][1]:
            merged[-1] = (merged[-1][0] + word, False)
        else:
            merged.append((word, known))
    stripped = [(word if known else word.strip("".join(EMPTY)), known) for word, known in merged]
    return [(word, known) for word, known in stripped if word]
