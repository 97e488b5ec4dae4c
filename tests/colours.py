"""The difference of two pictures as people see it: CIEDE2000 (Sharma, Wu and Dalal 2005), written for tests."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Values = NDArray[np.float64]
#: sRGB to XYZ (IEC 61966-2-1), and its white
MATRIX = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = MATRIX.sum(axis=1)
#: pictures are averaged over squares of so many pixels: colours are compared, not the grain that JPEG leaves
SQUARE = 4


def lab(path: Path, size: tuple[int, int] | None = None) -> Values:
    """CIELAB of the sRGB picture at `path`, averaged over squares, as (rows, columns, 3)."""
    image = Image.open(path).convert("RGB")
    if size and image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS)
    small = image.resize((max(1, image.width // SQUARE), max(1, image.height // SQUARE)), Image.Resampling.BOX)
    return lab_of(np.asarray(small, dtype=np.float64) / 255)


def lab_of(values: Values) -> Values:
    """CIELAB of sRGB values from 0 to 1."""
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    ratio = linear @ MATRIX.T / WHITE
    root = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    x, y, z = np.moveaxis(root, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def delta_e(one: Values, other: Values) -> Values:
    """CIEDE2000 of each pair of colours."""
    (l1, a1, b1), (l2, a2, b2) = np.moveaxis(one, -1, 0), np.moveaxis(other, -1, 0)
    mean_chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(mean_chroma**7 / (mean_chroma**7 + 25.0**7)))
    c1, c2 = np.hypot(a1 * (1 + g), b1), np.hypot(a2 * (1 + g), b2)
    h1, h2 = (np.degrees(np.arctan2(b, a * (1 + g))) % 360 for a, b in ((a1, b1), (a2, b2)))
    grey = c1 * c2 == 0
    turn = np.where(grey, 0, (h2 - h1 + 180) % 360 - 180)
    delta_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)
    mean_h = np.where(grey, h1 + h2, (h1 + h2) / 2 + np.where(np.abs(h1 - h2) > 180, 180, 0))
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        1
        - 0.17 * _cos(mean_h - 30)
        + 0.24 * _cos(2 * mean_h)
        + 0.32 * _cos(3 * mean_h + 6)
        - 0.2 * _cos(4 * mean_h - 63)
    )
    s_l = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    s_c, s_h = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    turned = 30 * np.exp(-(((mean_h - 275) / 25) ** 2))
    r_t = -2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7)) * np.sin(np.radians(2 * turned))
    d_l, d_c, d_h = (l2 - l1) / s_l, (c2 - c1) / s_c, delta_h / s_h
    return np.asarray(np.sqrt(d_l**2 + d_c**2 + d_h**2 + r_t * d_c * d_h))


def _cos(degrees: Values) -> Values:
    return np.asarray(np.cos(np.radians(degrees)))


def difference(rendition: Path, reference: Path) -> tuple[float, float]:
    """Mean and 99th percentile of the difference between two pictures; the second is brought to the first one's size."""
    with Image.open(rendition) as image:
        size = image.size
    found = delta_e(lab(rendition), lab(reference, size))
    return float(found.mean()), float(np.percentile(found, 99))
