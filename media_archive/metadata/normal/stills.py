"""The record of a photograph, out of what its readers found, by the rules of precedence."""

from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from typing import Any, TypeVar

from media_archive.metadata.normal import moments, pictures, places, regions
from media_archive.metadata.normal.precedence import Decisions, rules, ways
from media_archive.metadata.normal.sources import Found, Sources, gathered
from media_archive.metadata.normal.values import WAYS
from media_archive.metadata.record import (
    Camera,
    Capture,
    Description,
    Exposure,
    Gps,
    Lens,
    Location,
    Part,
    Record,
    Region,
    Still,
)

P = TypeVar("P", bound=Part)
#: where moments lie whose fraction of a second and offset stand in tags of their own
PARTS = {
    "exif DateTimeOriginal": ("SubSecTimeOriginal", ("OffsetTimeOriginal", "OffsetTimeDigitized", "OffsetTime")),
    "exif DateTimeDigitized": ("SubSecTimeDigitized", ("OffsetTimeDigitized", "OffsetTimeOriginal", "OffsetTime")),
    "exif DateTime": ("SubSecTime", ("OffsetTime",)),
}
REGIONS: dict[str, Callable[[Any, regions.Size], list[Region]]] = {
    "mwg-rs:Regions": regions.of_group,
    "MP:RegionInfo": regions.of_microsoft,
    "Iptc4xmpExt:ImageRegion": regions.of_iptc,
    "Faces": regions.of_panasonic,
}
#: a camera's clock further off than this says nothing about the camera's clock
FURTHEST_OFF = 366 * 86400
EXACT = {"second", "fraction"}


def record(found: Found, sidecar: dict[str, Any], zone: tzinfo, modified: datetime | None = None) -> Record:
    """The record of a photograph. `found` by tool; `sidecar` the properties of an XMP file beside it.

    `modified` is when the file was last modified, believed where nothing else tells of time.
    """
    sources, decided = gathered(found, sidecar), Decisions()
    still = pictures.still(sources, decided)
    size = (still.width, still.height)
    gps = decided.choose("gps", _places(sources))
    made = {
        "still": still if still != Still() else None,
        "shown": pictures.shown(still),
        "capture": _capture(sources, decided, zone, modified),
        "gps": gps,
        "camera": part(Camera, "camera", sources, decided),
        "lens": _lens(sources, decided),
        "exposure": part(Exposure, "exposure", sources, decided),
        "description": _description(sources, decided, size),
    }
    return Record(**{name: value for name, value in made.items() if value is not None}, **decided.told())


def part(kind: type[P], prefix: str, sources: Sources, decided: Decisions, **more: Any) -> P:
    """A part of the record, each field that has a rule decided by it; `more` are fields made otherwise."""
    ruled = rules()
    values = {
        name: decide(f"{prefix}.{name}", sources, decided) for name in kind.model_fields if f"{prefix}.{name}" in ruled
    }
    known = {name: value for name, value in (values | more).items() if value is not None}
    return kind.model_validate(known) if known else kind()


def decide(field: str, sources: Sources, decided: Decisions) -> Any:
    """The value of `field` by its rule; None where no source has one."""
    candidates = []
    for way in ways(field):
        said = sources.get(way.tool, {}).get(way.key)
        if said is not None and way.read is not None:
            candidates.append((way.source, WAYS[way.read](said)))
    return decided.choose(field, candidates) if candidates else None


def _lens(sources: Sources, decided: Decisions) -> Lens:
    span = decide("lens.range", sources, decided) or []
    decided.sources.pop("lens.range", None)
    shortest, longest, widest = (*(number or None for number in span[:3]), None, None, None)[:3]
    made = part(Lens, "lens", sources, decided)
    more = {"min_focal_length": shortest, "max_focal_length": longest}
    if widest:
        more["max_aperture"] = widest
    return made.model_copy(update=more)


def _places(sources: Sources) -> Iterator[tuple[str, Gps | None]]:
    yield "exif GPS", places.from_exif(sources["exif"])
    for tool in ("xmp", "sidecar"):
        yield f"{tool} GPS", places.from_xmp(sources[tool], tool)


def _description(sources: Sources, decided: Decisions, size: regions.Size) -> Description:
    created = part(Location, "description.location_created", sources, decided)
    return part(
        Description,
        "description",
        sources,
        decided,
        location_created=created if created != Location() else None,
        location_shown=decided.choose("description.location_shown", _shown(sources)),
        regions=decided.choose("description.regions", _regions(sources, size)),
    )


