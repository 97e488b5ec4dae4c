"""What may have been meant where little was found: names that sound the same, or differ by one character or letter."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from uuid import UUID

from sqlalchemy.orm import Session

from media_archive.search.language import tree
from media_archive.search.language.folding import fold, is_ideograph
from media_archive.search.language.tree import Node
from media_archive.search.names.sounds import spellings
from media_archive.search.names.vocabulary import Vocabulary, vocabulary

#: corrections that are tried
MOST = 5
#: longer runs hold no single name
LONGEST = 24
#: Latin letters from which on a word may have one wrong, or two
ONE_WRONG, TWO_WRONG = 4, 8


def corrections(
    session: Session, typed: str, node: Node, archive_id: UUID | None = None, known: Iterable[str] = ()
) -> list[str]:
    """Queries that may have been meant by `typed`, whose tree is `node`, the likeliest first.

    `known` are values that occur in what is searched, beside the names of subjects.
    """
    names, values = vocabulary(session), {fold(one): one for one in known}
    found: dict[str, None] = {}
    for leaf in words(node):
        start, end = leaf.span
        for said in (*_meant(names, fold(leaf.text), archive_id, values), *_valued(fold(leaf.text), values)):
            found[typed[:start] + said + typed[end:]] = None
    return [one for one in found if one != typed][:MOST]


def words(node: Node) -> Iterator[tree.Word]:
    """Words that were typed, with the span of their text; what a minus excludes is no matter."""
    if isinstance(node, tree.Not):
        return
    if isinstance(node, tree.Word):
        yield node
    elif isinstance(node, tree.Field) and isinstance(node.value, tree.Word):
        yield node.value
    for part in tree.parts(node):
        yield from words(part)


def may_be_wrong(word: tree.Word) -> bool:
    """Whether it is a word in which a mistake can be told: no number, no code."""
    said = fold(word.text)
    return said.isalpha() if said.isascii() else any(map(is_ideograph, said))


def _meant(names: Vocabulary, said: str, archive_id: UUID | None, values: Mapping[str, str]) -> Iterator[str]:
    if said.isascii():
        latin = {word for value in values for word in value.split() if word.isascii() and word.isalpha()}
        yield from _latin(names, said, latin) if said.isalpha() else ()
        return
    for start, end in _windows(said):
        part = said[start:end]
        if names.owners(part, archive_id):
            continue
        for name in _like(names, part):
            for subject in names.owners(name, archive_id)[:1]:
                yield said[:start] + subject.names[name] + said[end:]


def _windows(said: str) -> list[tuple[int, int]]:
    """Where in a run a name may stand: the whole first, then ever shorter parts."""
    count = len(said)
    if not 2 <= count <= LONGEST or not any(map(is_ideograph, said)):
        return []
    return [(at, at + width) for width in range(count, 1, -1) for at in range(count - width + 1)]


def _like(names: Vocabulary, part: str) -> Iterator[str]:
    """Names that are read like this one, and of three characters and more those that differ in one."""
    yield from (name for name in names.sounds.alike(part) if len(name) == len(part))
    if len(part) >= 3:
        for at in range(len(part)):
            yield from names.gaps.get(f"{part[:at]}\0{part[at + 1 :]}", ())


def _valued(said: str, values: Mapping[str, str]) -> Iterator[str]:
    """Chinese values that sound the same, or of three characters and more differ in one."""
    if said in values or not any(map(is_ideograph, said)):
        return
    sounds = set(spellings(said))
    for folded, value in values.items():
        if len(folded) == len(said) and len(said) > 1 and any(map(is_ideograph, folded)):
            off = sum(one != other for one, other in zip(folded, said, strict=True))
            if (off == 1 and len(said) >= 3) or not sounds.isdisjoint(spellings(folded)):
                yield value


def _latin(names: Vocabulary, said: str, latin: set[str]) -> Iterator[str]:
    allowed = 2 if len(said) >= TWO_WRONG else 1 if len(said) >= ONE_WRONG else 0
    if not allowed:
        return
    near = ((distance(said, word, allowed), word) for word in latin | set(names.words))
    yield from (word for far, word in sorted(near) if 0 < far <= allowed)
    spelt = ((distance(said, key, allowed), found) for key, found in names.sounds.near(said, allowed))
    for far, found in sorted(spelt):
        if 0 < far <= allowed:
            yield from found


def distance(one: str, other: str, most: int) -> int:
    """Letters to insert, drop, change or exchange with their neighbour; `most` + 1 for anything beyond `most`."""
    if abs(len(one) - len(other)) > most or not _worth_it(one, other, most):
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, last, row = row, before, [at]
        for there, against in enumerate(other, 1):
            cost = min(before[there] + 1, row[-1] + 1, before[there - 1] + (letter != against))
            if at > 1 and there > 1 and letter == other[there - 2] and one[at - 2] == against:
                cost = min(cost, last[there - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _worth_it(one: str, other: str, most: int) -> bool:
    """A cheap look at the letters: each wrong one changes two of those that both have."""
    return SequenceMatcher(None, one, other, autojunk=False).quick_ratio() * (len(one) + len(other)) >= 2 * (
        max(len(one), len(other)) - most
    )
