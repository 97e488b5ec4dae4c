"""Tracks of satellite receivers (GPX 1.0 and 1.1, topografix.com/gpx)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from media_archive.metadata.reading.way import Point, packed

POINTS = {"trkpt", "rtept", "wpt"}
#: a day at ten a second
MOST_POINTS = 864_000


def read(data: bytes) -> dict[str, Any]:
    """As `way.packed` has it; `{"error": reason}` for no XML."""
    made: list[Point] = []
    try:
        for point in _points(data):
            made.append(point)
            if len(made) >= MOST_POINTS:
                break
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as exc:
        if not made:
            return {"error": f"{type(exc).__name__}: {exc}"[:300]}
    return packed(made)


def timed(file: str) -> dict[str, Any]:
    """Every point with a time as [seconds since 1970, latitude, longitude]; `{"error": reason}` for no XML.

    Times without an offset are UTC, as the format has it. Of what ends in its midst, what came before counts.
    """
    made: list[tuple[float, float, float]] = []
    try:
        for point in _points(Path(file).read_bytes()):
            seconds = _seconds(point.at)
            if seconds is not None and point.sane():
                made.append((seconds, point.lat, point.lon))
            if len(made) >= MOST_POINTS:
                break
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as exc:
        if not made:
            return {"error": f"{type(exc).__name__}: {exc}"[:300]}
    return {"points": made}


def _seconds(text: str | None) -> float | None:
    try:
        moment = datetime.fromisoformat((text or "").replace("Z", "+00:00"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _points(data: bytes) -> Iterator[Point]:
    for _, element in iterparse(BytesIO(data), events=("end",), forbid_dtd=True):
        if _local(element) not in POINTS:
            continue
        inner = {_local(child): (child.text or "").strip() for child in element}
        lat, lon = _number(element.get("lat")), _number(element.get("lon"))
        at = inner.get("time", "")
        if lat is not None and lon is not None:
            yield Point(None, lat, lon, _number(inner.get("ele")), _number(inner.get("speed")), at[:40] or None)
        element.clear()


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text and len(text) < 40 else None
    except ValueError:
        return None
