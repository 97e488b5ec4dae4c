"""Colour spaces given by their primaries, as files describe them without a profile, and ICC profiles made of them.

Code points are those of ITU-T H.273 ("CICP"), which HEIF, AVIF and PNG use.
"""

import struct
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Point = tuple[float, float]

D65: Point = (0.3127, 0.3290)
#: the white of the ICC's connection space, as XYZ
D50 = np.array([0.9642, 1.0, 0.8249])
#: cone responses of Bradford's adaptation (ICC.1:2022, annex E)
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


@dataclass(frozen=True)
class Primaries:
    """CIE 1931 chromaticities of red, green, blue and white."""

    red: Point
    green: Point
    blue: Point
    white: Point = D65

    def to_xyz(self) -> Matrix:
        """The matrix from linear RGB to XYZ, where white has Y = 1."""
        columns = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in (self.red, self.green, self.blue)]).T
        return np.asarray(columns * np.linalg.solve(columns, _xyz(self.white)))

    def to(self, other: "Primaries") -> Matrix:
        """The matrix from linear RGB here to linear RGB there, for one white."""
        return np.asarray(np.linalg.solve(other.to_xyz(), self.to_xyz()))


def _xyz(point: Point) -> Matrix:
    x, y = point
    return np.array([x / y, 1.0, (1 - x - y) / y])


SRGB = Primaries((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
ADOBE_RGB = Primaries((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
REC2020 = Primaries((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
DISPLAY_P3 = Primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
#: by code point; BT.601's are left out: stills that name them mean sRGB
CODED: dict[int, Primaries] = {
    1: SRGB,
    4: Primaries((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), (0.310, 0.316)),
    8: Primaries((0.681, 0.319), (0.243, 0.692), (0.145, 0.049), (0.310, 0.316)),
    9: REC2020,
    11: Primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),
    12: DISPLAY_P3,
    22: Primaries((0.630, 0.340), (0.295, 0.605), (0.155, 0.077)),
}
#: transfer characteristics by code point: exponent of the display; all others are shown like sRGB
GAMMAS = {4: 2.2, 5: 2.8, 8: 1.0}
PQ, HLG = 16, 18
ADOBE_GAMMA = 563 / 256


@lru_cache(maxsize=32)
def profile(primaries: Primaries, gamma: float | None = None) -> bytes:
    """An ICC profile of version 4 for displays (ICC.1:2022, 8.3); sRGB's curve where `gamma` is None."""
    adapted = _adaptation(primaries.white) @ primaries.to_xyz()
    curve = _gamma(gamma) if gamma else _srgb_curve()
    tags = {
        b"desc": _text("RGB by its primaries"),
        b"cprt": _text("none"),
        b"wtpt": _point(D50),
        **{name + b"XYZ": _point(adapted[:, band]) for band, name in enumerate((b"r", b"g", b"b"))},
        **{name + b"TRC": curve for name in (b"r", b"g", b"b")},
    }
    return _assembled(tags)


def _adaptation(white: Point) -> Matrix:
    gains = (BRADFORD @ D50) / (BRADFORD @ _xyz(white))
    return np.asarray(np.linalg.inv(BRADFORD) @ np.diag(gains) @ BRADFORD)


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _point(xyz: Matrix) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(_fixed(float(value)) for value in xyz)


def _gamma(exponent: float) -> bytes:
    return b"para\0\0\0\0\0\0\0\0" + _fixed(exponent)


def _srgb_curve() -> bytes:
    """IEC 61966-2-1: (x / 1.055 + 0.055 / 1.055) ^ 2.4 from 0.04045 on, x / 12.92 below."""
    numbers = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    return b"para\0\0\0\0\0\3\0\0" + b"".join(_fixed(number) for number in numbers)


def _text(text: str) -> bytes:
    said = text.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(said), 28) + said


def _assembled(tags: dict[bytes, bytes]) -> bytes:
    """Header, table and tags; a tag that is there twice is stored once."""
    table, body, places = b"", b"", dict[bytes, int]()
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        if data not in places:
            places[data] = start + len(body)
            body += data + bytes(-len(data) % 4)
        table += struct.pack(">4sII", name, places[data], len(data))
    head = struct.pack(">I4sI4s4s4s", start + len(body), b"", 0x04300000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H4s", 2020, 1, 1, 0, 0, 0, b"acsp") + bytes(24) + struct.pack(">I", 1)
    head += b"".join(_fixed(float(value)) for value in D50)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body
