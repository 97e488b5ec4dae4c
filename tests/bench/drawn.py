"""Photographs as cameras write them, drawn for measurements."""

from pathlib import Path

import numpy as np
from PIL import Image


def scene(seed: int, width: int, height: int) -> Image.Image:
    """Smooth light with texture on it: 24 megapixels compress to about 8 MB at quality 92, as a camera's picture does."""
    noise = np.random.default_rng(seed)
    coarse = Image.fromarray(noise.integers(0, 256, (40, 60, 3), dtype=np.uint8)).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    grain = noise.normal(0, 9, (height, width, 1)).astype(np.int16)
    return Image.fromarray(np.clip(np.asarray(coarse, dtype=np.int16) + grain, 0, 255).astype(np.uint8))


def photograph(path: Path, seed: int, width: int = 6000, height: int = 4000) -> Path:
    """A JPEG with the words that a camera writes."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0132] = "Maker", "Model", "2017:06:12 09:30:00"
    exif.get_ifd(0x8769)[0x9003] = "2017:06:12 09:30:00"
    scene(seed, width, height).save(path, quality=92, exif=exif)
    return path
