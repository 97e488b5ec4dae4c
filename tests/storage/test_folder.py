"""What a folder store does when its disk misbehaves."""

import fcntl
import io
import os
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from media_archive.errors import Damaged, NoSpace, NotFound, Unavailable
from media_archive.storage.stores import disk
from media_archive.storage.stores.folder import FolderStore

MIB = 1 << 20


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    made = FolderStore("main", tmp_path / "store")
    made.found()
    return made


def drafts(root: Path) -> list[Path]:
    return list((root / "incoming").iterdir())


def test_stored_files_are_read_only_and_lie_where_their_digest_says(store: FolderStore) -> None:
    key = store.keep(io.BytesIO(b"bytes")).key
    path = store.path(key)
    assert path is not None
    assert path.parts[-3:] == ("objects", key[:2], key)
    assert stat.S_IMODE(path.stat().st_mode) & 0o222 == 0
    assert path.stat().st_nlink == 1


def test_a_disk_that_fills_up_while_writing_leaves_nothing(small_disk: Callable[[int], Path]) -> None:
    root = small_disk(4 * MIB)
    store = FolderStore("main", root)
    store.found()
    kept = store.keep(io.BytesIO(b"small")).key
    with pytest.raises(NoSpace, match="full"):
        store.keep(io.BytesIO(b"x" * 8 * MIB))
    with pytest.raises(NoSpace, match="full"):
        store.put("large", io.BytesIO(b"x" * 8 * MIB))
    assert drafts(root) == []
    assert list(store.batches()) == [[kept]]
    store.keep(io.BytesIO(b"y" * MIB))


def test_a_deposit_stops_before_it_takes_the_space_that_is_to_stay_free(small_disk: Callable[[int], Path]) -> None:
    root = small_disk(8 * MIB)
    FolderStore("main", root).found()
    store = FolderStore("main", root, keep_free=4 * MIB)
    store.keep(io.BytesIO(b"x" * MIB))
    with pytest.raises(NoSpace, match="keep_free"):
        store.keep(io.BytesIO(b"y" * 5 * MIB), size=5 * MIB)
    with pytest.raises(NoSpace, match="keep_free"):
        FolderStore("main", root, keep_free=9 * MIB).check(writing=True)
    assert drafts(root) == []


def test_a_read_only_disk_is_named_and_still_read(small_disk: Callable[[int], Path]) -> None:
    root = small_disk(4 * MIB)
    store = FolderStore("main", root)
    store.found()
    key = store.keep(io.BytesIO(b"bytes")).key
    subprocess.run(["mount", "-o", "remount,ro", str(root)], check=True)
    with pytest.raises(Unavailable, match="read-only"):
        store.keep(io.BytesIO(b"more"))
    with pytest.raises(Unavailable, match="read-only"):
        store.check(writing=True)
    store.check()
    with store.open(key) as stream:
        assert stream.read() == b"bytes"


def test_a_mount_point_without_its_disk_is_not_filled(tmp_path: Path, small_disk: Callable[[int], Path]) -> None:
    root = small_disk(4 * MIB)
    store = FolderStore("second", root)
    store.found()
    key = store.keep(io.BytesIO(b"bytes")).key
    subprocess.run(["umount", str(root)], check=True)
    for again in (store, FolderStore("second", root)):
        with pytest.raises(Unavailable, match="not mounted"):
            again.keep(io.BytesIO(b"more"))
        with pytest.raises(Unavailable, match="not mounted"):
            again.open(key)
        with pytest.raises(Unavailable, match="not mounted"):
            again.check()
    assert list(root.iterdir()) == []


def test_another_stores_disk_is_refused(store: FolderStore, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="holds the store main, not second"):
        FolderStore("second", tmp_path / "store").keep(io.BytesIO(b"bytes"))


def test_a_folder_that_is_no_store_yet_says_how_to_make_it_one(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="media-archive init"):
        FolderStore("main", tmp_path / "nothing").keep(io.BytesIO(b"bytes"))
    assert not (tmp_path / "nothing").exists()


def test_a_lost_shard_folder_is_made_again(store: FolderStore, tmp_path: Path) -> None:
    key = store.keep(io.BytesIO(b"bytes")).key
    store.delete(key)
    (tmp_path / "store" / "objects" / key[:2]).rmdir()
    assert store.keep(io.BytesIO(b"bytes")).key == key


def test_drafts_of_the_dead_are_swept_and_those_of_the_living_stay(store: FolderStore, tmp_path: Path) -> None:
    incoming = tmp_path / "store" / "incoming"
    for name in ("dead", "young", "living"):
        (incoming / name).write_bytes(b"half")
    long_ago = time.time() - 3600
    for name in ("dead", "living"):
        os.utime(incoming / name, (long_ago, long_ago))
    with (incoming / "living").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert store.sweep() == 1
    assert sorted(path.name for path in drafts(tmp_path / "store")) == ["living", "young"]


def test_a_running_deposit_survives_a_sweep(store: FolderStore, tmp_path: Path) -> None:
    class Sweeping(io.BytesIO):
        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            for draft in drafts(tmp_path / "store"):
                os.utime(draft, (time.time() - 3600,) * 2)
            assert FolderStore("main", tmp_path / "store").sweep() == 0
            return super().readinto(buffer)

    assert store.keep(Sweeping(b"bytes")).fresh


def test_a_medium_that_gives_back_other_bytes_is_found_out(
    store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def lying(handle: int) -> None:
        sync(handle)
        if os.fstat(handle).st_size == 5:
            os.pwrite(handle, b"B", 0)

    monkeypatch.setattr(os, "fsync", lying)
    with pytest.raises(Damaged, match="other bytes"):
        store.keep(io.BytesIO(b"bytes"))
    assert list(store.batches()) == []
    assert drafts(tmp_path / "store") == []


def test_an_unreadable_file_counts_as_damaged(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    key = store.keep(io.BytesIO(b"bytes")).key

    def failing(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(disk, "pour", failing)
    with pytest.raises(Damaged, match="cannot read"):
        store.digest(key)


def test_the_read_back_asks_the_disk_and_not_the_cache(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    dropped: list[int] = []
    advise = os.posix_fadvise

    def watching(handle: int, start: int, length: int, advice: int) -> None:
        dropped.append(advice)
        advise(handle, start, length, advice)

    monkeypatch.setattr(os, "posix_fadvise", watching)
    store.digest(store.keep(io.BytesIO(b"bytes")).key)
    assert dropped.count(os.POSIX_FADV_DONTNEED) == 2


def test_what_vanished_is_not_found_but_the_store_answers(store: FolderStore) -> None:
    key = store.keep(io.BytesIO(b"bytes")).key
    path = store.path(key)
    assert path is not None
    path.unlink()
    with pytest.raises(NotFound):
        store.digest(key)
    store.check(writing=True)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(store: FolderStore) -> None:
    import tracemalloc

    class Zeros(io.RawIOBase):
        left = 200 * MIB

        def readinto(self, buffer: memoryview) -> int:
            count = min(len(buffer), self.left)
            self.left -= count
            return count

    tracemalloc.start()
    store.keep(Zeros(), size=200 * MIB)  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * MIB
