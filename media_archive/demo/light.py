"""The light of a scene: what colours sky, haze, walls and windows have at a time of day."""

from dataclasses import dataclass
from functools import cache

Colour = tuple[int, int, int]


def mix(one: Colour, other: Colour, part: float) -> Colour:
    """`one` with a `part` (0 to 1) of `other`."""
    part = min(1.0, max(0.0, part))
    rest = 1 - part
    return (
        int(one[0] * rest + other[0] * part + 0.5),
        int(one[1] * rest + other[1] * part + 0.5),
        int(one[2] * rest + other[2] * part + 0.5),
    )


@cache
def hexed(text: str) -> Colour:
    """The colour written "rrggbb"."""
    red, green, blue = bytes.fromhex(text)
    return red, green, blue


@dataclass(frozen=True)
class Light:
    """One mood."""

    name: str
    #: the sky from the zenith down to the horizon
    sky: tuple[str, ...]
    haze: str
    #: what falls on walls in the light and in the shade
    tint: str
    #: how much of its own colour a thing keeps, against the tint
    own: float
    sun: str
    #: height of the sun above the horizon in heights of the sky; below 0 for none
    sun_height: float
    cloud: str
    clouds: float
    #: share of windows that are lit
    lit: float

    def on(self, colour: Colour, distance: float = 0.0, shade: float = 0.0) -> Colour:
        """`colour` in this light, in part in the shade, at a distance between 0 (here) and 1 (lost in the haze)."""
        seen = mix(hexed(self.tint), colour, self.own)
        seen = mix(seen, mix(hexed(self.tint), (16, 20, 40), 0.75), shade * 0.62)
        return mix(seen, hexed(self.haze), distance)

    @property
    def is_dark(self) -> bool:
        """Whether lamps are on."""
        return self.lit > 0.2


LIGHTS = {
    light.name: light
    for light in (
        Light("dawn", ("4f6fa8", "a9a6c8", "f3c3ab", "fbe0b8"), "f0cdb8", "e8b79a", 0.68, "fff0cf", 0.12, "f7d4c4", 0.35, 0.12),
        Light("morning", ("3f86c9", "7fb4e0", "bfdcef", "eef3ef"), "d5e4ea", "fff1d8", 0.86, "fffbe6", 0.55, "ffffff", 0.4, 0.0),
        Light("noon", ("2468b4", "4f93d3", "93c3e8", "d4e8f3"), "cfe2ee", "fffaf0", 0.92, "ffffff", 0.95, "ffffff", 0.5, 0.0),
        Light("overcast", ("8d9aa6", "a7b2bb", "c2c9cd", "d9dbd8"), "ccd1d2", "c9ced2", 0.72, "ffffff", -1, "eef0f0", 0.65, 0.05),
        Light("sunset", ("2d3a72", "7a4f8a", "e0785c", "fdbf6b"), "f3a877", "f08f55", 0.56, "fff3c4", 0.08, "ff9d74", 0.5, 0.25),
        Light("dusk", ("131b45", "2f3a78", "77639c", "e29a86"), "7d6d97", "5a5a92", 0.48, "ffdcb0", -1, "8a6f9d", 0.35, 0.5),
        Light("night", ("050a1d", "0a1430", "152349", "2a3560"), "25305a", "1b2550", 0.34, "f4f3e2", 0.75, "2b3966", 0.25, 0.62),
        Light("snow", ("8fa2b7", "b4c1cf", "d3dbe2", "ebeff1"), "e2e8ec", "dfe7f0", 0.74, "ffffff", -1, "f6f8fa", 0.5, 0.15),
        Light("autumn", ("3c78b6", "7aabd6", "c0d5dc", "f4e7cf"), "e6dcc6", "ffe2b0", 0.82, "fff6da", 0.3, "fffaf0", 0.3, 0.0),
    )
}  # fmt: skip
