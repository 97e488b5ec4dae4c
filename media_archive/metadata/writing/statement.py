"""What is written into copies and sidecars about one asset: a plain statement, whatever the format it goes into."""

from pydantic import BaseModel, ConfigDict

from media_archive.metadata.record import Location


class Position(BaseModel):
    """Where the camera stood."""

    model_config = ConfigDict(frozen=True)

    lat: float
    lon: float
    alt: float | None = None
    direction: float | None = None
    direction_reference: str | None = None
    datum: str = "WGS-84"
    at: str | None = None


class Statement(BaseModel):
    """The description of an asset as the catalogue has it; what it does not know is None or empty."""

    model_config = ConfigDict(frozen=True)

    asset_id: str
    archival_code: str | None = None
    archive: str | None = None
    title: str | None = None
    headline: str | None = None
    caption: str | None = None
    creator: list[str] = []
    creator_title: str | None = None
    caption_writer: str | None = None
    keywords: list[str] = []
    #: from the root, "项目|P1 解放路"
    branches: list[str] = []
    credit: str | None = None
    source: str | None = None
    rights: str | None = None
    usage_terms: str | None = None
    rights_url: str | None = None
    instructions: str | None = None
    persons: list[str] = []
    event: str | None = None
    location_created: Location | None = None
    location_shown: list[Location] = []
    rating: int | None = None
    label: str | None = None
    #: ISO 8601 as precise as known
    taken: str | None = None
    #: whether the catalogue's moment differs from the one the file states: it then holds in EXIF too
    clock_corrected: bool = False
    position: Position | None = None
