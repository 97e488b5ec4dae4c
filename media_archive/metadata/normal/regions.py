"""Marked parts of pictures, mostly faces, as fractions of the stored picture from its top left corner."""

from typing import Any

from media_archive.metadata.normal.numbers import fraction
from media_archive.metadata.normal.words import said_by
from media_archive.metadata.record import Region

MOST = 200
#: Panasonic counts as if the picture were so wide
PANASONIC_WIDTH = 320
Size = tuple[int | None, int | None]


def of_group(value: Any, _size: Size = (None, None)) -> list[Region]:
    """Regions of the Metadata Working Group (Guidelines 2.0, 5.9): their middles, and widths and heights."""
    found = []
    for region in _items(value, "mwg-rs:RegionList"):
        area = region.get("mwg-rs:Area") or {}
        x, y, width, height = (_number(area.get(f"stArea:{name}")) for name in ("x", "y", "w", "h"))
        if x is None or y is None:
            continue
        width, height = width or _number(area.get("stArea:d")) or 0, height or _number(area.get("stArea:d")) or 0
        name, kind = said_by(region.get("mwg-rs:Name")), said_by(region.get("mwg-rs:Type"))
        found += _region(name, kind or None, x - width / 2, y - height / 2, width, height)
    return found


def of_microsoft(value: Any, _size: Size = (None, None)) -> list[Region]:
    """Windows' and Picasa's regions: "x, y, width, height" from the top left."""
    found = []
    for region in _items(value, "MPRI:Regions"):
        parts = [_number(part) for part in said_by(region.get("MPReg:Rectangle")).split(",")]
        if len(parts) == 4 and None not in parts:
            x, y, width, height = (part or 0.0 for part in parts)
            found += _region(said_by(region.get("MPReg:PersonDisplayName")), "Face", x, y, width, height)
    return found


def of_iptc(value: Any, size: Size = (None, None)) -> list[Region]:
    """IPTC's image regions (Extension 1.5): rectangles, circles, polygons, as fractions or pixels."""
    found = []
    for region in value if isinstance(value, list) else []:
        if not isinstance(region, dict):
            continue
        edge = {name.rpartition(":")[2]: part for name, part in (_dict(region, "RegionBoundary")).items()}
        pixels = str(edge.get("rbUnit")) == "pixel"
        across, down = (size[0] or 0, size[1] or 0) if pixels else (1, 1)
        box = _box(edge)
        if box is None or not across or not down:
            continue
        kinds = _dict(region, "RCtype") or {}
        kind = said_by(kinds.get("Name")) if isinstance(kinds, dict) else ""
        name = said_by(next((part for key, part in region.items() if key.endswith(":Name")), None))
        found += _region(name, kind or None, box[0] / across, box[1] / down, box[2] / across, box[3] / down)
    return found


def of_panasonic(value: Any, size: Size) -> list[Region]:
    """Faces in the maker's note: how many, then middle, width and height of each."""
    if not isinstance(value, list) or not value or not size[0] or not size[1]:
        return []
    tall = PANASONIC_WIDTH * size[1] / size[0]
    found = []
    for at in range(1, min(1 + 4 * int(value[0]), len(value) - 3), 4):
        x, y, width, height = value[at : at + 4]
        left, top = (x - width / 2) / PANASONIC_WIDTH, (y - height / 2) / tall
        found += _region("", "Face", left, top, width / PANASONIC_WIDTH, height / tall)
    return found


def _box(edge: dict[str, Any]) -> tuple[float, float, float, float] | None:
    """Left, top, width and height of a boundary."""
    if edge.get("rbShape") == "polygon" or "rbVertices" in edge:
        corners = [
            {name.rpartition(":")[2]: _number(part) for name, part in corner.items()}
            for corner in edge.get("rbVertices") or []
            if isinstance(corner, dict)
        ]
        across = [x for x in (corner.get("rbX") for corner in corners) if x is not None]
        down = [y for y in (corner.get("rbY") for corner in corners) if y is not None]
        return (min(across), min(down), max(across) - min(across), max(down) - min(down)) if across and down else None
    x, y = _number(edge.get("rbX")), _number(edge.get("rbY"))
    if x is None or y is None:
        return None
    radius = _number(edge.get("rbRx"))
    if radius is not None:
        return x - radius, y - radius, 2 * radius, 2 * radius
    return x, y, _number(edge.get("rbW")) or 0, _number(edge.get("rbH")) or 0


def _region(name: str, kind: str | None, x: float, y: float, width: float, height: float) -> list[Region]:
    if not (-1 <= x <= 2 and -1 <= y <= 2 and 0 <= width <= 2 and 0 <= height <= 2):
        return []
    numbers = {"x": x, "y": y, "width": width, "height": height}
    return [Region(name=name or None, kind=kind, **{key: round(part, 6) for key, part in numbers.items()})]


def _items(value: Any, name: str) -> list[dict[str, Any]]:
    listed = value.get(name) if isinstance(value, dict) else None
    return [item for item in listed[:MOST] if isinstance(item, dict)] if isinstance(listed, list) else []


def _dict(region: dict[str, Any], ending: str) -> dict[str, Any]:
    found = next((part for name, part in region.items() if name.endswith(f":{ending}")), None)
    if isinstance(found, list):
        found = found[0] if found else None
    return found if isinstance(found, dict) else {}


def _number(value: Any) -> float | None:
    exact = fraction(str(value).strip()) if value is not None else None
    return float(exact) if exact is not None else None
