"""Stores around stores: what each adds, as its user would notice it."""

import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from media_archive.config import Settings
from media_archive.errors import Conflict, Damaged, NoSpace, NotFound, Unavailable
from media_archive.storage.profiles.places import FolderSpec
from media_archive.storage.stores.folder import FolderStore
from media_archive.storage.stores.store import Interrupted, Progress, Stat, Stored
from media_archive.storage.stores.wrappers import (
    Budget,
    Deed,
    DryStore,
    LimitedStore,
    MeasuredStore,
    Pace,
    ReadingOnlyStore,
    RetryingStore,
    tallies,
)

MIB = 1 << 20


@pytest.fixture
def folder(tmp_path: Path) -> FolderStore:
    made = FolderStore("main", tmp_path / "store")
    made.found()
    return made


class Shaky(FolderStore):
    """Fails with each of `errors` in turn, after it has read some of the source."""

    errors: Iterator[Exception] = iter([])

    def keep(
        self, source: BinaryIO, *, size: int | None = None, sha256: str | None = None, progress: Progress | None = None
    ) -> Stored:
        self._fail(source)
        return super().keep(source, size=size, sha256=sha256, progress=progress)

    def stat(self, key: str) -> Stat:
        self._fail(io.BytesIO())
        return super().stat(key)

    def _fail(self, source: BinaryIO) -> None:
        for error in self.errors:
            source.read(3)
            raise error


@pytest.fixture
def shaky(folder: FolderStore) -> Shaky:
    assert folder.root
    return Shaky("main", folder.root)


def off(count: int) -> Iterator[Exception]:
    return iter([Interrupted("gone") for _ in range(count)])


def test_what_broke_off_is_tried_again_from_the_start_of_the_source(shaky: Shaky) -> None:
    waits: list[float] = []
    shaky.errors = off(3)
    source = io.BytesIO(b"before" + b"bytes")
    source.seek(6)
    stored = RetryingStore(shaky, budget=Budget(), wait=waits.append).keep(source)
    assert stored.size == 5
    assert len(waits) == 3
    assert 0 < waits[0] <= 0.5 < waits[2] + 0.5
    assert waits[2] <= 2


def test_it_gives_up_after_its_tries_and_when_the_budget_is_spent(shaky: Shaky) -> None:
    waits: list[float] = []
    shaky.errors = off(4)
    with pytest.raises(Interrupted):
        RetryingStore(shaky, budget=Budget(), wait=waits.append).stat("a")
    assert len(waits) == 3
    budget = Budget(most=2, seconds=3600)
    for _ in range(2):
        shaky.errors = off(100)
        with pytest.raises(Interrupted):
            RetryingStore(shaky, budget=budget, wait=waits.append).stat("a")
    assert len(waits) == 3 + 2


@pytest.mark.parametrize("error", [NotFound("x"), Conflict("x"), Damaged("x"), NoSpace("x"), Unavailable("no rights")])
def test_what_would_fail_again_is_not_tried_again(shaky: Shaky, error: Exception) -> None:
    waits: list[float] = []
    shaky.errors = iter([error])
    with pytest.raises(type(error)):
        RetryingStore(shaky, budget=Budget(), wait=waits.append).stat("a")
    assert waits == []


def test_a_source_that_cannot_be_rewound_is_not_read_twice(shaky: Shaky) -> None:
    class Stream(io.BytesIO):
        def seekable(self) -> bool:
            return False

    shaky.errors = off(1)
    with pytest.raises(Interrupted):
        RetryingStore(shaky, budget=Budget(), wait=lambda _: None).keep(Stream(b"bytes"))
    assert list(shaky.batches()) == []


