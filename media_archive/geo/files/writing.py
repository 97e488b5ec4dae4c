"""Writing tables with geometry, in the formats that `reading` reads."""

import csv
import io
import json
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from media_archive.errors import Invalid, Unavailable
from media_archive.geo import wkt
from media_archive.geo.files.table import FORMATS, Table
from media_archive.geo.shapes import Geometry, kinds

BOM = b"\xef\xbb\xbf"
#: what a spreadsheet takes for the start of a formula, full-width forms too (OWASP: CSV injection)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
#: bytes of a text in a Shapefile
LONGEST_TEXT = 254
#: column of the geometry in tables that have none
GEOMETRY = "geometry"
#: a Shapefile holds one sort of geometry: what is written beside the name of each
SORTS = {"point": "points", "line": "lines", "area": "areas"}


def write(file: Path, table: Table, crs: str | None) -> int:
    """Writes the table as the ending of `file` says; returns how many texts had to be shortened.

    `crs` is what the coordinates are counted from as PROJ knows it; None for datums that it does not know.
    """
    kind = FORMATS.get(file.suffix.lower())
    if kind is None:
        raise Invalid(
            "{file} ends in nothing that is written here. Known: {known}.", file=file.name, known=", ".join(FORMATS)
        )
    try:
        return _WRITERS[kind](file, table, crs)
    except OSError as exc:
        raise Unavailable(
            "{file} cannot be written: {reason}.", file=str(file), reason=exc.strerror or str(exc)
        ) from exc


def _csv(file: Path, table: Table, _crs: str | None) -> int:
    shapes = [wkt.written(one) if one else "" for one in table.geometries]
    every = [[*row, shape] for row, shape in zip(table.rows, shapes, strict=True)] if any(shapes) else table.rows
    file.write_bytes(csv_bytes([*table.columns, GEOMETRY] if any(shapes) else table.columns, every))
    return 0


def csv_bytes(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A CSV table for spreadsheets: UTF-8 with its mark, nothing that begins like a formula (RFC 4180)."""
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(columns)
    lines.writerows([harmless(cell) for cell in row] for row in rows)
    return BOM + text.getvalue().encode("utf-8", "replace")


def harmless(cell: str) -> str:
    """`cell`, never taken for a formula: an apostrophe stands before what begins like one and is no number."""
    if not cell.startswith(FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell


def _geojson(file: Path, table: Table, crs: str | None) -> int:
    features = [
        {"type": "Feature", "properties": _filled(table.columns, row), "geometry": shape}
        for row, shape in zip(table.rows, table.geometries, strict=True)
    ]
    document: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if crs not in (None, "EPSG:4326"):
        document["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{str(crs).replace(':', '::')}"}}
    file.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return 0


def _filled(columns: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    return {name: cell for name, cell in zip(columns, row, strict=True) if cell}


def _geopackage(file: Path, table: Table, crs: str | None) -> int:
    _layer(file, "GPKG", table, crs, "Unknown")
    return 0


def _shapefile(file: Path, table: Table, crs: str | None) -> int:
    if file.suffix.lower() == ".zip":
        return _packed(file, table, crs)
    by_sort: dict[str, list[int]] = {}
    for number, one in enumerate(table.geometries):
        by_sort.setdefault(max(kinds(one)) if one else "", []).append(number)
    without = by_sort.pop("", [])
    sorts = list(by_sort) or ["point"]
    by_sort.setdefault(sorts[0], []).extend(without)  # a Shapefile may hold rows without geometry
    for sort in sorts:
        target = file if len(sorts) == 1 else file.with_name(f"{file.stem}-{SORTS[sort]}.shp")
        part = Table(table.columns, [table.rows[number] for number in by_sort[sort]])
        part.geometries = [table.geometries[number] for number in by_sort[sort]]
        _layer(target, "ESRI Shapefile", part, crs, _sort(part.geometries, sort))
    return sum(len(cell.encode()) > LONGEST_TEXT for row in table.rows for cell in row)


_BASES = {"point": "Point", "line": "LineString", "area": "Polygon"}


def _sort(shapes: Sequence[Geometry | None], sort: str) -> str:
    """The type of a layer: several parts where one geometry has several."""
    several = any(one and one["type"].startswith("Multi") for one in shapes)
    return f"Multi{_BASES[sort]}" if several or sort != "point" else _BASES[sort]


def _packed(file: Path, table: Table, crs: str | None) -> int:
    import tempfile

    with tempfile.TemporaryDirectory(prefix="shapes-", dir=file.parent) as folder:
        shortened = _shapefile(Path(folder) / f"{file.stem}.shp", table, crs)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            for one in sorted(Path(folder).iterdir()):
                packed.write(one, one.name)
    return shortened


def _layer(file: Path, driver: str, table: Table, crs: str | None, sort: str) -> None:
    import numpy as np
    import shapely
    from pyogrio.raw import write as write_layer

    shapes = [shapely.from_geojson(json.dumps(one)) if one else None for one in table.geometries]
    if sort.startswith("Multi"):
        shapes = [_several(one) for one in shapes]
    cells = [np.array([row[place] for row in table.rows], dtype=object) for place in range(len(table.columns))]
    if file.exists():
        file.unlink()
    raw = np.array(shapely.to_wkb(np.array(shapes, dtype=object)), dtype=object)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a Shapefile shortens is told by `write`
        write_layer(file, raw, cells, list(table.columns), crs=crs, geometry_type=sort, driver=driver, encoding="UTF-8")


def _several(shape: Any) -> Any:
    """A geometry as one of several parts, as a layer of those wants it."""
    import shapely

    makers = {"Point": shapely.MultiPoint, "LineString": shapely.MultiLineString, "Polygon": shapely.MultiPolygon}
    return makers[shape.geom_type]([shape]) if shape is not None and shape.geom_type in makers else shape


_WRITERS = {"csv": _csv, "geojson": _geojson, "shapefile": _shapefile, "geopackage": _geopackage}
