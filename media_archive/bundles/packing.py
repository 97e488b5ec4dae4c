"""Writing a bundle: a ZIP file of JSON Lines, one table after the other, from one view of the catalogue.

Memory holds a thousand rows at a time. The view stays open while the file is written: it only reads, and takes no lock.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import Connection, Engine, Select, Table, text

from media_archive import version
from media_archive.bundles import manifest as shape
from media_archive.bundles.manifest import Manifest, Member, Rows, member_of
from media_archive.bundles.rows import columns_of, writer
from media_archive.db import Base, explained, now
from media_archive.storage.stores import disk
from media_archive.storage.stores.streams import pour

README = Path(__file__).with_name("readme.txt")
ROWS = 1000


@dataclass(frozen=True, slots=True)
class Packed:
    """A bundle in a file of this machine."""

    path: Path
    size: int
    sha256: str
    manifest: Manifest


@dataclass
class About:
    """What a bundle says of the archive beside its rows."""

    archives: dict[str, str] = field(default_factory=dict)
    event_id: Any = None
    settings: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    #: name in the bundle -> its bytes: small ones
    others: dict[str, bytes] = field(default_factory=dict)


@contextmanager
def snapshot(bind: Engine) -> Iterator[Connection]:
    """One view of the catalogue, as it is at the first question, however long it is looked at."""
    options: dict[str, Any] = {"writing": False}
    if bind.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with explained(), bind.connect().execution_options(**options) as connection:
        yield connection


def pack(
    connection: Connection,
    path: Path,
    chosen: Mapping[str, Select[Any]],
    about: About,
    *,
    whole: bool,
    made_at: datetime | None = None,
    changed: Mapping[str, Mapping[str, Any]] | None = None,
) -> Packed:
    """Writes the rows of `chosen` (table -> what of it) to `path`.

    `changed` are columns that get another value than they have: table -> column -> value.
    """
    made_at = made_at or now()
    tables: dict[str, Rows] = {}
    with disk.explained("scratch", path), ZipFile(path, "w", ZIP_DEFLATED) as into:
        others = {
            name: _whole(into, name, data) for name, data in {shape.README: README.read_bytes(), **about.others}.items()
        }
        for table in Base.metadata.sorted_tables:
            if table.name in chosen:
                found = _rows(connection, chosen[table.name], (changed or {}).get(table.name, {}))
                tables[table.name] = _table(into, table, found)
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
        told = Manifest(
            whole=whole,
            made_at=made_at,
            program=version(),
            revision=str(revision),
            archives=about.archives,
            event_id=about.event_id,
            settings=about.settings,
            variables=about.variables,
            tables=tables,
            others=others,
        )
        _whole(into, shape.NAME, json.dumps(told.model_dump(mode="json"), ensure_ascii=False, indent=1).encode())
    with path.open("rb") as file:
        sha256, size = pour(file)
    return Packed(path, size, sha256, told)


def _rows(connection: Connection, chosen: Select[Any], changed: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    found = connection.execution_options(stream_results=True, yield_per=ROWS).execute(chosen)
    for row in found.mappings():
        yield {**row, **changed} if changed else dict(row)


def _table(into: ZipFile, table: Table, found: Iterable[Mapping[str, Any]]) -> Rows:
    columns, count = columns_of(table), 0
    with into.open(member_of(table.name), "w", force_zip64=True) as raw:
        member = _Hashed(raw)
        to_line = writer(columns)
        for row in found:
            member.write(to_line(row))
            count += 1
    return Rows(
        size=member.size,
        sha256=member.digest.hexdigest(),
        rows=count,
        columns=columns,
        key=[column.name for column in table.primary_key],
        later=[
            column.name for column in table.columns if any(key.column.table is table for key in column.foreign_keys)
        ],
    )


def _whole(into: ZipFile, name: str, data: bytes) -> Member:
    into.writestr(name, data)
    return Member(size=len(data), sha256=hashlib.sha256(data).hexdigest())


class _Hashed:
    """Counts and hashes what it passes on."""

    def __init__(self, into: IO[bytes]) -> None:
        self._into, self.digest, self.size = into, hashlib.sha256(), 0

    def write(self, data: bytes) -> None:
        self.digest.update(data)
        self.size += len(data)
        self._into.write(data)
