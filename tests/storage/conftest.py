"""A catalogue with one shoot, and disks that fail on demand."""

import hashlib
import io
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from media_archive import db
from media_archive.catalogue.models import Archive, Asset, Kind, Shoot
from media_archive.config import Settings
from media_archive.storage.models import Copy, File, Role
from media_archive.storage.service import Stores
from tests.contracts.conftest import moto_endpoint  # noqa: F401 - a fixture for this folder


@pytest.fixture
def stores(settings: Settings) -> Stores:
    return Stores.of(settings)


@pytest.fixture
def two_disks(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stores:
    monkeypatch.setenv("MEDIA_ARCHIVE_SECOND_DISK", str(tmp_path / "second"))
    stores = Stores.of(settings.model_copy(update={"storage_profile": "two-disks"}))
    stores.found()
    return stores


@pytest.fixture
def bind(engine: Engine) -> Engine:
    """An empty catalogue, once on SQLite and once on PostgreSQL."""
    db.Base.metadata.create_all(engine)
    return engine


@dataclass
class Catalogue:
    """Registers what was deposited, as an ingest does."""

    bind: Engine
    stores: Stores

    def add(self, data: bytes, name: str = "a.jpg", shoot: str = "s") -> File:
        deposited = self.stores.deposit(io.BytesIO(data), Role.ORIGINAL)
        with db.transaction(self.bind) as session:
            archive = session.query(Archive).first() or Archive(code="A", name="馆")
            made = session.query(Shoot).filter_by(name=shoot).first() or Shoot(archive=archive, name=shoot)
            asset = Asset(archive=archive, shoot=made, kind=Kind.PHOTO)
            session.add(asset)
            session.flush()
            file = File(
                archive_id=archive.id,
                asset_id=asset.id,
                role=Role.ORIGINAL,
                name=name,
                size=len(data),
                sha256=deposited.sha256,
                media_type="image/jpeg",
                format="jpeg",
            )
            file.copies = [Copy(store=deposited.store, key=deposited.key, verified_at=deposited.verified_at)]
            session.add(file)
        return file

    def copy(self, file: File) -> Copy:
        with db.reading(self.bind) as session:
            found = session.query(Copy).filter_by(file_id=file.id).one()
            session.expunge_all()
            return found


@pytest.fixture
def catalogue(bind: Engine, stores: Stores) -> Catalogue:
    return Catalogue(bind, stores)


def rot(stores: Stores, store: str, key: str, data: bytes) -> None:
    """Changes stored bytes behind the archive's back."""
    place = stores.path(store, key)
    assert place is not None
    place.chmod(0o644)
    place.write_bytes(data)
    with place.open("rb") as file:
        os.fsync(file.fileno())


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Mounts a file system of its own of the wanted size in bytes; needs root."""
    mounted: list[Path] = []

    def mount(size: int) -> Path:
        if os.geteuid() != 0:
            pytest.skip("only root may mount a disk to fill")
        where = tmp_path / f"disk{len(mounted)}"
        where.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(where)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"this machine mounts no tmpfs: {done.stderr.strip()}")
        mounted.append(where)
        return where

    yield mount
    for where in mounted:
        subprocess.run(["umount", str(where)], check=False)
