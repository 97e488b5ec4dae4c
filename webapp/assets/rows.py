"""Rows of a label and a value, as the panels beside an asset show them."""

from collections.abc import Callable, Iterable
from typing import Any

Row = tuple[str, str]
Group = tuple[str, list[Row]]


def rows(pairs: Iterable[tuple[str, Any]]) -> list[Row]:
    """The rows that have a value."""
    return [(label, str(value)) for label, value in pairs if value not in (None, "", [])]


def shown(value: Any, show: Callable[[Any], str]) -> str | None:
    """`value` as `show` writes it; None where it is not known."""
    return None if value is None else show(value)


def joined(*parts: Any) -> str:
    """The known parts with dots between them."""
    return " · ".join(str(part) for part in parts if part not in (None, ""))
