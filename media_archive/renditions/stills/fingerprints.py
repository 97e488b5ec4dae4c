"""What stands for a picture where it is not there itself: perceptual hash, dominant colour, placeholder.

All three come from one tiny copy of the smallest rendition. Runs in the reader process only.
"""

import base64
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyvips
from numpy.typing import NDArray

Pixels = NDArray[np.float32]

#: edge of the square copy that everything is computed from
EDGE = 64
#: the hash looks at the picture in 32 × 32 samples, and at its 8 × 8 lowest frequencies but the flat ones
SAMPLES, KEPT = 32, 8
#: luma of BT.601, on values as shown
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
BLUE_DIFFERENCE = np.array([-0.168736, -0.331264, 0.5], np.float32)
RED_DIFFERENCE = np.array([0.5, -0.418688, -0.081312], np.float32)

#: bins of colour in each direction, of 32 levels
BINS = 8
#: cosines across and down in a placeholder: luma along the longer side, and both chromas
MOST_WAVES, CHROMA_WAVES = 7, 3
#: levels to either side of zero that four bits hold
LEVELS = 7


@dataclass(frozen=True)
class Fingerprint:
    """phash: 16 hexadecimal digits; detail: how much there is to compare, 0 for a flat picture;
    colour: "#rrggbb"; placeholder: see `placeholder`."""

    phash: str
    detail: float
    colour: str
    placeholder: str


def fingerprint(image: pyvips.Image) -> Fingerprint:
    """Of an upright sRGB or grey picture of 8 bits without transparency."""
    pixels = _tiny(image)
    phash, detail = perceptual_hash(pixels @ LUMA)
    return Fingerprint(phash, detail, dominant(pixels), placeholder(pixels, image.width, image.height))


def _tiny(image: pyvips.Image) -> Pixels:
    """The picture in EDGE × EDGE pixels of three bands, whatever its shape."""
    small = image.resize(EDGE / image.width, vscale=EDGE / image.height)
    samples = np.frombuffer(small.write_to_memory(), np.uint8).reshape(small.height, small.width, small.bands)
    return np.ascontiguousarray(np.broadcast_to(samples[..., :3], (EDGE, EDGE, 3)), dtype=np.float32)


def perceptual_hash(luma: Pixels) -> tuple[str, float]:
    """The 64-bit DCT hash of EDGE × EDGE luma values, and the spread of the coefficients that it is read from.

    C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010), chapter 3.2: 32 × 32
    luma samples, their DCT-II, of it the coefficients 1 to 8 in both directions; a bit is set where a coefficient is
    above their median, row by row, the first is the highest. Two pictures are compared by the bits that differ.
    """
    step = EDGE // SAMPLES
    samples = luma.reshape(SAMPLES, step, SAMPLES, step).mean(axis=(1, 3))
    waves = _cosines(SAMPLES, KEPT + 1)[1:]
    low: Pixels = waves @ samples @ waves.T
    bits = np.packbits((low > np.median(low)).ravel())
    return bits.tobytes().hex(), round(float(low.std()), 2)


@lru_cache
def _cosines(samples: int, waves: int) -> Pixels:
    """Rows of the orthonormal DCT-II: wave k is cos(π k (2 n + 1) / 2 N)."""
    n, k = np.arange(samples), np.arange(waves)[:, None]
    rows: NDArray[np.float64] = np.cos(np.pi * k * (2 * n + 1) / (2 * samples)) * np.sqrt(2 / samples)
    rows[0] /= np.sqrt(2)
    return rows.astype(np.float32)


def dominant(pixels: Pixels) -> str:
    """The colour that most of the picture is near to, as "#rrggbb": sky or wall, not the grey that all add up to.

    The 8 × 8 × 8 bins of colour whose neighbourhood holds the most pixels; the mean of those in it.
    """
    flat = pixels.reshape(-1, 3)
    bins = flat.astype(np.intp) >> 5
    counts = np.bincount(bins @ (BINS * BINS, BINS, 1), minlength=BINS**3).reshape((BINS,) * 3)
    # a bin's own pixels count double, so that the middle of a cluster wins over its edge
    around = counts + _neighbourhoods(counts)
    best = np.unravel_index(int(around.argmax()), around.shape)
    near = (np.abs(bins - best) <= 1).all(axis=1)
    red, green, blue = np.rint(flat[near].mean(axis=0)).astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _neighbourhoods(counts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Sums over each bin and those beside it."""
    for axis in range(3):
        padded = np.pad(np.cumsum(counts, axis=axis), [(2, 1) if one == axis else (0, 0) for one in range(3)], "edge")
        padded = np.moveaxis(padded, axis, 0).copy()
        padded[:2] = 0
        counts = np.moveaxis(padded[3:] - padded[:-3], 0, axis)
    return counts


def placeholder(pixels: Pixels, width: int, height: int) -> str:
    """The picture as a few cosines, in base64 for addresses without padding: at most 51 characters.

    Bytes: waves across × 16 + waves down of luma; mean luma, mean Cb + 128, mean Cr + 128; largest amplitude of luma
    and of chroma; then amplitudes in 4 bits each, the higher half of a byte first, as -7 to 7 parts of the largest
    plus 8: luma row by row without its mean, then Cb and Cr of 3 × 3 waves each likewise.
    `webapp/frontend/js/lib/placeholder.js` paints it.
    """
    across, down = _waves(width, height)
    luma = _spectrum(pixels @ LUMA, across, down)
    blue = _spectrum(pixels @ BLUE_DIFFERENCE, CHROMA_WAVES, CHROMA_WAVES)
    red = _spectrum(pixels @ RED_DIFFERENCE, CHROMA_WAVES, CHROMA_WAVES)
    chroma = np.concatenate([blue[1:], red[1:]])
    most_luma, most_chroma = _most(luma[1:]), _most(chroma)
    head = [
        across << 4 | down,
        *(_byte(mean) for mean in (luma[0], blue[0] + 128, red[0] + 128)),
        most_luma,
        most_chroma,
    ]
    nibbles = np.concatenate([_levels(luma[1:], most_luma), _levels(chroma, most_chroma)])
    if len(nibbles) % 2:
        nibbles = np.append(nibbles, 0)
    data = bytes(head) + (nibbles[::2] << 4 | nibbles[1::2]).astype(np.uint8).tobytes()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _waves(width: int, height: int) -> tuple[int, int]:
    shorter = max(2, round(MOST_WAVES * min(width, height) / max(width, height)))
    return (MOST_WAVES, shorter) if width >= height else (shorter, MOST_WAVES)


def _spectrum(channel: Pixels, across: int, down: int) -> Pixels:
    """Amplitudes of the lowest waves, row by row; the first is the mean."""
    low = (_cosines(EDGE, down) @ channel @ _cosines(EDGE, across).T / EDGE).astype(np.float32)
    low[1:] *= np.sqrt(2)
    low[:, 1:] *= np.sqrt(2)
    return low.ravel()


def _byte(value: float) -> int:
    return int(min(255, max(0, round(float(value)))))


def _most(amplitudes: Pixels) -> int:
    return max(1, _byte(float(np.abs(amplitudes).max())))


def _levels(amplitudes: Pixels, most: int) -> NDArray[np.intp]:
    return np.clip(np.rint(amplitudes / most * LEVELS), -LEVELS, LEVELS).astype(np.intp) + LEVELS + 1
