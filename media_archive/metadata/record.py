"""The normalised record: what a file says of itself, in one shape whatever wrote it. JSON by `model_dump(mode="json")`."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Precision = Literal["year", "month", "day", "minute", "second", "fraction"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Taken(_Part):
    """The moment of capture."""

    text: str = Field(description='ISO 8601 as precise as written: "1987", "2017-06-12T09:30:00+08:00".')
    instant: datetime = Field(description="UTC; the start of the year, month or day where no more is known.")
    offset: int | None = Field(None, description="Minutes east of UTC of the camera's clock; None if not recorded.")
    precision: Precision
    year: int = Field(description="Year on the clock where it was taken.")
    source: str = Field(description='Tool and field it comes from, such as "exif DateTimeOriginal".')


class Place(_Part):
    """Where the camera stood."""

    latitude: float = Field(ge=-90, le=90, description="Degrees, north positive.")
    longitude: float = Field(ge=-180, le=180, description="Degrees, east positive.")
    altitude: float | None = Field(None, description="Metres above sea level; negative below.")
    direction: float | None = Field(None, ge=0, lt=360, description="Degrees clockwise from north that it looked.")
    datum: str = Field("WGS-84", description="Datum as recorded.")
    source: str = Field(description="Tool it comes from.")


class Camera(_Part):
    """What it was taken with."""

    make: str | None = None
    model: str | None = None
    lens: str | None = None
    serial: str | None = None


class Words(_Part):
    """What people wrote into the file."""

    title: str | None = None
    description: str | None = None
    keywords: list[str] = []
    creator: list[str] = []
    credit: str | None = None
    rights: str | None = None
    rating: int | None = Field(None, ge=0, le=5, description="Stars.")


class Still(_Part):
    """What only photographs have."""

    bit_depth: int | None = Field(None, description="Bits a sample.")
    colour_model: str | None = Field(None, description="As stored: grey, RGB, YCbCr, CMYK, LAB, palette, CFA ...")
    profile: str | None = Field(None, description="Name of the embedded ICC profile.")
    exposure_time: str | None = Field(None, description='Seconds as a fraction in lowest terms: "1/200", "2".')
    f_number: float | None = None
    iso: int | None = None
    focal_length: float | None = Field(None, description="Millimetres.")
    focal_length_35mm: float | None = Field(None, description="Millimetres on 35 mm film.")
    flash: bool | None = Field(None, description="Whether it fired.")
    pages: int = Field(1, description="Pictures in the file: pages of a scan, frames of an animation.")


class Timecode(_Part):
    """The timecode of the first frame."""

    text: str = Field(description='"hh:mm:ss:ff", with ";" before the frames where frames are dropped.')
    drop: bool
    rate: str = Field(description='Frames a second as "n/d".')
    frame: int = Field(description="Number of the frame, counted as its rate and dropping demand.")
    source: str


class VideoTrack(_Part):
    codec: str | None = None
    profile: str | None = None
    width: int | None = Field(None, description="Pixels as coded.")
    height: int | None = Field(None, description="Pixels as coded.")
    pixel_aspect: float = Field(1.0, description="Width of a pixel over its height.")
    display_aspect: float | None = Field(None, description="Width over height before rotation.")
    rotation: int = Field(0, description="Degrees clockwise to turn it for showing: 0, 90, 180, 270.")
    frame_rate: str | None = Field(None, description='Frames a second as an exact fraction "30000/1001".')
    frame_rate_mode: Literal["constant", "variable"] | None = None
    frames: int | None = None
    bit_rate: int | None = Field(None, description="Bits a second.")
    bit_depth: int | None = None
    chroma: str | None = Field(None, description='Chroma subsampling, "4:2:0".')
    scan: str | None = Field(None, description="progressive, interlaced, MBAFF ...")
    scan_order: str | None = Field(None, description="TFF or BFF where interlaced.")
    primaries: str | None = None
    transfer: str | None = None
    matrix: str | None = None
    hdr: str | None = Field(None, description="HDR format, else PQ or HLG by its transfer; None for standard range.")


class AudioTrack(_Part):
    codec: str | None = None
    channels: int | None = None
    layout: str | None = None
    sample_rate: int | None = Field(None, description="Hertz.")
    bit_depth: int | None = None
    bit_rate: int | None = Field(None, description="Bits a second.")
    language: str | None = Field(None, description="BCP 47.")
    title: str | None = None


class TextTrack(_Part):
    codec: str | None = None
    language: str | None = Field(None, description="BCP 47.")
    title: str | None = None


class Film(_Part):
    """What films and sound have."""

    container: str | None = None
    duration: float | None = Field(None, description="Seconds.")
    bit_rate: int | None = Field(None, description="Bits a second, over all tracks.")
    video: list[VideoTrack] = []
    audio: list[AudioTrack] = []
    text: list[TextTrack] = []
    timecode: Timecode | None = None
    chapters: int = 0


class Record(_Part):
    """One file's record. Widths and heights as displayed: upright, with square pixels."""

    version: Literal[1] = 1
    taken: Taken | None = None
    place: Place | None = None
    camera: Camera = Camera()
    software: str | None = None
    words: Words = Words()
    width: int | None = Field(None, description="Pixels as displayed.")
    height: int | None = Field(None, description="Pixels as displayed.")
    stored_width: int | None = Field(None, description="Pixels as stored.")
    stored_height: int | None = Field(None, description="Pixels as stored.")
    orientation: int = Field(1, ge=1, le=8, description="EXIF orientation of the stored picture.")
    still: Still | None = None
    film: Film | None = None
