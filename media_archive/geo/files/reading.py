"""Reading tables that people bring: in the child process, for GDAL decodes what strangers made."""

import csv
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from media_archive.errors import Invalid, Unreadable
from media_archive.geo.files.table import FORMATS, MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Table
from media_archive.signs import keepable
from media_archive.tools.isolation import reader
from media_archive.words import Message

SECONDS = 300.0
#: what else belongs to a Shapefile
SHAPEFILE_PARTS = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
MAGIC = {"shapefile": b"\x00\x00\x27\x0a", "geopackage": b"SQLite format 3\x00"}
#: drivers that would open the same beginnings of a file, or lead elsewhere
SKIPPED = "SQLite,MBTiles,OGR_VRT"
LONGEST_CELL = 20_000_000


def read(file: Path) -> Table:
    """The table in `file`, read in the child process; Invalid or Unreadable where there is none."""
    return Table.from_json(
        reader().call("media_archive.geo.files.reading:table", str(file.absolute()), timeout=SECONDS)
    )


def table(name: str) -> dict[str, Any]:
    """The same here; what the child process calls."""
    file = Path(name)
    kind = FORMATS.get(file.suffix.lower())
    if kind is None:
        raise Invalid(
            "{file} is no table that is read here. Bring CSV, GeoJSON, a Shapefile (.shp, or all of it as .zip) or a GeoPackage.",
            file=file.name,
        )
    try:
        if file.stat().st_size > MOST_BYTES:
            raise Invalid("{file} is larger than {most} bytes. Divide it.", file=file.name, most=MOST_BYTES)
        found = _READERS[kind](file)
    except OSError as exc:
        raise Unreadable("{file} cannot be read: {reason}.", file=file.name, reason=exc.strerror or str(exc)) from exc
    if len(found.columns) > MOST_COLUMNS:
        raise Invalid("{file} has more than {most} columns. Leave some out.", file=file.name, most=MOST_COLUMNS)
    return found.to_json()


def _csv(file: Path) -> Table:
    text = _decoded(file.read_bytes(), file.name)
    csv.field_size_limit(LONGEST_CELL)
    heading = text.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        found = Table([one.strip() for one in next(lines, [])])
        if not any(found.columns):
            raise Invalid("{file} has no heading. Its first line must name the columns.", file=file.name)
        for cells in lines:
            if any(cell.strip() for cell in cells):
                _add(found, [_unquoted(cell) for cell in cells], lines.line_num, file.name)
    except csv.Error as exc:
        raise Invalid("{file} is no table: {reason}.", file=file.name, reason=str(exc)) from exc
    return found


def _unquoted(cell: str) -> str:
    """Without the apostrophe that keeps spreadsheets from taking a cell for a formula."""
    return cell[1:].strip() if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@＝＋－＠" else cell.strip()


def _decoded(raw: bytes, name: str) -> str:
    """The text: UTF-8, UTF-16 with its mark, or GB 18030, in which Chinese spreadsheets write."""
    encodings = ["utf-16"] if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return raw.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise Invalid("{file} is neither UTF-8 nor GB 18030. Save it as CSV UTF-8.", file=name)


def _add(found: Table, cells: list[str], line: int, name: str) -> None:
    if len(found.rows) >= MOST_ROWS:
        raise Invalid("{file} has more than {most} rows. Divide it.", file=name, most=MOST_ROWS)
    width = len(found.columns)
    if any(cells[width:]):
        message = Message("It has more cells than the heading. Put quotation marks around cells with separators.")
        found.problems[str(len(found.rows))] = message.to_json()
    found.rows.append([*cells[:width], *[""] * (width - len(cells))])
    found.lines.append(line)


def _geojson(file: Path) -> Table:
    try:
        document = json.loads(_decoded(file.read_bytes(), file.name))
    except (ValueError, RecursionError) as exc:
        raise Invalid("{file} is no GeoJSON: {reason}.", file=file.name, reason=str(exc)[:200]) from exc
    features = list(_features(document, file.name))
    names: dict[str, None] = {}
    for one in features:
        names |= dict.fromkeys(one["properties"])
    found = Table(list(names), datum=_geojson_datum(document))
    for number, one in enumerate(features, 1):
        _add(found, [_text(one["properties"].get(name)) for name in names], number, file.name)
        found.geometries.append(one["geometry"])
    return found


def _features(document: Any, name: str) -> Iterator[dict[str, Any]]:
    if not isinstance(document, dict) or "type" not in document:
        raise Invalid("{file} is no GeoJSON: {reason}.", file=name, reason="type")
    features = document.get("features") if document["type"] == "FeatureCollection" else [document]
    if not isinstance(features, list):
        raise Invalid("{file} is no GeoJSON: {reason}.", file=name, reason="features")
    for one in features:
        is_feature = isinstance(one, dict) and one.get("type") == "Feature"
        properties = one.get("properties") if is_feature else {}
        geometry = one.get("geometry") if is_feature else one
        number = {"id": one["id"]} if is_feature and isinstance(one.get("id"), str | int) else {}
        said = number | (properties if isinstance(properties, dict) else {})
        yield {"properties": {keepable(str(key)): value for key, value in said.items()}, "geometry": geometry}


def _geojson_datum(document: dict[str, Any]) -> str:
    """What the member "crs" of older files says; WGS-84 otherwise, as RFC 7946 has it."""
    try:
        name = str(document["crs"]["properties"]["name"])
    except (KeyError, TypeError):
        return "WGS-84"
    number = name.rpartition(":")[2]
    return f"EPSG:{number}" if "EPSG" in name and number.isdigit() else "WGS-84"


