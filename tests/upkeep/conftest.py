"""Archives with copies in two or three stores, and what spoils them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.config import load
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish
from media_archive.storage.models import Copy
from tests.contracts.conftest import moto_endpoint  # noqa: F401 - a fixture for this folder
from tests.drawn import pictures

THREE = """
[name]
zh = "三处"
en = "Three"
[description]
zh = "三处"
en = "Three"
[stores.main]
kind = "folder"
path = "{home}/store/main"
audit_per_day = 1
[stores.near]
kind = "folder"
path = "{home}/store/near"
[stores.far]
%s
[[rules]]
roles = ["original", "sidecar", "proxy", "rendition"]
copies = ["main", "near", "far"]
verified = 2
audit_days = 30
"""
FAR = 'kind = "folder"\npath = "{home}/store/far"'


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Callable[..., Archive]]:
    """Makes an archive of `count` pictures with three copies of each."""
    opened: list[Archive] = []

    def make(count: int = 2, far: str = FAR, **settings: object) -> Archive:
        profiles = tmp_path / "profiles"
        profiles.mkdir()
        (profiles / "three.toml").write_text(THREE % far, "utf-8")
        given = {"profiles_folder": profiles, "storage_profile": "three", "keep_free": 0, **settings}
        archive = Archive.open(load(home=tmp_path / "home", **given))
        opened.append(archive)
        archive.init()
        pictures(tmp_path / "card", count)
        receive(archive, [tmp_path / "card"], Wish(shoot="s"))
        archive.runner().drain("upkeep")
        with archive.reading() as session:
            assert len(session.scalars(select(Copy)).all()) == 3 * count
        return archive

    yield make
    for archive in opened:
        archive.close()


def flip(archive: Archive, store: str, key: str) -> bytes:
    """Flips a bit of an object behind the archive's back; returns what it holds now."""
    with archive.stores.open(store, key) as source:
        data = bytearray(source.read())
    data[len(data) // 2] ^= 1
    place = archive.stores.path(store, key)
    if place is None:
        from media_archive.storage.stores.s3 import S3Store

        bucket = archive.stores.store(store)
        while hasattr(bucket, "inner"):
            bucket = bucket.inner
        assert isinstance(bucket, S3Store)
        target = bucket._target(key)
        target.client.put_object(**target.place, Body=bytes(data))
        return bytes(data)
    place.chmod(0o644)
    with place.open("r+b") as file:
        file.write(data)
        os.fsync(file.fileno())
    return bytes(data)
