"""What an encrypted store does with keys that are missing or wrong, and with every kind of tampering."""

import hashlib
import io
import random
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from media_archive.config import Settings
from media_archive.errors import Conflict, Damaged, Invalid, Unavailable
from media_archive.storage.models import Copy, File
from media_archive.storage.profiles.places import FolderSpec
from media_archive.storage.service import Stores
from media_archive.storage.stores.encrypted import EncryptedStore, Keys
from media_archive.storage.stores.encrypted.sealing import CHUNK, HEADER, SEALED, opened_size, sealed_size
from media_archive.storage.stores.folder import FolderStore
from media_archive.storage.stores.s3 import S3Store, Service
from media_archive.storage.stores.store import Store

SIZE = 3 * CHUNK + 1000
DATA = random.Random(5).randbytes(SIZE)


@pytest.fixture
def inner(tmp_path: Path) -> FolderStore:
    made = FolderStore("offsite", tmp_path / "store")
    made.found()
    return made


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    made = Keys(tmp_path / "keys", tmp_path / "home")
    made.make("first")
    return made


@pytest.fixture
def store(inner: FolderStore, keys: Keys, tmp_path: Path) -> EncryptedStore:
    return EncryptedStore(inner, keys, "first", tmp_path / "scratch")


def rewrite(inner: FolderStore, key: str, change: Callable[[bytearray], bytearray]) -> None:
    place = inner.path(key)
    assert place is not None
    place.chmod(0o644)
    place.write_bytes(change(bytearray(place.read_bytes())))


def test_nothing_of_the_bytes_is_to_be_seen_outside(store: EncryptedStore, inner: FolderStore) -> None:
    data = b"a very well known photograph" * 5000
    key = store.keep(io.BytesIO(data)).key
    place = inner.path(key)
    assert place is not None
    outside = place.read_bytes()
    assert b"well known" not in outside
    assert len(outside) == sealed_size(len(data))
    assert hashlib.sha256(outside).hexdigest() != key
    assert store.path(key) is None
    assert store.url(key, 60, name="a", media_type="b") is None


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 5 * CHUNK + 7])
def test_every_size_comes_back_and_every_range_of_it(store: EncryptedStore, size: int) -> None:
    data = random.Random(size).randbytes(size)
    key = store.keep(io.BytesIO(data)).key
    assert store.stat(key).size == size == opened_size(sealed_size(size))
    drawn = random.Random(size)
    for _ in range(12):
        start, end = sorted((drawn.randrange(size + 2), drawn.randrange(size + 2)))
        with store.open(key, start, end) as stream:
            assert stream.read() == data[start:end]
    with store.open(key, CHUNK) as stream:
        assert stream.read() == data[CHUNK:]


TAMPERING: dict[str, Callable[[bytearray], bytearray]] = {
    "cut to nothing": lambda _: bytearray(),
    "cut in the header": lambda data: data[: HEADER - 1],
    "cut in the first chunk": lambda data: data[: HEADER + 5],
    "cut between chunks": lambda data: data[: HEADER + 2 * SEALED],
    "cut by a byte": lambda data: data[:-1],
    "a byte more": lambda data: data + b"x",
    "chunks swapped": lambda data: (
        data[:HEADER]
        + data[HEADER + SEALED : HEADER + 2 * SEALED]
        + data[HEADER:][:SEALED]
        + data[HEADER + 2 * SEALED :]
    ),
    "a chunk left out": lambda data: data[:HEADER] + data[HEADER + SEALED :],
    "a chunk twice": lambda data: data[: HEADER + SEALED] + data[HEADER:],
    "open bytes": lambda _: bytearray(DATA),
}


@pytest.mark.parametrize("how", TAMPERING)
def test_what_was_cut_swapped_or_replaced_is_damaged_and_replaced_by_the_next_deposit(
    store: EncryptedStore, inner: FolderStore, how: str
) -> None:
    key = store.keep(io.BytesIO(DATA)).key
    rewrite(inner, key, TAMPERING[how])
    with pytest.raises(Damaged, match="damaged"):
        store.digest(key)
    assert store.keep(io.BytesIO(DATA)).fresh
    assert store.digest(key) == key


@pytest.mark.slow
def test_a_flipped_bit_anywhere_is_damaged(store: EncryptedStore, inner: FolderStore) -> None:
    key = store.keep(io.BytesIO(DATA)).key
    drawn = random.Random(1)
    length = sealed_size(SIZE)
    for at in (*range(0, HEADER, 7), HEADER, length - 1, *(drawn.randrange(length) for _ in range(20))):

        def flip(data: bytearray, at: int = at) -> bytearray:
            data[at] ^= 1 << drawn.randrange(8)
            return data

        before = inner.path(key)
        assert before is not None
        kept = before.read_bytes()
        rewrite(inner, key, flip)
        with pytest.raises(Damaged):
            store.digest(key)
        before.write_bytes(kept)
    assert store.digest(key) == key


def test_a_chunk_of_another_object_does_not_fit(store: EncryptedStore, inner: FolderStore) -> None:
    key = store.keep(io.BytesIO(DATA)).key
    other = inner.path(store.keep(io.BytesIO(DATA[::-1])).key)
    assert other is not None
    theirs = other.read_bytes()
    rewrite(inner, key, lambda data: data[:HEADER] + theirs[HEADER : HEADER + SEALED] + data[HEADER + SEALED :])
    with pytest.raises(Damaged):
        store.digest(key)


