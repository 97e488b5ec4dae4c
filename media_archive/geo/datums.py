"""What coordinates are counted from: named datums, grids by their EPSG number, and the archive's own grid."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from media_archive.errors import Invalid
from media_archive.geo import offsets
from media_archive.geo.shapes import Geometry, Points, checked, moved, on_earth

WGS84 = "WGS-84"
#: differs from WGS-84 by centimetres (ITRF97 at 2000.0 against the current one): taken for the same
CGCS2000 = "CGCS2000"
GCJ02 = "GCJ-02"
BD09 = "BD-09"
#: the grid that the settings describe
LOCAL = "local"
DATUMS = (WGS84, CGCS2000, GCJ02, BD09, LOCAL)
SAME = (WGS84, CGCS2000)
EPSG = "EPSG:"
#: ways of writing them, without case, spaces, hyphens and underlines
_SPELLINGS = {
    "wgs84": WGS84,
    "epsg:4326": WGS84,
    "cgcs2000": CGCS2000,
    "国家2000": CGCS2000,
    "epsg:4490": CGCS2000,
    "gcj02": GCJ02,
    "火星坐标": GCJ02,
    "bd09": BD09,
    "百度": BD09,
    "local": LOCAL,
    "本地": LOCAL,
}


@dataclass(frozen=True)
class Datum:
    """A datum by name; `grid` is the PROJ string of the local one."""

    name: str = WGS84
    grid: str = ""

    @classmethod
    def of(cls, name: str, grid: str = "") -> "Datum":
        """The datum called so; Invalid where there is none, or where it is the local one and nobody described it."""
        plain = name.strip().casefold().replace(" ", "").replace("-", "").replace("_", "")
        known = _SPELLINGS.get(plain)
        if known is None and plain.startswith("epsg:") and plain[5:].isascii() and plain[5:].isdigit():
            known = f"{EPSG}{plain[5:]}"
        if known is None:
            raise Invalid(
                "{name} is no datum. Known: {known}, and EPSG numbers such as EPSG:4548.",
                name=name[:64],
                known=", ".join(DATUMS),
            )
        if known == LOCAL and not grid:
            raise Invalid("The local grid is not described. Set MEDIA_ARCHIVE_LOCAL_GRID to its PROJ string first.")
        made = cls(known, grid if known == LOCAL else "")
        if made.is_grid:
            _transformer(made.projection, forth=False)
        return made

    @property
    def is_grid(self) -> bool:
        """Whether its coordinates are computed by PROJ."""
        return self.name == LOCAL or self.name.startswith(EPSG)

    @property
    def projection(self) -> str:
        """What PROJ knows it by."""
        return self.grid if self.name == LOCAL else self.name

    @property
    def is_wgs84(self) -> bool:
        """Whether its numbers are WGS-84 as they are."""
        return self.name in SAME


def normalise(geometry: Any, datum: Datum) -> Geometry:
    """A geometry given in `datum`, checked, in WGS-84 degrees; Invalid where it cannot be."""
    found = checked(geometry)
    if datum.is_wgs84:
        return on_earth(found)
    if not datum.is_grid:
        on_earth(found)
    return on_earth(moved(found, lambda points: _to_wgs84(points, datum)))


def expressed(geometry: Geometry, datum: Datum) -> Geometry:
    """A WGS-84 geometry in `datum`: the way back."""
    return geometry if datum.is_wgs84 else moved(geometry, lambda points: _from_wgs84(points, datum))


def _to_wgs84(points: Points, datum: Datum) -> Points:
    if datum.is_grid:
        return _projected(points, datum, forth=False)
    return offsets.from_gcj02(points) if datum.name == GCJ02 else offsets.from_bd09(points)


def _from_wgs84(points: Points, datum: Datum) -> Points:
    if datum.is_grid:
        return _projected(points, datum, forth=True)
    return offsets.to_gcj02(points) if datum.name == GCJ02 else offsets.to_bd09(points)


def _projected(points: Points, datum: Datum, *, forth: bool) -> Points:
    x, y = _transformer(datum.projection, forth=forth).transform(points[:, 0], points[:, 1])
    found = np.column_stack([x, y])
    if not np.all(np.isfinite(found)):
        raise Invalid("The geometry lies outside the grid {grid}. Is the datum right?", grid=datum.projection[:200])
    return found


@lru_cache(maxsize=32)
def _transformer(projection: str, *, forth: bool) -> Any:
    """PROJ's way from degrees to `projection`, or back; longitude or easting always comes first."""
    from pyproj import CRS, Transformer
    from pyproj.exceptions import ProjError

    try:
        grid = CRS.from_user_input(projection)
        # what rests on CGCS2000 differs from WGS-84 by centimetres: nothing is added for it
        degrees = grid.geodetic_crs if _is_chinese(grid) and grid.geodetic_crs else CRS.from_epsg(4326)
        start, end = (degrees, grid) if forth else (grid, degrees)
        return Transformer.from_crs(start, end, always_xy=True)
    except ProjError as exc:
        raise Invalid(
            "{grid} is no grid that PROJ knows ({reason}). Correct it.", grid=projection[:200], reason=str(exc)[:200]
        ) from exc


def _is_chinese(grid: Any) -> bool:
    return "China Geodetic Coordinate System 2000" in str(getattr(grid.datum, "name", ""))
