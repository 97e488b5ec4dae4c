"""Finding the hashes near to a hash among many millions.

Multi-index hashing (Norouzi, Punjani, Fleet: "Fast Exact Search in Hamming Space with Multi-Index Hashing", 2014): a
hash of 64 bits is four bands of 16. Two hashes that differ in at most r bits differ in at most r // 4 bits in one of
the bands at least. So for each band the entries lie sorted by it, and only those are compared whose band is the
asked one with at most r // 4 bits turned. Exact up to a radius of 11; beyond it everything is compared.

On disk, little-endian, n entries: `hashes` n × uint64, `keys` n × 16 bytes (ids of assets), `order` 4 × n × uint32 (the
entries' numbers, sorted by band), `starts` 4 × 65537 × uint32 (where in `order` each value of the band begins), and
`tail`: entries that came later, compared one by one. What is found is a hint: the catalogue says whether it still holds.
"""

import threading
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from media_archive.errors import Damaged

BANDS, BAND_BITS = 4, 16
VALUES = 1 << BAND_BITS
KEY_BYTES = 16
#: bits turned in a band at most: beyond, the bands would give more entries than are worth it
MOST_TURNED = 2
#: entries compared at a time where all are
CHUNK = 1 << 20
ENTRY = np.dtype([("position", "<u8"), ("phash", "<u8"), ("key", "V16")])

Hashes = NDArray[np.uint64]
Rows = NDArray[np.uint32]
Numbers = NDArray[np.intp]


@dataclass(frozen=True)
class Neighbour:
    """An asset whose hash differs in `distance` bits, as the index knows it."""

    asset_id: UUID
    phash: int
    distance: int


def band_of(hashes: Hashes, band: int) -> NDArray[np.uint16]:
    """That band of each hash."""
    return (hashes >> np.uint64(band * BAND_BITS)).astype(np.uint16)


@lru_cache
def turns(most: int) -> NDArray[np.uint16]:
    """Every value of a band with at most `most` bits set."""
    bits = [1 << place for place in range(BAND_BITS)]
    chosen = [sum(some) for count in range(most + 1) for some in combinations(bits, count)]
    return np.array(chosen, np.uint16)


class Index:
    """One generation of the index, open for reading; Damaged where its files are not what they should be."""

    def __init__(self, folder: Path, count: int) -> None:
        self.count = count
        self._tail_file = folder / "tail"
        self._lock = threading.Lock()
        self._tail: NDArray[np.void] = np.empty(0, ENTRY)
        try:
            self._tail_file.stat()
            self._hashes: Hashes = self._map(folder / "hashes", np.uint64, (count,))
            self._keys = self._map(folder / "keys", np.uint8, (count, KEY_BYTES))
            self._order: Rows = self._map(folder / "order", np.uint32, (BANDS, count))
            self._starts: Rows = self._map(folder / "starts", np.uint32, (BANDS, VALUES + 1))
        except (OSError, ValueError) as exc:
            raise Damaged("The index of alike pictures in {folder} is damaged.", folder=str(folder)) from exc

    @staticmethod
    def _map(file: Path, kind: type[np.generic], shape: tuple[int, ...]) -> NDArray:  # type: ignore[type-arg]
        if file.stat().st_size != np.dtype(kind).itemsize * int(np.prod(shape)):
            raise ValueError(file)
        # nothing can be mapped of an empty file
        return np.memmap(file, kind, "r", shape=shape) if np.prod(shape) else np.empty(shape, kind)

    def near(self, phash: int, radius: int, most: int) -> list[Neighbour]:
        """The nearest `most` entries that differ from `phash` in at most `radius` bits, the nearest first."""
        asked = np.uint64(phash)
        rows = self._candidates(phash, radius)
        found = [] if rows is None else [self._compared(asked, rows, radius)]
        if rows is None:
            found = [self._scanned(asked, start, radius) for start in range(0, self.count, CHUNK)]
        hits = [
            Neighbour(UUID(bytes=self._keys[row].tobytes()), *self._told(row, asked)) for one in found for row in one
        ]
        tail = self._later()
        apart = np.bitwise_count(tail["phash"] ^ asked)
        hits += [
            Neighbour(UUID(bytes=tail["key"][row].tobytes()), int(tail["phash"][row]), int(apart[row]))
            for row in np.flatnonzero(apart <= radius)
        ]
        return sorted(hits, key=lambda one: (one.distance, one.asset_id))[:most]

    def _told(self, row: int, asked: np.uint64) -> tuple[int, int]:
        phash = int(self._hashes[row])
        return phash, (phash ^ int(asked)).bit_count()

    def _candidates(self, phash: int, radius: int) -> Rows | None:
        """Numbers of the entries that may be near; None where comparing all is cheaper."""
        turned = radius // BANDS
        if turned > MOST_TURNED:
            return None
        spans = []
        for band in range(BANDS):
            values = turns(turned) ^ np.uint16(phash >> band * BAND_BITS & VALUES - 1)
            starts = self._starts[band]
            spans.append((band, starts[values], starts[values.astype(np.intp) + 1]))
        if sum(int((ends - begins).sum()) for _, begins, ends in spans) > self.count // 2 + CHUNK:
            return None
        parts = [self._order[band, b:e] for band, begins, ends in spans for b, e in zip(begins, ends, strict=True)]
        return np.concatenate(parts)

    def _compared(self, asked: np.uint64, rows: Rows, radius: int) -> Numbers:
        near = rows[np.bitwise_count(self._hashes[rows] ^ asked) <= radius]
        return np.unique(near).astype(np.intp)  # an entry may be near in several bands

    def _scanned(self, asked: np.uint64, start: int, radius: int) -> Numbers:
        part = self._hashes[start : start + CHUNK]
        return np.flatnonzero(np.bitwise_count(part ^ asked) <= radius) + start

    def _later(self) -> NDArray[np.void]:
        """The tail as it is now; entries that are still being written are left out."""
        with self._lock:
            there = self._tail_file.stat().st_size // ENTRY.itemsize
            if there > len(self._tail):
                with self._tail_file.open("rb") as file:
                    file.seek(len(self._tail) * ENTRY.itemsize)
                    new = np.frombuffer(file.read((there - len(self._tail)) * ENTRY.itemsize), ENTRY)
                self._tail = np.concatenate([self._tail, new])
            return self._tail