class Clock:
    """Time that passes only while somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize("kept", ["keep", "put"])
def test_bytes_in_and_out_keep_the_pace(folder: FolderStore, kept: str) -> None:
    clock = Clock()
    store = LimitedStore(folder, Pace(MIB, clock=clock, wait=clock.wait))
    data = io.BytesIO(bytes(6 * MIB))
    key = store.keep(data).key if kept == "keep" else store.put("zeros", data).key
    assert clock.now == pytest.approx(5, abs=0.1)  # one second's worth may go at once
    store.digest(key)
    assert clock.now == pytest.approx(11, abs=0.1)
    with store.open(key, 0, 3 * MIB) as stream:
        stream.read()
    assert clock.now == pytest.approx(14, abs=0.1)


@pytest.mark.slow
def test_the_bandwidth_of_a_profile_holds(tmp_path: Path) -> None:
    spec = FolderSpec(kind="folder", path=str(tmp_path / "slow"), bandwidth=4)
    store = spec.open("slow", Settings(home=tmp_path, keep_free=0))
    store.found()
    began = time.monotonic()
    store.keep(io.BytesIO(bytes(6_000_000)))
    assert 0.4 < time.monotonic() - began < 3


def test_nothing_gets_into_or_out_of_a_store_for_reading(folder: FolderStore, tmp_path: Path) -> None:
    key = folder.keep(io.BytesIO(b"kept")).key
    store = FolderSpec(kind="folder", path=str(folder.root), read_only=True).open("main", Settings(home=tmp_path))
    store.found()
    store.check()
    changes: list[Callable[[], object]] = [
        lambda: store.keep(io.BytesIO(b"new")),
        lambda: store.put("new", io.BytesIO(b"new")),
        lambda: store.delete(key),
        lambda: store.set_aside(key),
        lambda: store.reclass(key, "COLD"),
        lambda: store.check(writing=True),
    ]
    for change in changes:
        with pytest.raises(Unavailable, match="for reading only"):
            change()
    assert store.sweep() == 0
    with store.open(key) as stream:
        assert stream.read() == b"kept"
    assert list(store.batches()) == [[key]]


def test_a_dry_store_tells_what_it_would_do_and_changes_nothing(folder: FolderStore) -> None:
    told: list[Deed] = []
    key = folder.keep(io.BytesIO(b"kept")).key
    store = DryStore(folder, told.append)
    assert not store.keep(io.BytesIO(b"kept")).fresh
    new = store.keep(io.BytesIO(b"new"))
    store.put("deed", io.BytesIO(b"12"))
    store.delete(key)
    assert told == [Deed("keep", "main", new.sha256, 3), Deed("put", "main", "deed", 2), Deed("delete", "main", key, 4)]
    with pytest.raises(Conflict):
        store.put(key, io.BytesIO(b"x"))
    with pytest.raises(NotFound):
        store.delete("nobody")
    assert list(folder.batches()) == [[key]]


def test_what_a_store_did_is_counted(tmp_path: Path) -> None:
    inner = FolderStore("counted", tmp_path / "store")
    inner.found()
    store = MeasuredStore(inner)
    key = store.keep(io.BytesIO(b"bytes")).key
    with store.open(key) as stream:
        stream.read()
    with pytest.raises(NotFound):
        store.stat("nobody")
    found = {operation: tally for (name, operation), tally in tallies().items() if name == "counted"}
    assert (found["keep"].times, found["keep"].errors, found["keep"].bytes) == (1, 0, 5)
    assert found["open"].bytes == 5
    assert (found["stat"].times, found["stat"].errors) == (1, 1)
    assert found["keep"].seconds > 0


def test_a_wrapped_file_is_still_known_as_one(folder: FolderStore) -> None:
    from media_archive.storage.stores.contents import descriptor

    key = folder.keep(io.BytesIO(bytes(MIB))).key
    for store in (MeasuredStore(folder), LimitedStore(folder, Pace(1e9)), ReadingOnlyStore(folder)):
        with store.open(key) as stream:
            assert descriptor(stream) is not None
        with store.open(key, 5) as stream:
            assert descriptor(stream) is None
