"""Makes what readers found fit for JSON and for a database: no bytes, no NUL, no NaN, nothing without bound."""

import json
import math
import re
from typing import Any

#: characters kept of one text, items of one list, levels of nesting, and bytes of one tool's findings as JSON
LONGEST_TEXT = 8192
MOST_ITEMS = 512
DEEPEST = 8
MOST_BYTES = 256 << 10
SHORTENED = "(shortened)"
#: all but tab and line breaks; PostgreSQL refuses NUL in JSON
CONTROL = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]")


def text(value: str) -> str:
    """`value` without control characters and lone surrogates, trimmed, at most LONGEST_TEXT characters."""
    # nearly all are plain words and numbers, and there are hundreds in a film
    ready = value.isascii() and value.isprintable()
    clean = value.strip() if ready else CONTROL.sub("", value).encode("utf-8", "replace").decode("utf-8").strip()
    return clean if len(clean) <= LONGEST_TEXT else clean[:LONGEST_TEXT] + "…"


def plain(value: Any, depth: int = 0) -> Any:
    """`value` as JSON can hold it: bytes become short hex or "(binary, N bytes)", NaN and infinity None."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict | list | tuple | set):
        return SHORTENED if depth >= DEEPEST else _nested(value, depth + 1)
    if value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) < 1 << 63):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bytes | bytearray):
        return value.hex() if len(value) <= 16 else f"(binary, {len(value)} bytes)"
    return text(str(value))


def _nested(value: dict[Any, Any] | list[Any] | tuple[Any, ...] | set[Any], depth: int) -> Any:
    if isinstance(value, dict):
        return {text(str(name)): plain(inner, depth) for name, inner in list(value.items())[:MOST_ITEMS]}
    return [plain(inner, depth) for inner in list(value)[:MOST_ITEMS]]


def bounded(found: dict[str, Any], most: int = MOST_BYTES) -> dict[str, Any]:
    """`found`, plain, without its longest entries as long as it takes more than `most` bytes as JSON.

    An object or a list among them loses its own longest or last entries: what reads the findings relies on its kind.
    """
    clean: dict[str, Any] = plain(found)
    if len(json.dumps(clean)) <= most:
        return clean
    sizes = {name: _size(name, value) for name, value in clean.items()}
    total = sum(sizes.values())
    for name in sorted(sizes, key=lambda key: sizes[key], reverse=True):
        if total <= most:
            break
        clean[name] = _shorter(clean[name], max(most - (total - sizes[name]), 0))
        total += _size(name, clean[name]) - sizes[name]
    return clean


def _size(name: str, value: Any) -> int:
    """What an entry takes, with what parts it from the next."""
    return len(json.dumps({name: value}))


def _shorter(value: Any, most: int) -> Any:
    if isinstance(value, dict):
        shorter = bounded(value, most)
        return shorter if len(json.dumps(shorter)) <= most else {}
    if isinstance(value, list):
        kept = 0
        while kept < len(value) and (most := most - len(json.dumps(value[kept])) - 2) > 2:
            kept += 1
        return value[:kept]
    return SHORTENED
