"""The table of colours of `toning`: computed once for each film that needs one."""

from pathlib import Path

import numpy as np

from media_archive.renditions.streams import Picture

#: points along each side of the table
POINTS = 33
#: the brightest light of a film that does not say: what HLG is defined for, and what most PQ films are graded on
BRIGHTEST = 1000.0
UNIT = 100.0
#: to BT.709 primaries, both with white D65: from BT.2020 (ITU-R BT.2087) and from Display P3
TO_709 = {
    "bt2020": ((1.6605, -0.5876, -0.0728), (-0.1246, 1.1329, -0.0083), (-0.0182, -0.1006, 1.1187)),
    "p3": ((1.2249, -0.2247, 0.0), (-0.0420, 1.0419, 0.0), (-0.0197, -0.0786, 1.0979)),
}

Values = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def write(picture: Picture, file: Path) -> None:
    """The table for `picture`, in the cube format of Adobe: red runs fastest."""
    steps = np.linspace(0.0, 1.0, POINTS)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    colours = shown(np.stack((red, green, blue), axis=-1).reshape(-1, 3), picture)
    rows = "\n".join(f"{red:.6f} {green:.6f} {blue:.6f}" for red, green, blue in colours.tolist())
    file.write_text(f"LUT_3D_SIZE {POINTS}\n{rows}\n", "ascii")


def shown(coded: Values, picture: Picture) -> Values:
    """The BT.709 colours for R'G'B' triples (n, 3) of the film, all between 0 and 1."""
    light = {"pq": _from_pq, "hlg": _from_hlg}.get(picture.high_range, _from_standard)(coded)
    if picture.primaries:
        light = light @ np.array(TO_709[picture.primaries]).T
    if picture.high_range:
        light = _compressed(light, (picture.brightest or BRIGHTEST) / UNIT)
    return _to_standard(np.clip(light, 0.0, 1.0))


def _from_pq(coded: Values) -> Values:
    """SMPTE ST 2084, 5.2."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 4096 * 128, 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    root = coded ** (1 / m2)
    light: Values = (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1) * (10000 / UNIT)
    return light


def _from_hlg(coded: Values) -> Values:
    """ITU-R BT.2100, table 5: the scene's light, then as a screen of 1000 cd/m² shows it."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(coded <= 0.5, coded**2 / 3, (np.exp((coded - c) / a) + b) / 12)
    luminance = scene @ np.array((0.2627, 0.6780, 0.0593))
    light: Values = scene * (np.maximum(luminance, 1e-9) ** 0.2)[:, None] * (BRIGHTEST / UNIT)
    return light


def _from_standard(coded: Values) -> Values:
    """ITU-R BT.709, 1.2, the other way round."""
    light: Values = np.where(coded < 0.081, coded / 4.5, ((coded + 0.099) / 1.099) ** (1 / 0.45))
    return light


def _to_standard(light: Values) -> Values:
    """ITU-R BT.709, 1.2."""
    coded: Values = np.where(light < 0.018, light * 4.5, 1.099 * np.maximum(light, 1e-9) ** 0.45 - 0.099)
    return coded


def _compressed(light: Values, peak: float) -> Values:
    """Hable's filmic curve: the brightest channel decides, so that hues stay."""
    most = np.maximum(light.max(axis=-1, keepdims=True), 1e-6)
    toned: Values = light * (_hable(most) / _hable(np.array(peak)) / most)
    return toned


def _hable(light: Values) -> Values:
    a, b, c, d, e, f = 0.15, 0.50, 0.10, 0.20, 0.02, 0.30
    value: Values = (light * (light * a + b * c) + d * e) / (light * (light * a + b) + d * f) - e / f
    return value