def test_a_new_key_seals_and_the_old_one_still_opens(
    store: EncryptedStore, inner: FolderStore, keys: Keys, tmp_path: Path
) -> None:
    old = store.keep(io.BytesIO(b"old"))
    keys.make("second")
    later = EncryptedStore(inner, keys, "second", tmp_path / "scratch")
    new = later.keep(io.BytesIO(b"new"))
    assert (old.key_id, new.key_id) == ("first", "second")
    assert later.digest(old.key) == old.key
    assert later.keep(io.BytesIO(b"old")).key_id == "first"


def test_a_missing_key_is_named_and_a_wrong_one_is_not_taken_for_damage(
    store: EncryptedStore, inner: FolderStore, keys: Keys, tmp_path: Path
) -> None:
    key = store.keep(io.BytesIO(DATA)).key
    (tmp_path / "keys" / "first.key").rename(tmp_path / "keys" / "away")
    again = EncryptedStore(inner, Keys(tmp_path / "keys", tmp_path / "home"), "first", tmp_path / "scratch")
    for ask in (lambda: again.open(key), lambda: again.keep(io.BytesIO(b"new")), again.check):
        with pytest.raises(Unavailable, match="key first cannot be read"):
            ask()
    keys.make("first")
    for ask in (lambda: again.digest(key), lambda: again.keep(io.BytesIO(DATA))):
        with pytest.raises(Unavailable, match="another key"):
            ask()
    assert list(inner.batches()) == [[key]]


def test_keys_that_others_may_read_or_that_lie_in_the_home_are_refused(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys", tmp_path / "home")
    path = keys.make("first")
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Conflict):
        keys.make("first")
    path.chmod(0o640)
    with pytest.raises(Invalid, match="Others than its owner"):
        keys.find("first")
    path.chmod(0o600)
    path.write_text("not a key")
    with pytest.raises(Invalid, match="64 hexadecimal digits"):
        keys.find("first")
    with pytest.raises(Invalid, match="must not lie in the archive's home"):
        Keys(tmp_path / "home" / "keys", tmp_path / "home").make("first")
    with pytest.raises(Invalid, match="keys_folder is empty"):
        Keys(None, tmp_path / "home").find("first")


def test_a_profile_names_the_key_of_a_store(tmp_path: Path) -> None:
    Keys(tmp_path / "keys", tmp_path / "home").make("offsite")
    settings = Settings(home=tmp_path / "home", keys_folder=str(tmp_path / "keys"), keep_free=0)
    spec = FolderSpec(kind="folder", path=str(tmp_path / "away"), key="offsite")
    store = spec.open("away", settings)
    store.found()
    stored = store.keep(io.BytesIO(DATA))
    assert stored.key_id == "offsite"
    assert store.digest(stored.key) == stored.key
    [file] = [path for path in (tmp_path / "away" / "objects").rglob("*") if path.is_file()]
    assert DATA[:100] not in file.read_bytes()


@pytest.mark.slow
def test_a_bucket_holds_encrypted_objects_small_and_large(moto_endpoint: str, keys: Keys, tmp_path: Path) -> None:
    service = Service(moto_endpoint, access_key="a", secret_key="b", addressing="path")
    bucket = S3Store("offsite", f"b-{uuid4().hex[:8]}", service, tmp_path / "scratch")
    store = EncryptedStore(bucket, keys, "first", tmp_path / "scratch")
    store.found()
    for size in (1000, 20 << 20):
        data = random.Random(size).randbytes(size)
        key = store.keep(io.BytesIO(data)).key
        assert bucket.stat(key).size == sealed_size(size)
        assert not store.keep(io.BytesIO(data)).fresh
        with store.open(key, size // 2) as stream:
            assert stream.read() == data[size // 2 :]
        bucket.reclass(key, "STANDARD_IA")
        assert store.digest(key) == key
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(store: EncryptedStore, tmp_path: Path) -> None:
    import tracemalloc

    class Zeros(io.RawIOBase):
        left = 64 << 20

        def readinto(self, buffer: memoryview) -> int:
            count = min(len(buffer), self.left)
            self.left -= count
            return count

    tracemalloc.start()
    key = store.keep(Zeros()).key  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40 << 20
    assert store.stat(key).size == 64 << 20
    assert list((tmp_path / "scratch").iterdir()) == []


def test_copies_move_between_stores_of_different_keys_and_of_none(
    settings: Settings, keys: Keys, tmp_path: Path
) -> None:
    keys.make("another-key")
    places: dict[str, Store] = {name: FolderStore(name, tmp_path / name) for name in ("a", "b", "open")}
    for place in places.values():
        place.found()
    places["a"] = EncryptedStore(places["a"], keys, "first", tmp_path / "scratch")
    places["b"] = EncryptedStore(places["b"], keys, "another-key", tmp_path / "scratch")
    stores = Stores(settings, Stores.of(settings).profile, places)
    data = random.randbytes(200_000)
    first = places["a"].keep(io.BytesIO(data))
    file = File(name="a", size=len(data), sha256=first.sha256, copies=[Copy(store="a", key=first.key)])
    assert [stores.replicate(file, name).key_id for name in ("b", "open")] == ["another-key", None]
    file.copies = [Copy(store="b", key=first.key)]
    places["a"].delete(first.key)
    assert stores.replicate(file, "a").key_id == "first"
    for place in places.values():
        with place.open(first.key) as stream:
            assert stream.read() == data
