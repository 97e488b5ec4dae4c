"""Where in a text the words of a query stand: pieces of it as it is written, with what was met marked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from media_archive.search.language import tree
from media_archive.search.language.folding import Folded, fold, trace
from media_archive.search.language.tree import Node

#: characters of a snippet
WIDTH = 60
#: characters of a text that are looked through
MOST_TEXT = 20_000


@dataclass(frozen=True)
class Piece:
    """A part of a text; `met` if it is what was looked for."""

    text: str
    met: bool = False


def looked_for(node: Node) -> list[str]:
    """The folded texts that a tree looks for in running text, the longest first; what a minus excludes is left out."""
    found: dict[str, None] = {}
    _collect(node, found)
    return sorted(found, key=len, reverse=True)


def _collect(node: Node, found: dict[str, None]) -> None:
    if isinstance(node, tree.Not):
        return
    value = node.value if isinstance(node, tree.Field) else node
    if isinstance(value, tree.Word | tree.Phrase | tree.Period):
        found[fold(value.text)] = None
    for part in tree.parts(node):
        _collect(part, found)


def snippet(text: str, words: Sequence[str], width: int = WIDTH) -> tuple[Piece, ...]:
    """The part of `text` that meets most of the (folded) words, at most about `width` characters; empty if none."""
    folded = trace(text[:MOST_TEXT])
    spans = _spans(folded, words)
    if not spans:
        return ()
    start, end = _window(text, spans, width)
    return tuple(_pieces(text, [span for span in spans if start <= span[0] and span[1] <= end], start, end))


def _spans(folded: Folded, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where words stand in the written text, in order, without overlaps: the longer word first."""
    taken: list[tuple[int, int]] = []
    for word in words:
        at = folded.text.find(word) if word else -1
        while at >= 0:
            end = at + len(word)
            if _whole(folded.text, at, end) and all(end <= first or at >= last for first, last in taken):
                taken.append((at, end))
            at = folded.text.find(word, at + 1)
    return sorted(folded.origin(first, last) for first, last in taken)


def _whole(text: str, start: int, end: int) -> bool:
    """Whether Latin words are met from end to end, as the index meets them."""
    return not (_joined(text, start) or _joined(text, end))


def _joined(text: str, at: int) -> bool:
    return 0 < at < len(text) and all(one.isascii() and one.isalnum() for one in text[at - 1 : at + 1])


def _window(text: str, spans: Sequence[tuple[int, int]], width: int) -> tuple[int, int]:
    """The stretch of `width` characters that holds most of the spans."""
    if len(text) <= width:
        return 0, len(text)

    def held(first: int) -> int:
        return sum(1 for start, end in spans if start >= first and end <= first + width)

    start, end = max(spans, key=lambda span: held(span[0]))
    last = max([end, *(stop for begin, stop in spans if begin >= start and stop <= start + width)])
    room = max(0, width - (last - start))
    first = max(0, start - room // 2)
    return first, min(len(text), max(first + width, end))


def _pieces(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> Iterable[Piece]:
    at = start
    before, behind = "…" if start else "", "…" if end < len(text) else ""
    for first, last in spans:
        if before + text[at:first]:
            yield Piece(before + text[at:first])
        before = ""
        # two may share a character that folds to several
        yield Piece(text[max(first, at) : last], met=True)
        at = last
    if text[at:end] + behind:
        yield Piece(text[at:end] + behind)
