"""What each maker must be told: the shape of `parameters` in the recipes."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

PairCount = Annotated[int, Field(ge=2, multiple_of=2)]


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
    """The waveform: least and greatest sample of each stretch, in several levels of zoom."""

    least_samples: int = Field(ge=1)
    #: rendition -> the most pairs that it has
    levels: dict[str, PairCount] = Field(min_length=1)

    @property
    def most_pairs(self) -> int:
        """Of the finest level."""
        return max(self.levels.values())


class Analysis(Parameters):
    """What is noticed in picture and sound: seconds, and the measures of ffmpeg's filters."""

    #: pixels of the longer edge of the frames that are looked at
    edge: int = Field(ge=32, le=640)
    #: of 100, how much a frame must differ from the one before, and that from its own, for a cut (scdet)
    cut_score: float = Field(gt=0, le=100)
    black_seconds: float = Field(gt=0)
    #: part of the pixels that must be black, and how bright a black one may be (blackdetect)
    black_pixels: float = Field(gt=0, le=1)
    black_level: float = Field(ge=0, le=1)
    freeze_seconds: float = Field(gt=0)
    #: mean difference that noise makes between two frames of a still (freezedetect)
    freeze_noise: float = Field(ge=0, le=1)
    silence_seconds: float = Field(gt=0)
    #: decibels below full scale
    silence_level: float = Field(lt=0)


class Audio(Parameters):
    """What is played in place of a recording."""

    bit_rate: int = Field(ge=8_000)


class Waveform(Parameters):
    """A drawing of the peaks, in pixels."""

    width: int = Field(ge=16)
    height: int = Field(ge=16)
    quality: int = Field(ge=1, le=100)


class Spectrogram(Parameters):
    """A picture of loudness by pitch and time, in pixels and hertz; `columns` of time at most are told apart."""

    width: int = Field(ge=16)
    height: int = Field(ge=16)
    columns: int = Field(ge=16, multiple_of=2)
    lowest: float = Field(gt=0)
    highest: float = Field(le=24_000)
    quality: int = Field(ge=1, le=100)


class Fingerprint(Parameters):
    """The perceptual hash; its formula is fixed, else hashes could not be compared."""


class Pyramid(Parameters):
    """The whole picture in tiles, at full size and its halves."""

    tile: int = Field(ge=64, le=4096, multiple_of=16)
    #: of the tiles, by JPEG; from 90 on libvips would store them without separating colour from light, three times as large
    quality: int = Field(ge=1, le=89)
    #: how many times as long as for other renditions it may take
    patience: int = Field(default=5, ge=1)


class MarkedProxy(Parameters):
    """The proxy with the archive's watermark: its size, rate and sound are the proxy's."""

    group: int = Field(ge=1)
    quality: int = Field(ge=0, le=51)
    preset: str
    most_bit_rate: int = Field(ge=10_000)


class Text(Parameters):
    """Text in pictures: what is looked at, and how sure a line must be."""

    #: pixels of the longer side that the engine looks at
    long_edge: int = Field(ge=320, le=8192)
    #: 0 to 1
    least_confidence: float = Field(ge=0, le=1)
    #: of lines of one or two signs
    least_confidence_short: float = Field(ge=0, le=1)
    most_lines: int = Field(ge=1)
    #: of a film: frames spread over it, at least so far apart
    most_frames: int = Field(default=1, ge=1, le=1000)
    least_seconds: float = Field(default=1.0, gt=0)


class Transcript(Parameters):
    """Speech written down. Times in seconds."""

    #: of the stretches that the model hears at once
    longest_stretch: float = Field(ge=5, le=300)
    #: a pause within speech that begins a new line
    pause: float = Field(gt=0)
    longest_line: float = Field(ge=1)
    most_signs: int = Field(ge=4)


#: maker -> its parameters
PARAMETERS: dict[str, type[Parameters]] = {
    "size": Size,
    "fingerprint": Fingerprint,
    "proxy": Proxy,
    "edit-proxy": EditProxy,
    "sprites": Sprites,
    "poster": Poster,
    "peaks": Peaks,
    "analysis": Analysis,
    "tracks": Audio,
    "subtitles": Parameters,
    "gps-track": Parameters,
    "audio": Audio,
    "waveform": Waveform,
    "spectrogram": Spectrogram,
    "pyramid": Pyramid,
    "marked": Size,
    "marked-proxy": MarkedProxy,
    "text": Text,
    "transcript": Transcript,
}
