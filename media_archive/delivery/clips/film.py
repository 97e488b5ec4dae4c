"""What a film holds, as far as cutting it must know. Times are exact: presentation numbers with their time base."""

from fractions import Fraction
from typing import NamedTuple

from pydantic import BaseModel


class Sound(BaseModel):
    """A track of sound."""

    index: int
    codec: str
    sample_rate: int
    channels: int
    time_base: str
    bit_rate: int | None = None


class Film(BaseModel):
    """A film's picture, its tracks of sound and its container."""

    #: libavformat's name of the container
    container: str
    index: int
    codec: str
    profile: str | None = None
    #: four letters by which the container calls the codec
    tag: str = ""
    pixels: str
    #: seconds of one count of the presentation numbers, "n/d"
    time_base: str
    #: constant or nominal frames a second, "n/d"
    rate: str
    #: whether frames lie at irregular distances
    varies: bool
    #: whether the two fields of a frame are stored one by one
    paired: bool = False
    interlaced: bool
    top_first: bool
    bit_rate: int | None = None
    #: presentation number of the first frame
    start: int
    #: libavcodec's numbers for the colours; 2 is "not said"
    primaries: int = 2
    transfer: int = 2
    matrix: int = 2
    full_range: bool = False
    sounds: list[Sound] = []
    #: seconds; None where the container does not say
    duration: float | None = None

    @property
    def stored(self) -> int:
        """Packets of a frame."""
        return 2 if self.paired else 1

    @property
    def base(self) -> Fraction:
        """Seconds of one count."""
        return Fraction(self.time_base)

    @property
    def frame_rate(self) -> Fraction:
        """Frames a second."""
        return Fraction(self.rate)

    def seconds(self, number: int) -> Fraction:
        """From the first frame to the one with that presentation number."""
        return (number - self.start) * self.base


class Packet(NamedTuple):
    """A frame as it is stored: `shown` and `decoded` are presentation and decoding numbers."""

    shown: int
    decoded: int
    key: bool


class Span(BaseModel):
    """The frames to keep, shown from `begins` until `ends`, which is no longer shown, in presentation numbers."""

    begins: int
    ends: int
    frames: int
    #: number of the first frame, counted from the film's first
    first: int
    #: whether the stored frames can be copied as they are, and of which key frame on
    copyable: bool
    key: int
    #: frames stored behind that key frame and shown before it
    leading: int = 0
    #: why they cannot
    reason: str = ""
