"""The folded form of what is indexed and asked (see `media_archive.folding`), and the way back to the text as it is written."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from media_archive.folding import characters, fold, is_apart, is_ideograph

__all__ = ["Folded", "fold", "is_apart", "is_ideograph", "trace"]


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
    folded: list[str] = []
    origins: list[tuple[int, int]] = []
    for start, end in _clusters(text):
        for character in characters(text[start:end]).replace("\0", " "):
            space = character.isspace()
            if space and (not folded or folded[-1] == " "):
                continue
            folded.append(" " if space else character)
            origins.append((start, end))
    if folded and folded[-1] == " ":
        folded.pop()
        origins.pop()
    return Folded("".join(folded), tuple(origins))


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
    return not unicodedata.combining(after) and characters(before + after) == characters(before) + characters(after)
