"""What each maker must be told: the shape of `parameters` in the recipes."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Parameters(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Size(Parameters):
    """A JPEG whose long edge is at most `long_edge` pixels; smaller originals are not enlarged."""

    long_edge: int = Field(ge=16, le=16384)
    quality: int = Field(ge=1, le=100)


class Proxy(Parameters):
    """What is played in place of the film: H.264 and AAC in MP4, constant frame rate."""

    long_edge: int = Field(ge=64)
    short_edge: int = Field(ge=64)
    most_frames_a_second: int = Field(ge=1)
    group: int = Field(ge=1)
    #: of a fragment, and of a segment of HLS: at least so long, to the next key frame
    segment_seconds: float = Field(gt=0, le=60)
    quality: int = Field(ge=0, le=51)
    preset: str
    most_bit_rate: int = Field(ge=10_000)
    audio_bit_rate: int = Field(ge=8_000)


class EditProxy(Parameters):
    """What an editing program takes for the film: an intra-frame codec in QuickTime, in the film's own rate."""

    codec: Literal["prores-proxy", "dnxhr-lb"]
    #: half the width and height, or as they are
    size: Literal["half", "same"]
    #: a film whose half would have a shorter edge than this keeps its size
    least_edge: int = Field(ge=120)


class Sprites(Parameters):
    """Small pictures of the film on one sheet, and the WebVTT index that says which shows when."""

    edge: int = Field(ge=16, le=640)
    columns: int = Field(ge=1)
    most: int = Field(ge=1, le=2000)
    least_seconds: float = Field(gt=0)
    quality: int = Field(ge=2, le=31)


class Poster(Parameters):
    """The picture that stands for the film, in the size of each output."""

    candidates: int = Field(ge=1, le=50)
    sizes: dict[str, Size] = Field(min_length=1)


class Peaks(Parameters):
    """The waveform: least and greatest sample of each stretch."""

    least_samples: int = Field(ge=1)
    most_pairs: int = Field(ge=2, multiple_of=2)


class Audio(Parameters):
    """What is played in place of a recording."""

    bit_rate: int = Field(ge=8_000)


class Waveform(Parameters):
    """A drawing of the peaks, in pixels."""

    width: int = Field(ge=16)
    height: int = Field(ge=16)
    quality: int = Field(ge=1, le=100)


#: maker -> its parameters
PARAMETERS: dict[str, type[Parameters]] = {
    "size": Size,
    "proxy": Proxy,
    "edit-proxy": EditProxy,
    "sprites": Sprites,
    "poster": Poster,
    "peaks": Peaks,
    "audio": Audio,
    "waveform": Waveform,
}
