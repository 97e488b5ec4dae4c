"""Rows of the catalogue as JSON and back, the same on every kind of database.

A UUID is its text, an instant ISO 8601 in UTC, bytes are Base64; everything else is JSON as it stands.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    Uuid,
)
from sqlalchemy.types import TypeEngine

from media_archive.db import Instant

#: kind of column as a bundle names it -> its type
TYPES: dict[str, TypeEngine[Any]] = {
    "uuid": Uuid(),
    "instant": Instant(),
    "json": JSON(none_as_null=True),
    "bytes": LargeBinary(),
    "boolean": Boolean(),
    "integer": BigInteger(),
    "number": Float(53),
    "text": Text(),
}
#: the first that a column's type is one of; everything else is text
_SORTS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (Uuid, "uuid"),
    (DateTime, "instant"),
    (JSON, "json"),
    (LargeBinary, "bytes"),
    (Boolean, "boolean"),
    (Integer, "integer"),
    (Float, "number"),
)


def columns_of(table: Table) -> dict[str, str]:
    """Column -> kind."""
    return {column.name: _kind(column.type) for column in table.columns}


def _kind(found: TypeEngine[Any]) -> str:
    plain = found.impl if isinstance(found, TypeDecorator) else found
    return next((kind for sort, kind in _SORTS if isinstance(plain, sort)), "text")


def table_of(name: str, columns: Mapping[str, str]) -> Table:
    """A table to be written to that has these columns."""
    return Table(name, MetaData(), *(Column(column, TYPES[kind]) for column, kind in columns.items()))


def writer(columns: Mapping[str, str]) -> Callable[[Mapping[str, Any]], bytes]:
    """What makes one line of JSON of a row with these columns."""
    changed = [(name, _TO_JSON[kind]) for name, kind in columns.items() if kind in _TO_JSON]

    def to_line(row: Mapping[str, Any]) -> bytes:
        plain = dict(row)
        for name, convert in changed:
            if (value := plain[name]) is not None:
                plain[name] = convert(value)
        try:
            return _PLAIN.encode(plain).encode() + b"\n"
        except UnicodeEncodeError:  # half a surrogate pair, as a strange file may have it in what it says of itself
            return json.dumps(plain, separators=(",", ":")).encode() + b"\n"

    return to_line


def reader(columns: Mapping[str, str]) -> Callable[[bytes], dict[str, Any]]:
    """The inverse of `writer`."""
    changed = [(name, _FROM_JSON[kind]) for name, kind in columns.items() if kind in _FROM_JSON]

    def from_line(line: bytes) -> dict[str, Any]:
        row: dict[str, Any] = json.loads(line)
        for name, convert in changed:
            if (value := row[name]) is not None:
                row[name] = convert(value)
        return row

    return from_line


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _base64(value: bytes) -> str:
    return b64encode(value).decode()


_PLAIN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_TO_JSON: dict[str, Callable[[Any], Any]] = {"uuid": str, "instant": _instant, "bytes": _base64}
_FROM_JSON: dict[str, Callable[[Any], Any]] = {"uuid": UUID, "instant": datetime.fromisoformat, "bytes": b64decode}
