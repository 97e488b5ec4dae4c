"""The offsets of Chinese map services: GCJ-02 (AMap, Tencent) and BD-09 (Baidu), forth and back.

The formulas are not published by their makers; these are the ones in general use since 2010, which agree with the
services to about a metre. They shift points inside a rectangle around China only: elsewhere nothing is shifted.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Degrees: TypeAlias = NDArray[np.float64]

#: semi-major axis in metres and squared eccentricity of the Krasovsky 1940 ellipsoid, on which the offset is defined
AXIS = 6_378_245.0
ECCENTRICITY = 0.006_693_421_622_965_943
#: west, south, east, north of what is shifted, in degrees
CHINA = (72.004, 0.8293, 137.8347, 55.8271)
#: the middle of the polynomials
MIDDLE = (105.0, 35.0)
BAIDU_TURN = np.pi * 3000 / 180
#: Baidu's constant shift, in degrees
BAIDU_SHIFT = (0.0065, 0.006)
#: each round makes the error at least a hundred times smaller: five reach the limits of the numbers
ROUNDS = 8


def to_gcj02(points: Degrees) -> Degrees:
    """WGS-84 to GCJ-02; an array of [longitude, latitude]."""
    return np.where(_inside(points), points + _offset(points), points)


def from_gcj02(points: Degrees) -> Degrees:
    """GCJ-02 to WGS-84, to less than a centimetre."""
    found = points.copy()
    for _ in range(ROUNDS):
        found = points - _offset(found)
    return np.where(_inside(points), found, points)


def to_bd09(points: Degrees) -> Degrees:
    """WGS-84 to BD-09."""
    return np.where(_inside(points), _baidu(to_gcj02(points)), points)


def from_bd09(points: Degrees) -> Degrees:
    """BD-09 to WGS-84, to less than a centimetre."""
    found = points - BAIDU_SHIFT
    for _ in range(ROUNDS):
        found = found + points - _baidu(found)
    return np.where(_inside(points), from_gcj02(found), points)


def _inside(points: Degrees) -> NDArray[np.bool_]:
    west, south, east, north = CHINA
    x, y = points[:, 0], points[:, 1]
    return ((x >= west) & (x <= east) & (y >= south) & (y <= north))[:, None]


def _offset(points: Degrees) -> Degrees:
    """What GCJ-02 adds, in degrees."""
    x, y = points[:, 0] - MIDDLE[0], points[:, 1] - MIDDLE[1]
    latitude = np.radians(points[:, 1])
    bend = 1 - ECCENTRICITY * np.sin(latitude) ** 2
    root = np.sqrt(bend)
    metres_north, metres_east = _northward(x, y), _eastward(x, y)
    north = metres_north * 180 / (AXIS * (1 - ECCENTRICITY) / (bend * root) * np.pi)
    east = metres_east * 180 / (AXIS / root * np.cos(latitude) * np.pi)
    return np.column_stack([east, north])


def _northward(x: Degrees, y: Degrees) -> Degrees:
    bent = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    metres: Degrees = bent + (_ripple(x) + _waves(y, (20, 1), (40, 3), (160, 12), (320, 30))) * 2 / 3
    return metres


def _eastward(x: Degrees, y: Degrees) -> Degrees:
    bent = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    metres: Degrees = bent + (_ripple(x) + _waves(x, (20, 1), (40, 3), (150, 12), (300, 30))) * 2 / 3
    return metres


def _ripple(x: Degrees) -> Degrees:
    metres: Degrees = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    return metres


def _waves(value: Degrees, *waves: tuple[float, float]) -> Degrees:
    """Sum of sines of the given heights and half lengths."""
    metres: Degrees = np.sum([height * np.sin(value * np.pi / half) for height, half in waves], axis=0)
    return metres


def _baidu(points: Degrees) -> Degrees:
    """GCJ-02 to BD-09."""
    x, y = points[:, 0], points[:, 1]
    far = np.hypot(x, y) + 0.000_02 * np.sin(y * BAIDU_TURN)
    turned = np.arctan2(y, x) + 0.000_003 * np.cos(x * BAIDU_TURN)
    return np.column_stack([far * np.cos(turned), far * np.sin(turned)]) + BAIDU_SHIFT
