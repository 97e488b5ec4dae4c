"""The normalised record: what a file says of itself, in one shape whatever wrote it.

`plain(record)` is its JSON. A fact that is not known is absent. Frame rates and exposure times are exact fractions
written "30000/1001"; lengths of time are seconds, rates of bits are bits a second, angles degrees, heights metres.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

VERSION: Literal[2] = 2
Precision = Literal["year", "month", "day", "minute", "second", "fraction"]
Degrees = Annotated[float, Field(ge=0, lt=360)]


class Part(BaseModel):
    """Part of a record; whatever is not known is None, or an empty list, and absent from the JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Capture(Part):
    """The moment of capture."""

    at: str = Field(description='ISO 8601 as precise as written: "1987", "2017-06-12T09:30:00+08:00".')
    instant: datetime = Field(description="UTC; the start of the year, month or day where no more is known.")
    offset: int | None = Field(None, description="Minutes east of UTC of the camera's clock; None if not recorded.")
    precision: Precision
    year: int = Field(description="Year on the clock where it was taken.")
    source: str = Field(description='Tool and field it comes from, such as "exif DateTimeOriginal".')
    ahead_of_gps: float | None = Field(
        None, description="Seconds that the camera's clock is ahead of the satellites' time in the same file."
    )


class Camera(Part):
    """What it was taken with."""

    make: str | None = None
    model: str | None = None
    serial: str | None = None
    owner: str | None = None
    software: str | None = Field(None, description="Firmware or program that wrote the file last.")


class Lens(Part):
    """The lens."""

    make: str | None = None
    model: str | None = None
    serial: str | None = None
    min_focal_length: float | None = Field(None, description="Millimetres.")
    max_focal_length: float | None = Field(None, description="Millimetres.")
    max_aperture: float | None = Field(None, description="The smallest f-number it has.")


class Exposure(Part):
    """How the picture was exposed."""

    time: str | None = Field(None, description='Seconds as a fraction in lowest terms: "1/200", "2".')
    f_number: float | None = None
    iso: int | None = None
    focal_length: float | None = Field(None, description="Millimetres.")
    focal_length_35mm: float | None = Field(None, description="Millimetres on 35 mm film.")
    bias: float | None = Field(None, description="Exposure compensation in EV.")
    program: str | None = None
    mode: str | None = None
    metering: str | None = None
    flash: bool | None = Field(None, description="Whether it fired.")
    flash_mode: str | None = None
    white_balance: str | None = None
    light_source: str | None = None
    scene: str | None = Field(None, description="Scene capture type.")
    subject_distance: float | None = Field(None, description="Metres.")
    digital_zoom: float | None = None


class TrackPoint(Part):
    """A point of a recorded way."""

    time: float | None = Field(None, description="Seconds from the start of the film.")
    at: str | None = Field(None, description="ISO 8601, UTC.")
    lat: float
    lon: float
    alt: float | None = None
    speed: float | None = Field(None, description="Metres a second.")


class Gps(Part):
    """Where the camera stood."""

    lat: float = Field(ge=-90, le=90, description="Degrees, north positive.")
    lon: float = Field(ge=-180, le=180, description="Degrees, east positive.")
    alt: float | None = Field(None, description="Metres above sea level; negative below.")
    direction: Degrees | None = Field(None, description="Degrees clockwise that it looked.")
    direction_reference: Literal["true", "magnetic"] | None = None
    speed: float | None = Field(None, description="Metres a second.")
    error: float | None = Field(None, description="Metres that the position may be off.")
    datum: str = Field("WGS-84", description="Datum as recorded.")
    at: str | None = Field(None, description="The satellites' time, ISO 8601, UTC.")
    track: list[TrackPoint] = Field([], description="The way recorded in a film, thinned to at most 2,000 points.")
    track_points: int | None = Field(None, description="Points recorded, before thinning.")
    source: str = Field(description="Tool and field it comes from.")


class Location(Part):
    """A place in words (IPTC Extension)."""

    name: str | None = None
    sublocation: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    country_code: str | None = None
    world_region: str | None = None
    identifier: list[str] = []


class Region(Part):
    """A marked part of the picture, mostly a face (MWG regions, IPTC image regions, Microsoft Photo)."""

    name: str | None = None
    kind: str | None = Field(None, description="Face, Pet, Focus, BarCode ...")
    x: float = Field(description="Left edge as a fraction of the stored picture's width.")
    y: float = Field(description="Top edge as a fraction of the stored picture's height.")
    width: float
    height: float


