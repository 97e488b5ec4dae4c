"""How loud which pitch is when, out of a stream of samples, in bounded memory whatever its length."""

from pathlib import Path

import numpy as np

from media_archive.renditions import parameters
from media_archive.renditions.sound.peaks import SAMPLE

#: samples of one look, and from one to the next
WINDOW, STEP = 4096, 2048
#: power that counts as none
FLOOR = 1e-12

Samples = np.ndarray[tuple[int, ...], np.dtype[np.float32]]


class Spectrum:
    """Takes samples as they come; keeps the mean power of each band of pitch in each stretch of time.

    Bands are of equal width on a logarithmic scale. When there are as many stretches as the recipe allows, neighbours
    are joined.
    """

    def __init__(self, told: parameters.Spectrogram, channels: int, sample_rate: int) -> None:
        self._channels, self._frame = channels, channels * SAMPLE
        self._rest, self._samples = bytearray(), np.empty(0, np.float32)
        self._shape = np.hanning(WINDOW).astype(np.float32)
        edges = np.geomspace(told.lowest, told.highest, told.height + 1) * WINDOW / sample_rate
        self._first = np.clip(edges[:-1].astype(int), 1, WINDOW // 2)
        self._last = np.maximum(self._first + 1, np.clip(np.ceil(edges[1:]).astype(int), 2, WINDOW // 2 + 1))
        self._power: Samples = np.zeros((told.columns, told.height), np.float32)
        self._looks = np.zeros(told.columns, np.int64)
        #: looks that go into one stretch, and stretches so far
        self._each, self.length = 1, 0

    def take(self, data: bytes) -> None:
        """Samples of 16 bits, channel by channel, cut anywhere."""
        self._rest += data
        used = len(self._rest) // self._frame * self._frame
        heard = np.frombuffer(bytes(self._rest[:used]), "<i2").reshape(-1, self._channels)
        del self._rest[:used]
        mixed = heard.mean(axis=1, dtype=np.float32) / 32768
        self._samples = np.concatenate((self._samples, mixed))
        if (count := (len(self._samples) - WINDOW) // STEP + 1) > 0:
            views = np.lib.stride_tricks.sliding_window_view(self._samples, WINDOW)[: count * STEP : STEP]
            for power in self._banded(views):
                self._add(power)
            self._samples = self._samples[count * STEP :].copy()

    def finish(self) -> None:
        """Counts what is left of a recording shorter than one look."""
        if not self.length and len(self._samples):
            self.take(bytes(self._frame * (WINDOW - len(self._samples))))

    def write(self, path: Path) -> None:
        """Decibels below full scale as an array (stretches, bands), the lowest band first."""
        power = self._power[: self.length] / np.maximum(self._looks[: self.length, None], 1)
        np.save(path, 10 * np.log10(np.maximum(power, FLOOR)).astype(np.float32))

    def _banded(self, views: Samples) -> Samples:
        power = np.abs(np.fft.rfft(views * self._shape, axis=1)) ** 2 / (self._shape.sum() / 2) ** 2
        sums = np.concatenate((np.zeros((len(power), 1)), np.cumsum(power, axis=1)), axis=1)
        bands: Samples = (sums[:, self._last] - sums[:, self._first]).astype(np.float32)
        return bands

    def _add(self, power: Samples) -> None:
        if not self.length or self._looks[self.length - 1] == self._each:
            if self.length == len(self._power):
                self._join()
            self.length += 1
        self._power[self.length - 1] += power
        self._looks[self.length - 1] += 1

    def _join(self) -> None:
        half = self.length // 2
        for kept in (self._power, self._looks):
            kept[:half] = kept[0 : 2 * half : 2] + kept[1 : 2 * half : 2]
            kept[half:] = 0
        self.length, self._each = half, self._each * 2
