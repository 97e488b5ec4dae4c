"""Writing a generation of the index in bounded memory: a few megabytes beside the files themselves."""

import os
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from media_archive.likeness.index.bands import BANDS, KEY_BYTES, VALUES, Hashes, band_of

#: entries sorted at a time
CHUNK = 1 << 20


class Builder:
    """Takes entries in any order; `finish` makes the files that `bands.Index` reads."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._hashes, self._keys = self._new("hashes"), self._new("keys")
        self.count = 0

    def _new(self, name: str) -> BinaryIO:
        return (self._folder / name).open("wb")

    def add(self, hashes: Hashes, keys: NDArray[np.uint8]) -> None:
        """Adds n hashes and the n × 16 bytes of the ids that they belong to."""
        assert keys.shape == (len(hashes), KEY_BYTES)
        self._hashes.write(np.ascontiguousarray(hashes, "<u8").tobytes())
        self._keys.write(np.ascontiguousarray(keys).tobytes())
        self.count += len(hashes)

    def finish(self) -> int:
        """Sorts, writes everything to the disk, and returns how many entries there are."""
        for file in (self._hashes, self._keys):
            _close(file)
        with self._new("tail") as tail, self._new("starts") as starts, self._new("order") as order:
            order.truncate(BANDS * self.count * 4)
            for band in range(BANDS):
                starts.write(self._sort(band).tobytes())
            for file in (tail, starts, order):
                _close(file)
        return self.count

    def _sort(self, band: int) -> NDArray[np.uint32]:
        """A counting sort of one band, a chunk at a time; returns where each value begins."""
        starts = np.zeros(VALUES + 1, np.int64)
        if not self.count:
            return starts.astype(np.uint32)
        hashes = np.memmap(self._folder / "hashes", np.uint64, "r", shape=(self.count,))
        chunks = range(0, self.count, CHUNK)
        for first in chunks:
            starts[1:] += np.bincount(band_of(hashes[first : first + CHUNK], band), minlength=VALUES)
        np.cumsum(starts, out=starts)
        order = np.memmap(self._folder / "order", np.uint32, "r+", offset=4 * band * self.count, shape=(self.count,))
        free = starts[:-1].copy()
        for first in chunks:
            _place(order, free, first, band_of(hashes[first : first + CHUNK], band))
        order.flush()
        return starts.astype(np.uint32)


def _place(order: NDArray[np.uint32], free: NDArray[np.int64], first: int, values: NDArray[np.uint16]) -> None:
    """Puts the entries from `first` on, whose band has `values`, where `free` says that their values go on."""
    sorting = np.argsort(values, kind="stable")
    counts = np.bincount(values, minlength=VALUES)
    within = np.arange(len(values)) - np.repeat(np.cumsum(counts) - counts, counts)
    order[free[values[sorting]] + within] = sorting.astype(np.uint32) + np.uint32(first)
    free += counts


def _close(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()
