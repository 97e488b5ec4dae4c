"""Samples that have no white of their own, such as heights, temperatures or light, as pictures. In the reader process only."""

import numpy as np
import pyvips
from numpy.typing import NDArray

#: spaces whose samples mean colours, whatever numbers they are
COLOURS = ("lab", "labs", "labq", "xyz", "cmyk")
#: percentiles between which grey is spread: single samples decide nothing
DARK, BRIGHT = 0.5, 99.5
#: values that surveys write where nothing was measured; the first is taken for all others
NOTHING = (-9999, -32767, -32768)
#: nothing is so large but what stands for nothing
MOST = 1e30
#: the largest number, and how bright a picture must be, that was stored in levels and only counts in fractions
LEVELS = ((255, 128), (65535, 16384))


def is_measured(image: pyvips.Image) -> bool:
    """Whether black and white must be found in the samples: those of 8 and 16 bits without sign have theirs."""
    return image.format not in ("uchar", "ushort") and image.interpretation not in COLOURS


def without_gaps(image: pyvips.Image) -> pyvips.Image:
    """What is no number as the number for nothing; so a resampler does not spread it."""
    return (image.abs() < MOST).ifthenelse(image, NOTHING[0]) if image.format in ("float", "double") else image


def spread(image: pyvips.Image) -> pyvips.Image:
    """Measured samples, which are in memory, as a picture: light that is brighter than white is taken back, grey is spread."""
    samples = image.numpy().reshape(image.height * image.width, image.bands)
    light = image.interpretation == "scrgb" and image.bands > 2
    valid = samples[:, :3] if light else samples
    valid = valid[~np.isin(np.rint(valid), NOTHING)]
    if not len(valid):
        return (image * 0).cast("uchar").copy(interpretation="srgb" if image.bands > 2 else "b-w")
    return _light(image, valid) if light else _grey(image, valid)


def _light(image: pyvips.Image, valid: NDArray[np.float32]) -> pyvips.Image:
    """Linear light with 1 for white, or levels that a program has only counted in fractions."""
    peak, largest = float(np.percentile(valid, BRIGHT)), float(valid.max())
    for most, least in LEVELS:
        if largest <= most and peak >= least:
            return (image.extract_band(0, n=3) * (255 / most)).cast("uchar").copy(interpretation="srgb")
    if peak <= 1:
        return image
    colours = image.extract_band(0, n=3) / peak
    made = colours.bandjoin(image.extract_band(3)) if image.hasalpha() else colours
    return made.copy(interpretation="scrgb")


def _grey(image: pyvips.Image, valid: NDArray[np.float32]) -> pyvips.Image:
    dark, bright = (float(one) for one in np.percentile(valid, (DARK, BRIGHT)))
    scale = 255 / (bright - dark) if bright > dark else 0
    made = image.linear(scale, -dark * scale).cast("uchar")
    return made.copy(interpretation="srgb" if image.bands > 2 else "b-w")
