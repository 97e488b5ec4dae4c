"""A choice of assets as plain data, and the ids that it finds: for work that comes later than the click."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any
from uuid import UUID

from media_archive.context import Context
from media_archive.search import service
from media_archive.search.service import Filters

IDS = ("shoot", "collection")


def plain(query: str, filters: Filters, without: list[UUID] | None = None) -> dict[str, Any]:
    """The choice as JSON holds it; `without` are ids that are left out of it."""
    told: dict[str, Any] = {"q": query}
    for field in fields(Filters):
        value = getattr(filters, field.name)
        if value not in (None, ()):
            told[field.name] = _plain(value)
    return told | ({"except": [str(one) for one in without]} if without else {})


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, UUID) else value


def read(chosen: Mapping[str, Any]) -> tuple[str, Filters]:
    """The inverse of `plain`."""
    given: dict[str, Any] = {}
    for field in fields(Filters):
        value = chosen.get(field.name)
        if value is None:
            continue
        if field.name in IDS:
            value = UUID(value)
        elif field.name == "subjects":
            value = tuple(UUID(one) for one in value)
        elif isinstance(value, list):
            value = tuple(tuple(one) if isinstance(one, list) else one for one in value)
        given[field.name] = value
    return str(chosen.get("q") or ""), Filters(**given)


def ids_of(context: Context, chosen: Mapping[str, Any]) -> Iterator[UUID]:
    """The ids that the choice finds, a page at a time; no transaction is open meanwhile."""
    query, filters = read(chosen)
    without = {UUID(one) for one in chosen.get("except", [])}
    cursor: str | None = None
    while True:
        with context.reading() as session:
            rows, cursor = service.shapes(session, query, filters, cursor=cursor)
        yield from (row.id for row in rows if row.id not in without)
        if cursor is None:
            return
