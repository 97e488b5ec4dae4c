"""An archive with three stores at two sites, small files in it, and stores that fail when they are told to."""

import atexit
import hashlib
import io
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import select

from media_archive.catalogue.models import Archive, Asset, Kind, Shoot
from media_archive.config import Settings
from media_archive.config import load as load_settings
from media_archive.context import Context
from media_archive.db import engine, new_id
from media_archive.models import metadata
from media_archive.storage.models import Copy, File, Role
from media_archive.storage.profiles import Profile, load
from media_archive.storage.service import Stores
from media_archive.storage.stores.store import Store

STORES = """
[name]
zh = "试"
en = "Test"
[description]
zh = "试"
en = "Test"
[stores.hot]
kind = "folder"
path = "{home}/store/hot"
site = "here"
[stores.near]
kind = "folder"
path = "{home}/store/near"
site = "here"
[stores.far]
kind = "folder"
path = "{home}/store/far"
site = "there"
"""
BASE = """
[[rules]]
roles = ["rendition", "proxy"]
copies = ["hot"]
grace_days = 0
"""


def rule(copies: list[str], *, verified: int = 2, sites: int = 2, grace: int = 0) -> str:
    """A rule for originals."""
    named = ", ".join(f'"{one}"' for one in copies)
    return (
        f'[[rules]]\nroles = ["original", "sidecar"]\ncopies = [{named}]\n'
        f"verified = {verified}\nsites = {sites}\ngrace_days = {grace}\n"
    )


@dataclass
class Yard:
    """A context whose profile and stores tests change as they go."""

    context: Context
    wrap: Callable[[str, Store], Store] = lambda name, store: store
    assets: list[UUID] = field(default_factory=list)

    @classmethod
    def at(cls, settings: Settings, rules: str = "", wrap: Callable[[str, Store], Store] | None = None) -> "Yard":
        """Founded in the home of `settings`."""
        yard = cls(Context(settings, engine(settings.database)), wrap or (lambda name, store: store))
        settings.home.mkdir(parents=True, exist_ok=True)
        if settings.database_url:
            metadata.create_all(yard.context.engine)
        else:
            shutil.copy(_empty_catalogue(), settings.home / "catalogue.sqlite")
        yard.by(rules or rule(["hot", "far"]))
        for name in yard.stores.names:
            plain(yard.stores.store(name)).found()
        return yard

    @property
    def stores(self) -> Stores:
        return self.context.stores

    @property
    def told(self) -> str:
        """What the profile says of the stores."""
        return STORES

    def by(self, rules: str, more: str = "") -> None:
        """The profile has these rules from now on."""
        folder = self.context.settings.home / "profiles"
        folder.mkdir(exist_ok=True)
        (folder / "three.toml").write_text(more + self.told + rules + BASE)
        settings = self.context.settings.model_copy(update={"profiles_folder": folder, "storage_profile": "three"})
        self.use(load("three", settings), settings)

    def use(self, profile: Profile, settings: Settings) -> None:
        opened = {name: self.wrap(name, spec.open(name, settings)) for name, spec in profile.stores.items()}
        self.context.__dict__["stores"] = Stores(settings, profile, opened)

    def put(self, data: bytes, name: str = "a.jpg", role: Role = Role.ORIGINAL, asset_id: UUID | None = None) -> UUID:
        """Deposits and registers, as an ingest does; returns the file's id."""
        at = self.stores.deposit(io.BytesIO(data), role)
        with self.context.transaction() as session:
            archive = session.scalars(select(Archive)).first() or Archive(code="A", name="馆")
            shoot = session.scalars(select(Shoot)).first() or Shoot(archive=archive, name="s")
            session.add_all([archive, shoot])
            session.flush()
            if asset_id is None:
                asset = Asset(id=new_id(), archive_id=archive.id, shoot_id=shoot.id, kind=Kind.PHOTO)
                session.add(asset)
                session.flush()
                asset_id = asset.id
            file = File(
                id=new_id(), archive_id=archive.id, asset_id=asset_id, role=role, name=name, size=len(data),
                sha256=at.sha256, media_type="image/jpeg", format="jpeg",
            )  # fmt: skip
            session.add(file)
            session.flush()
            session.add(Copy(file_id=file.id, store=at.store, key=at.key, verified_at=at.verified_at))
        return file.id

    def copies(self, file_id: UUID) -> dict[str, Copy]:
        """Store -> copy."""
        with self.context.reading() as session:
            return {copy.store: copy for copy in session.scalars(select(Copy).where(Copy.file_id == file_id))}

    def asset(self, file_id: UUID, **values: Any) -> UUID:
        """Changes the asset of a file."""
        with self.context.transaction() as session:
            asset = session.get_one(Asset, session.get_one(File, file_id).asset_id)
            for key, value in values.items():
                setattr(asset, key, value)
            return asset.id

    def change(self, copy: Copy, **values: Any) -> None:
        """Changes a copy's row."""
        with self.context.transaction() as session:
            for key, value in values.items():
                setattr(session.get_one(Copy, copy.id), key, value)

    def rot(self, store: str, key: str) -> None:
        """Flips a bit behind the archive's back."""
        data = bytearray(self.read(store, key) or b"x")
        data[0] ^= 1
        self.overwrite(store, key, bytes(data))

    def read(self, store: str, key: str) -> bytes | None:
        """What lies there, past the archive; None where nothing does."""
        place = self.place(store, key)
        return place.read_bytes() if place.is_file() else None

    def overwrite(self, store: str, key: str, data: bytes) -> None:
        place = self.place(store, key)
        place.chmod(0o644)
        place.write_bytes(data)

    def lose(self, store: str, key: str) -> None:
        self.place(store, key).unlink()

    def place(self, store: str, key: str) -> Path:
        return self.context.settings.home / "store" / store / "objects" / key[:2] / key

    def objects(self) -> set[tuple[str, str]]:
        """Every object there is: (store, key)."""
        found = self.context.settings.home.glob("store/*/objects/*/*")
        return {(path.parts[-4], path.name) for path in found}

    def rows(self) -> set[tuple[str, str]]:
        """Every object that a row tells of."""
        with self.context.reading() as session:
            return {(store, key) for store, key in session.execute(select(Copy.store, Copy.key))}