class Description(Part):
    """What people wrote into the file."""

    title: str | None = None
    headline: str | None = None
    caption: str | None = None
    alt_text: str | None = None
    keywords: list[str] = []
    hierarchical_keywords: list[str] = Field([], description='Branches from the root, "城市|道路|解放路".')
    creator: list[str] = []
    creator_title: str | None = None
    creator_contact: dict[str, str] = Field({}, description="email, phone, url, address, city, region, code, country.")
    caption_writer: str | None = None
    credit: str | None = None
    source: str | None = Field(None, description="Original owner of the picture (IPTC Source).")
    rights: str | None = None
    usage_terms: str | None = None
    rights_url: str | None = None
    instructions: str | None = None
    persons: list[str] = []
    event: str | None = None
    genre: list[str] = []
    scene: list[str] = Field([], description="IPTC scene codes.")
    subject_codes: list[str] = Field([], description="IPTC subject codes.")
    category: str | None = None
    job: str | None = Field(None, description="Transmission reference.")
    digital_source: str | None = Field(None, description="IPTC digital source type.")
    location_created: Location | None = None
    location_shown: list[Location] = []
    rating: int | None = Field(None, ge=-1, le=5, description="Stars; -1 for rejected.")
    label: str | None = None
    regions: list[Region] = []


class Preview(Part):
    """A smaller picture embedded in the file."""

    kind: str = Field(description="thumbnail, preview, JpgFromRaw ...")
    width: int | None = None
    height: int | None = None
    size: int | None = Field(None, description="Bytes.")


class Still(Part):
    """What only photographs have."""

    width: int | None = Field(None, description="Pixels as stored.")
    height: int | None = Field(None, description="Pixels as stored.")
    orientation: int = Field(1, ge=1, le=8, description="EXIF orientation of the stored picture.")
    bit_depth: int | None = Field(None, description="Bits a sample.")
    color_model: str | None = Field(None, description="As stored: grey, RGB, YCbCr, CMYK, LAB, palette, CFA ...")
    color_space: str | None = Field(None, description="What EXIF says: sRGB, Adobe RGB, uncalibrated.")
    profile: str | None = Field(None, description="Name of the embedded ICC profile.")
    compression: str | None = Field(None, description="JPEG, JPEG progressive, LZW, Deflate, none ...")
    chroma: str | None = Field(None, description='Chroma subsampling, "4:2:0".')
    x_resolution: float | None = Field(None, description="Pixels an inch.")
    y_resolution: float | None = Field(None, description="Pixels an inch.")
    pages: int = Field(1, description="Pictures in the file: pages of a scan, frames of an animation.")
    previews: list[Preview] = []
    motion_photo: Literal[True] | None = Field(None, description="A short film lies in the same file.")
    motion_photo_offset: int | None = Field(None, description="Byte at which that film begins.")
    content_identifier: str | None = Field(None, description="What ties the picture and film of a Live Photo.")
    burst: str | None = Field(None, description="Identifier of the burst it belongs to.")
    depth: Literal[True] | None = Field(None, description="A depth map lies in the same file.")
    hdr: str | None = Field(None, description="gain map, PQ or HLG; None for standard range.")
    panorama: str | None = Field(None, description="Projection of a panorama, such as equirectangular.")


class Timecode(Part):
    """The timecode of the first frame."""

    text: str = Field(description='"hh:mm:ss:ff", with ";" before the frames where frames are dropped.')
    drop: bool
    rate: str = Field(description='Frames a second as "n/d".')
    frame: int = Field(description="Number of the frame, counted as its rate and dropping demand.")
    source: str


class Chapter(Part):
    """A chapter of a film."""

    start: float = Field(description="Seconds.")
    title: str | None = None


class Stated(Part):
    """A value as one field states it."""

    field: str
    value: str


class Container(Part):
    """What films and sound have as a whole."""

    format: str | None = None
    profile: str | None = None
    brands: list[str] = Field([], description="Brands of an MP4 or QuickTime file, the major one first.")
    duration: float | None = Field(None, description="Seconds.")
    bit_rate: int | None = Field(None, description="Bits a second, over all tracks.")
    bit_rate_mode: Literal["constant", "variable"] | None = None
    start_timecode: str | None = Field(None, description='"hh:mm:ss:ff", with ";" where frames are dropped.')
    timecode: Timecode | None = None
    reel: str | None = Field(None, description="Tape, card or reel it comes from.")
    umid: str | None = Field(None, description="Unique material identifier (SMPTE ST 330).")
    chapters: list[Chapter] = []
    dates: list[Stated] = Field([], description="The recording date in each place it is written.")
    bext: dict[str, str] = Field({}, description="Broadcast extension of a WAV (EBU Tech 3285).")
    ixml: dict[str, str] = Field({}, description="What the recorder noted: project, scene, take, tape, note ...")
    content_identifier: str | None = Field(None, description="What ties the picture and film of a Live Photo.")
    cover: str | None = Field(None, description="Media type of an embedded cover picture, which is no video track.")
    streamable: bool | None = Field(None, description="It can be played before it is whole.")
    encrypted: bool | None = None