def _shown(sources: Sources) -> Iterator[tuple[str, list[Location]]]:
    name = "Iptc4xmpExt:LocationShown"
    for tool in ("sidecar", "xmp"):
        listed = sources[tool].get(name)
        items = listed if isinstance(listed, list) else [listed] if isinstance(listed, dict) else []
        made = [location(item) for item in items if isinstance(item, dict)]
        yield f"{tool} {name}", [place for place in made if place != Location()]


def location(told: dict[str, Any]) -> Location:
    """A place of IPTC Extension's structure."""
    parts = {name.rpartition(":")[2]: value for name, value in told.items()}
    names = {"name": "LocationName", "sublocation": "Sublocation", "city": "City", "state": "ProvinceState"}
    names |= {"country": "CountryName", "country_code": "CountryCode", "world_region": "WorldRegion"}
    return Location(
        **{ours: WAYS["words"](parts.get(theirs)) for ours, theirs in names.items()},
        identifier=WAYS["texts"](parts.get("LocationId")),
    )


def _regions(sources: Sources, size: regions.Size) -> Iterator[tuple[str, list[Region]]]:
    for way in ways("description.regions"):
        said = sources.get(way.tool, {}).get(way.key)
        if said is not None:
            yield way.source, REGIONS[way.key](said, size)


def _capture(sources: Sources, decided: Decisions, zone: tzinfo, modified: datetime | None) -> Capture | None:
    """The moment of capture; nonsense is kept as a problem."""
    candidates: list[tuple[str, Capture | None]] = []
    for way in ways("capture"):
        said = modified if way.tool == "file" else _said(sources, way.tool, way.key)
        if said is None:
            continue
        judged = _judged(said, way.source, sources, zone)
        if isinstance(judged, Capture):
            candidates.append((way.source, judged))
        elif judged is not None and way.tool != "file":
            decided.doubt("capture", said, way.source, judged)
    taken = decided.choose("capture", candidates)
    ahead = _ahead(taken, sources) if taken else None
    return taken if taken is None or ahead is None else taken.model_copy(update={"ahead_of_gps": ahead})


def _said(sources: Sources, tool: str, key: str) -> Any:
    said = sources.get(tool, {}).get(key)
    if key in {"DateCreated", "DigitalCreationDate"} and said:
        return _iptc_moment(str(said), str(sources[tool].get(key.replace("Date", "Time", 1)) or ""))
    if key == "GPSDateStamp":
        exact = places.satellite_time(sources["exif"])
        return exact.at if exact else sources["exif"].get("GPSDate")
    return WAYS["words"](said) if said is not None else None


def _judged(said: Any, source: str, sources: Sources, zone: tzinfo) -> Any:
    if isinstance(said, datetime):
        return moments.judge(said.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S%z"), source, zone)
    part, offsets = PARTS.get(source, ("", ()))
    exif = sources["exif"]
    offset = next((exif[name] for name in offsets if exif.get(name)), None)
    return moments.judge(said, source, zone, offset or _zone_offset(exif, source), exif.get(part))


def _zone_offset(exif: dict[str, Any], source: str) -> str | None:
    """The offset in whole hours that TIFF/EP has room for."""
    hours = exif.get("TimeZoneOffset") if source in PARTS else None
    hours = hours[0] if isinstance(hours, list) and hours else hours
    return f"{hours:+03d}:00" if isinstance(hours, int) and abs(hours) <= 14 else None


def _iptc_moment(date: str, time: str) -> str:
    """IIM writes CCYYMMDD and HHMMSS±HHMM; noughts stand for what is not known."""
    day = f"{date[:4]}-{date[4:6]}-{date[6:8]}" if len(date) == 8 and date.isdigit() else date
    clock = f" {time[:2]}:{time[2:4]}:{time[4:6]}" if time[:6].isdigit() and len(time) >= 6 else ""
    return day + clock + (time[6:11] if clock and len(time) >= 11 else "")


def _ahead(taken: Capture, sources: Sources) -> float | None:
    """Seconds that the camera's clock was ahead of the satellites' when the picture was taken."""
    satellites = places.satellite_time(sources["exif"])
    if satellites is None or taken.source not in PARTS or taken.precision not in EXACT:
        return None
    apart = (taken.instant - satellites.instant).total_seconds()
    return round(apart, 3) if abs(apart) < FURTHEST_OFF else None
