"""Geometry as well-known text (OGC 06-103r4): what spreadsheets and GIS programs exchange in one cell."""

import json
import re
from typing import Any

from media_archive.errors import Invalid
from media_archive.geo.shapes import COLLECTION, DEPTHS, Geometry

_TOKEN = re.compile(r"\s*([A-Za-z]+|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[(),])")
_NAMES = {name.upper(): name for name in [*DEPTHS, COLLECTION]}
LONGEST = 10_000_000


def parse(text: str) -> Any:
    """The geometry in `text`, as GeoJSON; GeoJSON itself passes. Unchecked (see `shapes.checked`)."""
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise _refused(text) from None
    if len(text) > LONGEST:
        raise _refused(text)
    tokens = _tokens(text)
    found, rest = _geometry(tokens, 0, text)
    if rest != len(tokens):
        raise _refused(text)
    return found


def _tokens(text: str) -> list[str]:
    tokens, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise _refused(text)
        tokens.append(match[1])
        place = match.end()
    return tokens


def _geometry(tokens: list[str], at: int, text: str) -> tuple[Geometry, int]:
    kind = _NAMES.get(tokens[at].upper()) if at < len(tokens) else None
    at += 1
    while at < len(tokens) and tokens[at].upper() in {"Z", "M", "ZM"}:
        at += 1
    if kind is None or at >= len(tokens) or tokens[at] != "(":
        raise _refused(text)
    if kind != COLLECTION:
        found, at = _list(tokens, at, DEPTHS[kind], text)
        return {"type": kind, "coordinates": found[0] if kind == "Point" and found else found}, at
    parts = []
    while tokens[at] in {"(", ","}:
        part, at = _geometry(tokens, at + 1, text)
        if part["type"] == COLLECTION or at >= len(tokens):
            raise _refused(text)
        parts.append(part)
    return {"type": kind, "geometries": parts}, at + 1


def _list(tokens: list[str], at: int, depth: int, text: str) -> tuple[list[Any], int]:
    """What stands between two brackets, and where it ends; positions at depth 0 and 1, else lists of lists."""
    found: list[Any] = []
    try:
        while tokens[at] in {"(", ","}:
            if depth > 1 or (tokens[at + 1] == "(" and depth == 1):  # points of a multipoint may stand in brackets
                inner, at = _list(tokens, at + 1, depth - 1, text)
                found.append(inner if depth > 1 else inner[0])
            else:
                position, at = _position(tokens, at + 1)
                found.append(position)
        if tokens[at] != ")":
            raise _refused(text)
    except (IndexError, ValueError):
        raise _refused(text) from None
    return found, at + 1


def _position(tokens: list[str], at: int) -> tuple[list[float], int]:
    position = []
    while tokens[at] not in {",", ")"}:
        position.append(float(tokens[at]))
        at += 1
    return position, at


def _refused(text: str) -> Invalid:
    return Invalid(
        "{text} is no geometry. Write it as GeoJSON or as well-known text: POINT (116.3 37.4).", text=text.strip()[:80]
    )


def written(geometry: Geometry) -> str:
    """The geometry as well-known text."""
    kind = geometry["type"]
    if kind == COLLECTION:
        return f"GEOMETRYCOLLECTION ({', '.join(written(one) for one in geometry['geometries'])})"
    if kind == "Point":
        return f"POINT ({_numbers(geometry['coordinates'])})"
    return f"{kind.upper()} {_brackets(geometry['coordinates'], DEPTHS[kind])}"


def _brackets(found: Any, depth: int) -> str:
    return f"({', '.join(_numbers(one) if depth == 1 else _brackets(one, depth - 1) for one in found)})"


def _numbers(position: Any) -> str:
    return " ".join(repr(float(one)).removesuffix(".0") for one in position)
