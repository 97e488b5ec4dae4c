"""A table as it is read from a file: all cells are texts, geometries stand beside."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self

from media_archive.geo.shapes import Geometry

MOST_ROWS = 200_000
MOST_COLUMNS = 500
#: bytes of a file, and of all that is unpacked of one
MOST_BYTES = 512 << 20
FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".geojson": "geojson",
    ".json": "geojson",
    ".shp": "shapefile",
    ".zip": "shapefile",
    ".gpkg": "geopackage",
}


@dataclass
class Table:
    """Columns and rows; `lines` are where the rows stand in the file, counted as people count them."""

    columns: list[str]
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    #: one a row, or empty where the format has none
    geometries: list[Any] = field(default_factory=list)
    #: what the file says its coordinates are counted from: "WGS-84", "EPSG:4548"; None where it says nothing
    datum: str | None = None
    #: number of a row -> why it cannot be taken (a Message as JSON)
    problems: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """For the pipe of the child process."""
        return asdict(self)

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(**found)

    def geometry(self, number: int) -> Geometry | None:
        """The geometry of a row."""
        return self.geometries[number] if self.geometries else None
