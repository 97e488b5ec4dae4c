"""Where it was taken: degrees from EXIF, XMP and ISO 6709."""

import re
from fractions import Fraction
from typing import Any

from media_archive.metadata.normal.numbers import decimal, fraction
from media_archive.metadata.record import Gps

#: XMP: "40,14.0786450N" or "40,14,4.7N" (ISO 16684-1, GPSCoordinate)
COORDINATE = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])")
ISO6709 = re.compile(r"([+\-]\d{2}(?:\.\d+)?)([+\-]\d{3}(?:\.\d+)?)([+\-]\d+(?:\.\d+)?)?")
#: EXIF writes "WGS-84"; others spell it as they like
DATUMS = {"WGS84": "WGS-84", "WGS-84": "WGS-84", "WGS 84": "WGS-84", "": "WGS-84"}


def from_exif(tags: dict[str, Any]) -> Gps | None:
    """The place in the GPS tags; None where they are empty, nought, or outside the globe."""
    latitude = _degrees(tags.get("GPS GPSLatitude"), tags.get("GPS GPSLatitudeRef"), "S")
    longitude = _degrees(tags.get("GPS GPSLongitude"), tags.get("GPS GPSLongitudeRef"), "W")
    altitude = decimal(tags.get("GPS GPSAltitude"), 2)
    if altitude is not None and tags.get("GPS GPSAltitudeRef") in {1, "1", "01"}:
        altitude = -altitude
    direction, datum = tags.get("GPS GPSImgDirection"), tags.get("GPS GPSMapDatum")
    return place(latitude, longitude, altitude, decimal(direction, 2), datum, "exif")


def from_xmp(found: dict[str, Any]) -> Gps | None:
    """The place in XMP's exif properties."""
    latitude, longitude = (_coordinate(found.get(f"exif:GPS{name}")) for name in ("Latitude", "Longitude"))
    altitude = decimal(found.get("exif:GPSAltitude"), 2)
    if altitude is not None and found.get("exif:GPSAltitudeRef") == "1":
        altitude = -altitude
    direction, datum = decimal(found.get("exif:GPSImgDirection"), 2), found.get("exif:GPSMapDatum")
    return place(latitude, longitude, altitude, direction, datum, "xmp")


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