def _shapefile(file: Path) -> Table:
    if file.suffix.lower() != ".zip":
        return _layers([file], "shapefile")
    with tempfile.TemporaryDirectory(prefix="shapes-") as folder:
        return _layers(_unpacked(file, Path(folder)), "shapefile")


def _unpacked(file: Path, folder: Path) -> list[Path]:
    """The Shapefiles in an archive, under names of our own."""
    names: dict[str, str] = {}
    room = MOST_BYTES
    try:
        with zipfile.ZipFile(file) as packed:
            for one in packed.infolist():
                path = PurePosixPath(one.filename)
                if one.is_dir() or path.suffix.lower() not in SHAPEFILE_PARTS:
                    continue
                stem = names.setdefault(str(path.with_suffix("")), f"layer{len(names)}")
                with packed.open(one) as source:
                    content = source.read(room + 1)
                room -= len(content)
                if room < 0:
                    raise Invalid("{file} is larger than {most} bytes. Divide it.", file=file.name, most=MOST_BYTES)
                (folder / f"{stem}{path.suffix.lower()}").write_bytes(content)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as exc:
        raise Invalid("{file} is no archive that can be opened: {reason}.", file=file.name, reason=str(exc)) from exc
    shapes = sorted(folder.glob("*.shp"))
    if not shapes:
        raise Invalid("There is no Shapefile in {file}. Put .shp, .shx, .dbf and .prj into it.", file=file.name)
    return shapes


def _geopackage(file: Path) -> Table:
    return _layers([file], "geopackage")


def _layers(files: list[Path], kind: str) -> Table:
    """All layers of all files, one after another; columns of the same name are one."""
    os.environ.setdefault("OGR_SKIP", SKIPPED)  # read when GDAL is loaded
    import pyogrio

    found = Table([])
    for file in files:
        with file.open("rb") as stream:
            if not stream.read(16).startswith(MAGIC[kind]):
                raise Unreadable("{file} is not what its name says. Bring the file as it was exported.", file=file.name)
        try:
            for layer in pyogrio.list_layers(file)[:, 0].tolist() if kind == "geopackage" else [None]:
                _layer(found, file, layer)
        except (RuntimeError, ValueError) as exc:  # pyogrio's errors are RuntimeErrors
            raise Unreadable("{file} cannot be read: {reason}.", file=file.name, reason=str(exc)[:200]) from exc
    return found


def _layer(found: Table, file: Path, layer: str | None) -> None:
    import numpy as np
    import shapely
    from pyogrio.raw import read as read_layer

    meta, _, shapes, fields = read_layer(
        file, layer=layer, encoding=_dbf_encoding(file), max_features=MOST_ROWS + 1, datetime_as_string=True
    )
    names = [str(one) for one in meta["fields"]]
    columns = list(dict.fromkeys([*found.columns, *names]))
    if len(columns) > len(found.columns):
        found.rows = [[*row, *[""] * (len(columns) - len(row))] for row in found.rows]
        found.columns = columns
    count = len(shapes) if shapes is not None else len(fields[0]) if fields else 0
    raw = shapes if shapes is not None else np.full(count, None)
    geometries = shapely.from_wkb(raw, on_invalid="ignore")
    datum = _datum(meta.get("crs"))
    if found.datum is not None and datum != found.datum:
        raise Invalid("The layers of {file} have different coordinates. Bring them one by one.", file=file.name)
    found.datum = datum
    for number in range(count):
        cells = dict(zip(names, (_text(values[number]) for values in fields), strict=True))
        if raw[number] is not None and geometries[number] is None:
            message = Message("Its geometry cannot be read. Export it as points, lines or areas.")
            found.problems[str(len(found.rows))] = message.to_json()
        _add(found, [cells.get(name, "") for name in found.columns], number + 1, file.name)
        shape = geometries[number]
        empty = shape is None or shape.is_empty
        found.geometries.append(None if empty else json.loads(shapely.to_geojson(shape)))


def _dbf_encoding(file: Path) -> str | None:
    """In what a Shapefile without .cpg is written: UTF-8 where that fits, else GB 18030."""
    if file.suffix.lower() != ".shp" or any(file.with_suffix(end).exists() for end in (".cpg", ".CPG")):
        return None
    tables = [one for one in (file.with_suffix(".dbf"), file.with_suffix(".DBF")) if one.exists()]
    try:
        for one in tables:
            one.read_bytes()[32:].decode("utf-8")
    except UnicodeDecodeError:
        return "GB18030"
    return "UTF-8"


def _datum(crs: str | None) -> str | None:
    """What PROJ makes of the file's own words, by its EPSG number."""
    if not crs:
        return None
    from pyproj import CRS
    from pyproj.exceptions import ProjError

    try:
        number = CRS.from_user_input(crs).to_epsg(min_confidence=25)
    except ProjError:
        return None
    return f"EPSG:{number}" if number else None


def _text(value: Any) -> str:
    """A cell as text: whole numbers without a fraction, nothing for nothing."""
    if value is None or value != value:  # noqa: PLR0124 - what is no number is unlike itself
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bytes):
        return ""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return keepable(str(value))


_READERS = {"csv": _csv, "geojson": _geojson, "shapefile": _shapefile, "geopackage": _geopackage}