class VideoTrack(Part):
    """A track of moving pictures."""

    codec: str | None = None
    codec_id: str | None = None
    profile: str | None = None
    level: str | None = None
    width: int | None = Field(None, description="Pixels as coded.")
    height: int | None = Field(None, description="Pixels as coded.")
    pixel_aspect: float = Field(1.0, description="Width of a pixel over its height.")
    display_aspect: float | None = Field(None, description="Width over height before rotation.")
    rotation: int = Field(0, description="Degrees clockwise to turn it for showing: 0, 90, 180, 270.")
    frame_rate: str | None = Field(None, description='Frames a second as an exact fraction "30000/1001".')
    frame_rate_mode: Literal["constant", "variable"] | None = None
    frame_rate_min: str | None = None
    frame_rate_max: str | None = None
    frames: int | None = None
    duration: float | None = Field(None, description="Seconds.")
    bit_rate: int | None = Field(None, description="Bits a second.")
    bit_rate_mode: Literal["constant", "variable"] | None = None
    bit_depth: int | None = None
    color_space: str | None = Field(None, description="YUV, RGB, Y ...")
    color_range: str | None = Field(None, description="Limited or Full.")
    chroma: str | None = Field(None, description='Chroma subsampling, "4:2:0".')
    scan: str | None = Field(None, description="progressive, interlaced, mbaff ...")
    scan_order: str | None = Field(None, description="TFF or BFF where interlaced.")
    primaries: str | None = None
    transfer: str | None = None
    matrix: str | None = None
    hdr: str | None = Field(None, description="HDR format, else PQ or HLG by its transfer; None for standard range.")
    mastering_primaries: str | None = None
    mastering_luminance: str | None = None
    max_cll: int | None = Field(None, description="Maximum content light level, cd/m².")
    max_fall: int | None = Field(None, description="Maximum frame-average light level, cd/m².")
    gop: str | None = Field(None, description='Distance of anchors and key frames: "M=3, N=12".')
    language: str | None = Field(None, description="BCP 47.")
    title: str | None = None


class AudioTrack(Part):
    """A track of sound."""

    codec: str | None = None
    codec_id: str | None = None
    profile: str | None = None
    channels: int | None = None
    layout: str | None = None
    sample_rate: int | None = Field(None, description="Hertz.")
    bit_depth: int | None = None
    bit_rate: int | None = Field(None, description="Bits a second.")
    bit_rate_mode: Literal["constant", "variable"] | None = None
    duration: float | None = Field(None, description="Seconds.")
    language: str | None = Field(None, description="BCP 47.")
    title: str | None = None


class SubtitleTrack(Part):
    """A track of text over the picture."""

    codec: str | None = None
    codec_id: str | None = None
    language: str | None = Field(None, description="BCP 47.")
    title: str | None = None
    forced: bool | None = None


class Shown(Part):
    """The picture as people see it: upright, with square pixels."""

    width: int
    height: int


class Conflict(Part):
    """A fact that the file states in several ways."""

    field: str = Field(description='Where the chosen value stands in the record: "description.caption".')
    value: str
    source: str
    others: list[Stated] = Field(description="What the sources that lost say.")


class Problem(Part):
    """A value that is nonsense, and was not taken over."""

    field: str
    value: str
    source: str
    reason: dict[str, Any] = Field(description="Message as JSON: template and facts.")


class Record(Part):
    """One file's record."""

    version: Literal[2] = VERSION
    still: Still | None = None
    shown: Shown | None = None
    capture: Capture | None = None
    camera: Camera = Camera()
    lens: Lens = Lens()
    exposure: Exposure = Exposure()
    gps: Gps | None = None
    description: Description = Description()
    container: Container | None = None
    video: list[VideoTrack] = []
    audio: list[AudioTrack] = []
    subtitles: list[SubtitleTrack] = []
    sources: dict[str, str] = Field({}, description='Source by field: {"description.title": "iptc ObjectName"}.')
    conflicts: list[Conflict] = []
    problems: list[Problem] = []


def plain(part: Part) -> dict[str, Any]:
    """`part` as JSON, without what is not known."""
    return dict(_present(part.model_dump(mode="json")))


def _present(value: dict[str, Any]) -> dict[str, Any]:
    made = {}
    for name, one in value.items():
        kept = _present(one) if isinstance(one, dict) else one
        if isinstance(kept, list):
            kept = [_present(each) if isinstance(each, dict) else each for each in kept]
        if kept is not None and kept not in ([], {}, ""):
            made[name] = kept
    return made
