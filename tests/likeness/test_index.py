"""The index finds exactly what comparing everything finds, and survives what happens to files."""

import shutil
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from media_archive.errors import Damaged
from media_archive.likeness.index import building
from media_archive.likeness.index.bands import ENTRY, Index
from media_archive.likeness.index.building import Builder

COUNT = 60_000


def _keys(count: int) -> np.ndarray:
    keys = np.zeros((count, 16), np.uint8)
    keys[:, 12:] = np.arange(count, dtype=">u4").view(np.uint8).reshape(-1, 4)
    return keys


@pytest.fixture(scope="module")
def hashes() -> np.ndarray:
    """Hashes that crowd around a few values in one band, as real ones do, and the neighbours of one."""
    noise = np.random.default_rng(4)
    made = noise.integers(0, 2**64, COUNT, dtype=np.uint64)
    made[: COUNT // 2] &= np.uint64(0xFFFF_FFFF_FFFF_0003)
    for bits in range(14):
        for place in noise.choice(64, bits, replace=False):
            made[100 + bits] ^= np.uint64(1) << np.uint64(place)
        made[100 + bits] ^= made[100 + bits] ^ _turned(int(made[0]), noise.choice(64, bits, replace=False))
    return made


def _turned(phash: int, places: np.ndarray) -> np.uint64:
    for place in places:
        phash ^= 1 << int(place)
    return np.uint64(phash)


@pytest.fixture(scope="module")
def folder(hashes: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index") / "generation"
    before, building.CHUNK = building.CHUNK, 7_001  # several chunks, the last of them short
    try:
        builder = Builder(folder)
        for start in range(0, COUNT, 10_000):
            builder.add(hashes[start : start + 10_000], _keys(COUNT)[start : start + 10_000])
        assert builder.finish() == COUNT
    finally:
        building.CHUNK = before
    return folder


@pytest.mark.parametrize("radius", [0, 3, 4, 6, 7, 11, 12, 20])
def test_the_neighbours_are_those_that_comparing_everything_finds(
    folder: Path, hashes: np.ndarray, radius: int
) -> None:
    index = Index(folder, COUNT)
    for number in (0, 103, 40_000, 59_999):
        apart = np.bitwise_count(hashes ^ hashes[number])
        expected = {(int(row), int(apart[row])) for row in np.flatnonzero(apart <= radius)}
        found = index.near(int(hashes[number]), radius, COUNT)
        assert {(one.asset_id.int, one.distance) for one in found} == expected
        assert [one.distance for one in found] == sorted(one.distance for one in found)
        assert all(int(hashes[one.asset_id.int]) == one.phash for one in found)


def test_no_more_than_asked_for_come_back_the_nearest_first(folder: Path, hashes: np.ndarray) -> None:
    found = Index(folder, COUNT).near(int(hashes[0]), 11, 5)
    assert [one.distance for one in found] == [0, 0, 1, 2, 3]


def test_what_was_added_later_is_found_while_the_index_stays_open(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    index, asked = Index(copy, COUNT), 0x0123_4567_89AB_CDEF
    assert index.near(asked, 2, 9) == []
    entry = np.array([(7, asked ^ 1, UUID(int=77).bytes)], ENTRY).tobytes()
    with (copy / "tail").open("ab") as tail:
        tail.write(entry + entry[:10])  # the second is still being written
    assert [(one.asset_id.int, one.distance) for one in index.near(asked, 2, 9)] == [(77, 1)]


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    assert Builder(tmp_path / "g").finish() == 0
    assert Index(tmp_path / "g", 0).near(5, 7, 9) == []


@pytest.mark.parametrize("name", ["hashes", "keys", "order", "starts"])
def test_a_file_that_is_too_short_is_found_out(folder: Path, tmp_path: Path, name: str) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    (copy / name).write_bytes((copy / name).read_bytes()[:-4])
    with pytest.raises(Damaged):
        Index(copy, COUNT)