@contextmanager
def quick_home() -> Iterator[Settings]:
    """A home in memory where the machine has room there: what is tested is order, not disks."""
    memory = Path("/dev/shm")
    within = memory if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 64 << 20 else None
    with TemporaryDirectory(prefix="yard-", dir=within) as folder:
        yield load_settings(home=Path(folder) / "home", keep_free=0)


@cache
def _empty_catalogue() -> Path:
    """A database with its tables and no rows, for copies: to make one takes longer than most tests."""
    folder = Path(mkdtemp(prefix="yard-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = engine(f"sqlite:///{folder / 'empty.sqlite'}")
    metadata.create_all(made)
    made.dispose()  # the last connection writes the log into the database
    return folder / "empty.sqlite"


def plain(store: Store) -> Store:
    """The store without what was put around it."""
    return plain(store.inner) if isinstance(store, Faulty) else store


class Killed(BaseException):
    """The process ends here."""


class Spoilt(io.RawIOBase):
    """A stream of which something else comes out than went in."""

    def __init__(self, data: bytes) -> None:
        self._inner = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._inner.readinto(buffer)


@dataclass
class Faulty:
    """A store around a store; `fault` is asked before and after each call and may raise, or name what to spoil."""

    inner: Store
    fault: Callable[[str, str], str | None]
    #: of the object that the call under way is about
    key: str = ""

    @property
    def name(self) -> str:
        return self.inner.name

    def __getattr__(self, called: str) -> Any:
        method = getattr(self.inner, called)
        if not callable(method) or called in ("path", "url"):
            return method

        def call(*args: Any, **kwargs: Any) -> Any:
            self.key = args[0] if args and isinstance(args[0], str) else ""
            self.fault(self.name, f"before {called}")
            result = method(*args, **kwargs)
            self.fault(self.name, f"after {called}")
            return result

        return call

    def path(self, key: str) -> Path | None:
        return None

    def open(self, key: str, start: int = 0, end: int | None = None) -> BinaryIO:
        spoil = self.fault(self.name, "before open")
        with self.inner.open(key, start, end) as stream:
            data = stream.read()
        if spoil == "truncate":
            data = data[: len(data) // 2]
        elif spoil == "wrong":
            data = bytes([data[0] ^ 1]) + data[1:] if data else b"x"
        return io.BufferedReader(Spoilt(data))

    def digest(self, key: str, progress: Any = None) -> str:
        spoil = self.fault(self.name, "before digest")
        found = self.inner.digest(key, progress)
        return hashlib.sha256(found.encode()).hexdigest() if spoil == "wrong" else found


def numbered(chance: random.Random) -> Iterator[bytes]:
    """Small files, each another."""
    count = 0
    while True:
        count += 1
        yield f"{count}:".encode() + chance.randbytes(chance.randrange(0, 3000))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
