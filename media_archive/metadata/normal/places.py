"""Where it was taken: degrees from EXIF, XMP and ISO 6709."""

import re
from datetime import UTC
from fractions import Fraction
from typing import Any

from media_archive.metadata.normal.moments import moment
from media_archive.metadata.normal.numbers import decimal, fraction
from media_archive.metadata.record import Capture, Gps

#: XMP: "40,14.0786450N" or "40,14,4.7N" (ISO 16684-1, GPSCoordinate)
COORDINATE = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])")
ISO6709 = re.compile(r"([+\-]\d{2}(?:\.\d+)?)([+\-]\d{3}(?:\.\d+)?)([+\-]\d+(?:\.\d+)?)?")
#: EXIF 3.0: 1 below the sea, 3 below the ellipsoid; undefined bytes come as they are
BELOW = {"1", "3", "01", "03"}
#: metres a second of a kilometre, a mile, a sea mile an hour
SPEEDS = {"K": 1 / 3.6, "M": 0.44704, "N": 1852 / 3600}
MOST_SPEED = 100_000
REFERENCES = {"T": "true", "M": "magnetic"}
#: EXIF writes "WGS-84"; others spell it as they like
DATUMS = {"WGS84": "WGS-84", "WGS-84": "WGS-84", "WGS 84": "WGS-84", "": "WGS-84"}


def from_exif(tags: dict[str, Any]) -> Gps | None:
    """The place in the GPS tags, by EXIF's names; None where they are empty, nought, or outside the globe."""
    latitude = _degrees(tags.get("GPSLatitude"), tags.get("GPSLatitudeRef"), "S")
    longitude = _degrees(tags.get("GPSLongitude"), tags.get("GPSLongitudeRef"), "W")
    return _with_more(latitude, longitude, tags, satellite_time(tags), "exif GPSLatitude")


def from_xmp(found: dict[str, Any], tool: str = "xmp") -> Gps | None:
    """The place in XMP's exif properties."""
    tags = {name.removeprefix("exif:"): value for name, value in found.items() if name.startswith("exif:GPS")}
    if not tags:
        return None
    latitude, longitude = (_coordinate(tags.get(f"GPS{name}")) for name in ("Latitude", "Longitude"))
    at = moment(tags.get("GPSTimeStamp"), tool, UTC)
    return _with_more(latitude, longitude, tags, at, f"{tool} exif:GPSLatitude")


def _with_more(
    latitude: float | None, longitude: float | None, tags: dict[str, Any], at: Capture | None, source: str
) -> Gps | None:
    """The place with what EXIF and XMP have further, by the same names."""
    altitude = decimal(tags.get("GPSAltitude"), 2)
    below = str(tags.get("GPSAltitudeRef")).strip() in BELOW
    found = place(
        latitude,
        longitude,
        -abs(altitude) if altitude is not None and below else altitude,
        decimal(tags.get("GPSImgDirection"), 2),
        tags.get("GPSMapDatum"),
        source,
    )
    if found is None:
        return None
    speed, error = decimal(tags.get("GPSSpeed"), 4), decimal(tags.get("GPSHPositioningError"), 2)
    factor = SPEEDS.get(str(tags.get("GPSSpeedRef") or "K").strip()[:1].upper())
    more = {
        "direction_reference": REFERENCES.get(str(tags.get("GPSImgDirectionRef")).strip()[:1].upper()),
        "speed": round(speed * factor, 3) if speed is not None and factor and 0 <= speed < MOST_SPEED else None,
        "error": error if error is not None and error >= 0 else None,
        "at": at.at if at else None,
    }
    return found.model_copy(update=more if found.direction is not None else more | {"direction_reference": None})


def satellite_time(tags: dict[str, Any]) -> Capture | None:
    """The date and time of GPS, which are UTC; None where either is missing."""
    clock = tags.get("GPSTimeStamp")
    parts = [fraction(part) for part in clock] if isinstance(clock, list) else str(clock or "").split(":")
    known = [exact for exact in map(fraction, map(str, parts)) if exact is not None]
    day = str(tags.get("GPSDate") or "").strip().replace("-", ":")
    if len(known) != 3 or len(day) != 10 or not all(0 <= exact < 61 for exact in known):
        return None
    whole, part = int(known[2]), known[2] % 1
    text = f"{day} {int(known[0]):02}:{int(known[1]):02}:{whole:02}" + (f"{float(part):.3f}"[1:] if part else "") + "Z"
    return moment(text.replace(".000Z", "Z"), "exif GPSDateStamp", UTC)


def from_iso6709(text: Any, source: str) -> Gps | None:
    """The place in a string such as "+32.0929+034.8620+028.516/", as phones write into films."""
    found = ISO6709.match(str(text or "").strip())
    return place(float(found[1]), float(found[2]), decimal(found[3], 2), None, None, source) if found else None


def place(
    latitude: float | None, longitude: float | None, altitude: float | None, direction: Any, datum: Any, source: str
) -> Gps | None:
    """A place, if it can be one: 0° 0° is what empty receivers write."""
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    text = str(datum or "").strip()
    return Gps(
        lat=latitude,
        lon=longitude,
        alt=altitude if altitude is not None and abs(altitude) < 100_000 else None,
        direction=direction % 360 if direction is not None and 0 <= direction <= 360 else None,
        datum=DATUMS.get(text.upper(), text[:32] or "WGS-84"),
        source=source,
    )


def _degrees(values: Any, reference: Any, negative: str) -> float | None:
    """Degrees, minutes and seconds as fractions; a missing second is nought."""
    parts = values if isinstance(values, list) else [values]
    exact = [fraction(part) for part in parts[:3]]
    if not exact or exact[0] is None:
        return None
    total = sum(((part or Fraction(0)) / 60**power for power, part in enumerate(exact)), Fraction(0))
    return round(float(-total if str(reference or "").upper().startswith(negative) else total), 7)


def _coordinate(text: Any) -> float | None:
    found = COORDINATE.fullmatch(str(text or "").strip())
    if found is None:
        return None
    degrees = int(found[1]) + float(found[2]) / 60 + float(found[3] or 0) / 3600
    return round(-degrees if found[4] in "SW" else degrees, 7)
