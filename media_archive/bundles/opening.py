"""Reading a bundle back: found in a store, fetched, matched with its digests, and its rows."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, cast
from zipfile import BadZipFile, ZipFile

from pydantic import ValidationError

from media_archive.bundles import manifest as shape
from media_archive.bundles.manifest import Manifest, member_of
from media_archive.bundles.rows import reader
from media_archive.errors import Damaged
from media_archive.storage import own
from media_archive.storage.stores import disk
from media_archive.storage.stores.store import Store
from media_archive.storage.stores.streams import pour

#: what is read of a line, a manifest: more is none of ours
MOST = 256 << 20


@dataclass(frozen=True)
class Opened:
    """A bundle whose bytes are what they were when it was written."""

    key: str
    manifest: Manifest
    zip: ZipFile

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Every row of `table`."""
        from_line = reader(self.manifest.tables[table].columns)
        with self.zip.open(member_of(table)) as member:
            while line := member.readline(MOST):
                yield from_line(line)

    def check(self) -> None:
        """Raises Damaged unless every table is what it was, by its own digest."""
        for name, told in self.manifest.tables.items():
            try:
                with self.zip.open(member_of(name)) as member:
                    digest, _ = pour(cast(BinaryIO, member))
            except (BadZipFile, KeyError, zlib.error) as exc:
                raise _damaged(self.key, f"{member_of(name)}: {exc}") from exc
            if digest != told.sha256:
                raise _damaged(self.key, f"{member_of(name)}: {digest}")

    def other(self, name: str) -> bytes | None:
        """A file of the bundle that is no table; None if it has none of that name."""
        if name not in self.manifest.others:
            return None
        with self.zip.open(name) as member:
            return member.read(MOST)


def keys(store: Store, prefix: str) -> list[str]:
    """The keys in `store` of bundles, or of what is told between them, oldest first."""
    found = (key for batch in store.batches() for key in batch if key.startswith(prefix))
    return sorted(key for key in found if own.DATED.fullmatch(key))


@contextmanager
def opened(store: Store, key: str, scratch: Path) -> Iterator[Opened]:
    """The bundle under `key`; Damaged if it is not what was written."""
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=scratch, prefix="bundle-") as folder:
        path = Path(folder) / "bundle.zip"
        with store.open(key) as source, disk.explained("scratch", path), path.open("wb") as file:
            sha256, _ = pour(source, file.write)
        if not own.matches(key, sha256):
            raise _damaged(key, sha256)
        try:
            with ZipFile(path) as zipped, zipped.open(shape.NAME) as member:
                told = Manifest.model_validate_json(member.read(MOST))
        except (BadZipFile, KeyError, ValidationError) as exc:
            raise _damaged(key, str(exc)) from exc
        with ZipFile(path) as zipped:
            yield Opened(key, told, zipped)


def _damaged(key: str, found: str) -> Damaged:
    return Damaged("The bundle {key} is damaged: it does not match its digest ({found}).", key=key, found=found)
