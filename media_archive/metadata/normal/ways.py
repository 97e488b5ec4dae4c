"""Where a film was taken: places that phones write, and the ways that cameras, drones and receivers record."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from media_archive.metadata.normal import moments, places
from media_archive.metadata.normal.precedence import Decisions
from media_archive.metadata.normal.said import Said
from media_archive.metadata.reading.way import Point, unpacked
from media_archive.metadata.record import Capture, Gps, TrackPoint

#: degrees, degrees and minutes, or degrees, minutes and seconds run together (ISO 6709, annex H); some leave noughts out
ISO6709 = re.compile(r"([+-]\d{1,7}(?:\.\d{1,12})?)([+-]\d{1,7}(?:\.\d{1,12})?)(?:([+-]\d{1,6}(?:\.\d{1,6})?))?")
LOCATIONS = ("com_apple_quicktime_location_ISO6709", "xyz", "Recorded_Location", "LOCATION")
#: Panasonic writes "E135.35.40" or "35.6917"
SEXAGESIMAL = re.compile(r"([NSEW])?\s*(\d{1,3})[.:](\d{1,2})[.:](\d{1,2}(?:\.\d+)?)")
#: what a receiver's track may lie outside the film, in minutes, because clocks differ
SLACK = timedelta(minutes=1)


def choose(said: Said, decided: Decisions, taken: Capture | None) -> Gps | None:
    """The place where the film begins, with the way, if there is one."""
    return decided.choose("gps", _candidates(said, taken))


def _candidates(said: Said, taken: Capture | None) -> Iterator[tuple[str, Gps | None]]:
    way = said.movie.get("way") or {}
    yield f"movie {way.get('source')}", _walked(way, f"movie {way.get('source')}")
    for name in LOCATIONS:
        text = said.extra.get(name) or said.general.get(name)
        yield f"MediaInfo {name}", from_iso6709(text, f"MediaInfo {name}")
    camera = said.movie.get("camera") or {}
    yield "movie location", from_iso6709(camera.get("location"), "movie location")
    for source, xml in said.xml():
        yield f"{source} place", _from_xml(xml, f"{source} place")
    yield "flight", _walked(said.flight, "flight")
    yield "gpx", _walked(said.gpx, "gpx", taken, said.duration)
    yield "xmp GPS", places.from_xmp(said.inner)
    yield "sidecar GPS", places.from_xmp(said.sidecar, "sidecar")


def from_iso6709(text: Any, source: str) -> Gps | None:
    """The place in a text such as "+32.0929+034.8620+028.516/"."""
    found = ISO6709.match(str(text or "").strip())
    if found is None:
        return None
    height = float(found[3]) if found[3] else None
    return places.place(_degrees(found[1], 2), _degrees(found[2], 3), height, None, None, source)


def _degrees(text: str, digits: int) -> float:
    """Degrees of at most `digits` digits; behind them may stand two of minutes and two of seconds."""
    sign, (whole, _, part) = (-1 if text[0] == "-" else 1), text[1:].partition(".")
    value = float(f"{whole}.{part or 0}")
    if len(whole) <= digits:
        return sign * value
    if len(whole) <= digits + 2:
        return sign * round(value // 100 + value % 100 / 60, 7)
    return sign * round(value // 10000 + value // 100 % 100 / 60 + value % 100 / 3600, 7)


def _from_xml(xml: dict[str, Any], source: str) -> Gps | None:
    gps = xml.get("gps") or {}
    if gps.get("Status") == "V":
        return None
    one = _sexagesimal(gps.get("Latitude") or xml.get("latitude"), gps.get("LatitudeRef"))
    other = _sexagesimal(gps.get("Longitude") or xml.get("longitude"), gps.get("LongitudeRef"))
    return places.place(one, other, None, None, gps.get("MapDatum"), source)


def _sexagesimal(text: Any, side: Any) -> float | None:
    said = str(text or "").strip()
    found = SEXAGESIMAL.fullmatch(said)
    if found:
        value = int(found[2]) + int(found[3]) / 60 + float(found[4]) / 3600
        return round(-value if (found[1] or side) in {"S", "W"} else value, 7)
    try:
        return float(said) if said else None
    except ValueError:
        return None


def _walked(way: dict[str, Any], source: str, taken: Capture | None = None, length: float | None = None) -> Gps | None:
    """A recorded way; of a receiver's, which may be longer than the film, what falls into it where anything does."""
    points = list(unpacked(way))
    points = _during(points, taken, length) if taken else points
    if not points:
        return None
    first = points[0]
    made = places.place(first.lat, first.lon, first.alt, None, None, source)
    if made is None:
        return None
    track = [
        TrackPoint(time=one.time, at=one.at, lat=one.lat, lon=one.lon, alt=one.alt, speed=one.speed) for one in points
    ]
    counted = way.get("points") if len(points) == _kept(way) else len(points)
    return made.model_copy(
        update={"speed": first.speed, "at": first.at, "track": track, "track_points": counted or len(points)}
    )


def _kept(way: dict[str, Any]) -> int:
    return sum(len(batch) for batch in way.get("track") or () if isinstance(batch, list))


def _during(points: list[Point], taken: Capture, length: float | None) -> list[Point]:
    if taken.precision not in {"second", "fraction", "minute"}:
        return points
    begin, end = taken.instant - SLACK, taken.instant + SLACK + timedelta(seconds=min(length or 0, 1e6))
    inside = [point for point in points if (at := _instant(point.at)) and begin <= at <= end]
    return inside or points


def _instant(text: str | None) -> datetime | None:
    found = moments.moment(text, "", UTC) if text else None
    return found.instant if found else None
