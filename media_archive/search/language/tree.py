"""What a query means: its syntax tree, and what expansion adds to it.

`parsing.parse` makes Word, Phrase, Wildcard, Period, Field, Near, And, Or, Not and All; `names.expanding.expand` adds
Either, Within and Exact and leaves no Near. Texts are as typed (NFKC at most): who compares them folds them.
Spans are (start, end) in the typed text and do not count when trees are compared.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]


def _span() -> Span:
    return (0, 0)


@dataclass(frozen=True)
class Word:
    """The text occurs, its parts in order: 解放路, highway."""

    text: str
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True)
class Phrase:
    """Exactly these words in this order; never expanded."""

    text: str
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True)
class Wildcard:
    """A code or a file name of this pattern: `*` is any run of characters, `?` any one."""

    pattern: str
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True)
class Period:
    """Taken from the first to the last of these days, or the text says so: 1987, 1980s, 八十年代, 1987-05."""

    text: str
    first: date
    last: date
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True)
class Range:
    """Values of a field from `low` to `high`, both included; None where it is open."""

    low: "int | float | date | None"
    high: "int | float | date | None"
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True)
class Given:
    """The field has a value (`field:*`)."""

    span: Span = field(default_factory=_span, compare=False)


Value: TypeAlias = Word | Phrase | Wildcard | Range | Given


@dataclass(frozen=True)
class Field:
    """One field has this value; `name` is the field's own (see `search.fields`), whatever alias was typed.

    Ranges are of numbers (year, rating, bytes, seconds, pixels) or of days, as the field's type is; a single number
    or day is a Range as well. Values of fields with a fixed list are Words of that list ("photo").
    """

    name: str
    value: Value
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True)
class Near:
    """Taken at most `metres` from a subject, by its name, or from a point (latitude, longitude in WGS-84 degrees)."""

    subject: str | None
    point: tuple[float, float] | None
    metres: float
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True)
class And:
    """All of `parts`, in any order; at least two."""

    parts: tuple["Node", ...]
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True)
class Or:
    """Any of `parts`; at least two."""

    parts: tuple["Node", ...]
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True)
class Not:
    """Everything but `part`."""

    part: "Node"
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True)
class All:
    """Nothing was asked: everything."""

    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True)
class Either:
    """What was typed or, counting for less, what means the same (added by expansion)."""

    typed: "Node"
    others: tuple["Node", ...]
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True)
class Within:
    """What a Near meant (added by expansion): taken in any of `cells` (see `index.cells`), which lie in that part of the map,
    or in any of `edge`, which lie across its border, and there at most `metres` from one of `places` (GeoJSON).

    Asked of one index it has the `ids` of what is so near along the edge instead (see `area.edges`).
    """

    cells: tuple[str, ...]
    edge: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    metres: float = 0.0
    ids: tuple[str, ...] = ()
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True)
class Exact:
    """Has this name or code in a field, as the index keeps it, "licence:public" (added by expansion)."""

    name: str
    span: Span = field(default_factory=_span, compare=False)


Node: TypeAlias = Word | Phrase | Wildcard | Period | Field | Near | And | Or | Not | All | Either | Within | Exact


def parts(node: Node) -> tuple[Node, ...]:
    """The nodes directly below."""
    if isinstance(node, And | Or):
        return node.parts
    if isinstance(node, Not):
        return (node.part,)
    if isinstance(node, Either):
        return (node.typed, *node.others)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, each before its parts."""
    yield node
    for part in parts(node):
        yield from walk(part)


def rebuild(node: Node, change: Callable[[Node], Node]) -> Node:
    """The tree with every leaf passed through `change`; what was typed of an Either counts as its leaf."""
    if isinstance(node, And | Or):
        return replace(node, parts=tuple(rebuild(part, change) for part in node.parts))
    if isinstance(node, Not):
        return replace(node, part=rebuild(node.part, change))
    if isinstance(node, Either):
        return replace(node, typed=rebuild(node.typed, change))
    return change(node)
