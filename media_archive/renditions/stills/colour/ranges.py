"""High dynamic range shown on ordinary screens: light in cd/m², its highlights rolled off, in sRGB.

White of an ordinary screen is the reference white of 203 cd/m² (ITU-R BT.2408-7, 2.2). What is brighter is rolled off
by the EETF of ITU-R BT.2390-11, 5.4.1, applied to the largest of red, green and blue so that hues stay; its peak is the
brightest part of the picture itself. Colours outside sRGB move towards the grey of their luminance until they fit.
"""

from collections.abc import Callable

import numpy as np
import pyvips
from numpy.typing import NDArray

from media_archive.renditions.stills.colour.meaning import Meaning
from media_archive.renditions.stills.colour.spaces import HLG, SRGB, Primaries

Light = NDArray[np.float32]

WHITE, MOST = 203.0, 10_000.0
#: ITU-R BT.2100-2, table 4 (PQ) and table 5 (HLG, with the system gamma for a screen of 1000 cd/m²)
M1, M2, C1, C2, C3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
A, B, C = 0.17883277, 0.28466892, 0.55991073
HLG_PEAK, SYSTEM_GAMMA = 1000.0, 1.2
#: rows taken at once, so that a large picture costs little memory
ROWS = 256
#: of the samples are allowed to be brighter than the peak that is reckoned with: sparkles and noise
SPARKLES = 0.0005
STEPS = 4095


def tone_mapped(image: pyvips.Image, meaning: Meaning) -> pyvips.Image:
    """`image` of three bands, 8 or 16 bits, as sRGB of 8 bits."""
    image = image.cast("ushort", shift=True) if image.format == "uchar" else image.cast("ushort")
    samples = np.frombuffer(image.write_to_memory(), np.uint16).reshape(image.height, image.width, image.bands)[..., :3]
    light = _light(meaning)
    step = max(1, int(np.sqrt(image.width * image.height / 250_000)))
    brightest = np.sort(_largest(light(samples[::step, ::step])).ravel())
    peak = float(np.clip(brightest[int((len(brightest) - 1) * (1 - SPARKLES))], WHITE, MOST))
    shown = np.empty((image.height, image.width, 3), np.uint8)
    matrix = meaning.primaries.to(SRGB).astype(np.float32)
    for row in range(0, image.height, ROWS):
        part = _rolled_off(light(samples[row : row + ROWS]), peak)
        shown[row : row + ROWS] = _encoded(_within(part @ matrix.T))
    made = pyvips.Image.new_from_memory(shown.tobytes(), image.width, image.height, 3, "uchar")
    return made.copy(interpretation="srgb")


def _light(meaning: Meaning) -> Callable[[NDArray[np.uint16]], Light]:
    """From samples of 16 bits to cd/m² of red, green and blue."""
    values = np.linspace(0, 1, 65536)
    if meaning.transfer != HLG:
        table = pq_light(values).astype(np.float32)
        return lambda samples: np.asarray(table[samples], dtype=np.float32)
    scene = hlg_scene(values).astype(np.float32)
    return lambda samples: _displayed(np.asarray(scene[samples], dtype=np.float32), meaning.primaries)


def pq_light(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """cd/m² of PQ values from 0 to 1."""
    root = np.power(values, 1 / M2)
    return np.asarray(MOST * np.power(np.maximum(root - C1, 0) / (C2 - C3 * root), 1 / M1))


def pq_values(light: Light) -> Light:
    """PQ values of cd/m²."""
    power = np.power(light / np.float32(MOST), np.float32(M1))
    return np.asarray(np.power((C1 + C2 * power) / (1 + C3 * power), np.float32(M2)), dtype=np.float32)


def hlg_scene(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Light of the scene, 0 to 1, of HLG values."""
    return np.where(values <= 0.5, values**2 / 3, (np.exp((values - C) / A) + B) / 12)


def _displayed(scene: Light, primaries: Primaries) -> Light:
    weights = primaries.to_xyz()[1].astype(np.float32)
    luminance = np.maximum(scene @ weights, 1e-6)
    return np.asarray(HLG_PEAK * luminance[..., None] ** np.float32(SYSTEM_GAMMA - 1) * scene, dtype=np.float32)


def _rolled_off(light: Light, peak: float) -> Light:
    """Relative to white, 0 to 1 for what is not brighter than `peak`."""
    largest = np.maximum(_largest(light), 1e-4)
    shown = pq_light(eetf(pq_values(largest).astype(np.float64), peak)) if peak > WHITE else np.minimum(largest, WHITE)
    return np.asarray(light * (shown / largest / WHITE).astype(np.float32)[..., None])


def _largest(light: Light) -> Light:
    """Of red, green and blue; several times as fast as numpy's own way along the last axis."""
    return np.maximum(np.maximum(light[..., 0], light[..., 1]), light[..., 2])


def eetf(values: NDArray[np.float64], peak: float) -> NDArray[np.float64]:
    """PQ values up to `peak` cd/m² as PQ values up to WHITE, unchanged up to a knee (BT.2390-11, 5.4.1; black stays)."""
    whole, white = (float(value) for value in pq_values(np.array([peak, WHITE], np.float32)))
    most = white / whole
    knee = 1.5 * most - 0.5
    relative = np.minimum(values / whole, 1)
    t = np.maximum(relative - knee, 0) / (1 - knee)
    curve = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (-2 * t**3 + 3 * t**2) * most
    return np.asarray(np.where(relative < knee, relative, curve) * whole)


def _within(colours: Light) -> Light:
    """Moves colours outside 0 to 1 towards the grey of their luminance until they fit."""
    weights = SRGB.to_xyz()[1].astype(np.float32)
    grey = np.clip(colours @ weights, 0, 1)[..., None]
    away = colours - grey
    with np.errstate(divide="ignore", invalid="ignore"):
        room = np.where(away > 0, (1 - grey) / away, np.where(away < 0, -grey / away, np.inf))
    return np.asarray(grey + away * np.clip(-_largest(-room)[..., None], 0, 1), dtype=np.float32)


def _encoded(colours: Light) -> NDArray[np.uint8]:
    # dark values lie close together: the square root spreads them over the table
    values = np.linspace(0, 1, STEPS + 1) ** 2
    curve = np.where(values <= 0.0031308, 12.92 * values, 1.055 * np.power(values, 1 / 2.4) - 0.055)
    table = np.rint(curve * 255).astype(np.uint8)
    return np.asarray(table[np.rint(np.sqrt(np.clip(colours, 0, 1)) * STEPS).astype(np.intp)])
