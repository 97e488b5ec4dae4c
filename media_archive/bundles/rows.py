"""Rows of the catalogue as JSON and back, the same on every kind of database.

A UUID is its text, an instant ISO 8601 in UTC, bytes are Base64; everything else is JSON as it stands.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
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


def to_line(row: Mapping[str, Any], columns: Mapping[str, str]) -> bytes:
    """One line of JSON."""
    plain = {name: _to_json(columns[name], value) for name, value in row.items()}
    try:
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    except UnicodeEncodeError:  # half a surrogate pair, as a strange file may have it in what it says of itself
        return json.dumps(plain, separators=(",", ":")).encode() + b"\n"


def from_line(line: bytes, columns: Mapping[str, str]) -> dict[str, Any]:
    """The inverse of `to_line`."""
    return {name: _from_json(columns[name], value) for name, value in json.loads(line).items()}


def _to_json(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "uuid":
        return str(value)
    if kind == "instant":
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return b64encode(value).decode() if kind == "bytes" else value


def _from_json(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "uuid":
        return UUID(value)
    if kind == "instant":
        return datetime.fromisoformat(value)
    return b64decode(value) if kind == "bytes" else value
