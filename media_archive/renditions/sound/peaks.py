"""Waveform peaks out of a stream of samples, in bounded memory whatever its length."""

import json
from pathlib import Path

import numpy as np

from media_archive.renditions import parameters

#: bytes of a sample: signed, 16 bits, little-endian
SAMPLE = 2


#: least and greatest of each stretch of each channel: (stretches, channels, 2)
Pairs = np.ndarray[tuple[int, ...], np.dtype[np.int8]]


class Peaks:
    """Takes samples as they come; keeps the least and the greatest of each stretch of every channel.

    When the recipe's `most_pairs` are reached, neighbours are joined and stretches become twice as long.
    """

    def __init__(self, told: parameters.Peaks, channels: int, sample_rate: int) -> None:
        self.channels, self.sample_rate = channels, sample_rate
        self.samples, self.length = told.least_samples, 0
        self._rest = bytearray()
        self._pairs: Pairs = np.empty((told.most_pairs, channels, 2), dtype=np.int8)

    def take(self, data: bytes) -> None:
        """Samples of 16 bits, channel by channel, cut anywhere."""
        self._rest += data
        while whole := min(len(self._rest) // self._stretch, len(self._pairs) - self.length):
            self._add(whole, self.samples)
            if self.length == len(self._pairs):
                self._join()

    def finish(self) -> None:
        """Counts the samples of the last, shorter stretch."""
        if frames := len(self._rest) // (self.channels * SAMPLE):
            self._add(1, frames)
        self._rest.clear()

    def write(self, path: Path, most: int | None = None) -> None:
        """The JSON format of audiowaveform, version 2: pairs of least and greatest, channel by channel; at most `most`."""
        pairs, samples = self._pairs[: self.length], self.samples
        while most is not None and len(pairs) > most:
            pairs, samples = _joined(pairs), samples * 2
        shape = {
            "version": 2,
            "channels": self.channels,
            "sample_rate": self.sample_rate,
            "samples_per_pixel": samples,
            "bits": 8,
            "length": len(pairs),
            "data": pairs.reshape(-1).tolist(),
        }
        path.write_text(json.dumps(shape, separators=(",", ":")), "ascii")

    @property
    def _stretch(self) -> int:
        return self.samples * self.channels * SAMPLE

    def _add(self, stretches: int, samples: int) -> None:
        used = stretches * samples * self.channels * SAMPLE
        heard = np.frombuffer(bytes(self._rest[:used]), "<i2").reshape(stretches, samples, self.channels)
        # the high byte of a sample is the sample in 8 bits
        pairs = np.stack((heard.min(axis=1) >> 8, heard.max(axis=1) >> 8), axis=-1)
        self._pairs[self.length : self.length + stretches] = pairs
        self.length += stretches
        del self._rest[:used]

    def _join(self) -> None:
        self._pairs[: self.length // 2] = _joined(self._pairs[: self.length])
        self.length //= 2
        self.samples *= 2


def _joined(pairs: Pairs) -> Pairs:
    """Neighbours joined to stretches twice as long; the last may stand alone."""
    if len(pairs) % 2:
        pairs = np.concatenate((pairs, pairs[-1:]))
    least = np.minimum(pairs[0::2, :, 0], pairs[1::2, :, 0])
    greatest = np.maximum(pairs[0::2, :, 1], pairs[1::2, :, 1])
    return np.stack((least, greatest), axis=-1)
