"""A tree written out again, so that parsing it gives the same tree."""

import re
from datetime import date

from media_archive.search.fields import FIELDS, Type
from media_archive.search.language.tree import (
    And,
    Either,
    Field,
    Given,
    Near,
    Node,
    Not,
    Or,
    Period,
    Phrase,
    Range,
    Wildcard,
    Word,
)

_PLAIN = re.compile(r"[\w-]+")
#: words that join others: alone they are written in brackets
JOINING = frozenset({"OR", "或", "AND", "NOT"})


def write(node: Node) -> str:
    """The query that means `node`; what expansion added is left out."""
    if isinstance(node, And):
        return " ".join(_inside(part) if isinstance(part, And | Or) else write(part) for part in node.parts)
    if isinstance(node, Or):
        return " OR ".join(_inside(part) if isinstance(part, Or) else write(part) for part in node.parts)
    if isinstance(node, Not):
        return "-" + (_inside(node.part) if isinstance(node.part, And | Or) else write(node.part))
    if isinstance(node, Either):
        return write(node.typed)
    return _leaf(node)


def _inside(node: Node) -> str:
    return f"({write(node)})"


def _leaf(node: Node) -> str:
    if isinstance(node, Word):
        return f"({node.text})" if node.text in JOINING else node.text
    if isinstance(node, Phrase):
        return quoted(node.text)
    if isinstance(node, Wildcard | Period):
        return node.pattern if isinstance(node, Wildcard) else node.text
    if isinstance(node, Field):
        return f"{node.name}:{_value(node)}"
    # All, and what expansion makes of a Near, are written by nothing
    return f"near:{_place(node)},{_decimal(node.metres, 3)}m" if isinstance(node, Near) else ""


def quoted(text: str) -> str:
    """The text in quotes that do not occur in it."""
    if not any(mark in text for mark in '"“”＂'):
        return f'"{text}"'
    return f"「{text}」" if "」" not in text else f"『{text}』"


def _value(node: Field) -> str:
    value = node.value
    if isinstance(value, Range):
        return _written(value.low) if value.low == value.high else f"{_written(value.low)}..{_written(value.high)}"
    if isinstance(value, Given):
        return "*"
    if isinstance(value, Phrase):
        return quoted(value.text)
    if isinstance(value, Word) and FIELDS[node.name].type is Type.CHOICE and not _PLAIN.fullmatch(value.text):
        return quoted(value.text)
    return value.pattern if isinstance(value, Wildcard) else value.text


def _written(bound: "int | float | date | None") -> str:
    if bound is None:
        return ""
    if isinstance(bound, date):
        return bound.isoformat()
    return _decimal(bound, 3) if isinstance(bound, float) else str(bound)


def _decimal(number: float, places: int) -> str:
    return f"{number:.{places}f}".rstrip("0").rstrip(".")


def _place(node: Near) -> str:
    if node.point:
        return ",".join(_decimal(part, 7) for part in node.point)
    return quoted(node.subject or "")
