"""Where a subject lies: as it was given, and in WGS-84 for everything that computes."""

from dataclasses import dataclass
from typing import Any

from media_archive.catalogue.subjects.models import Subject
from media_archive.errors import Invalid
from media_archive.geo.datums import Datum, normalise
from media_archive.geo.shapes import box, checked

LONGEST_SOURCE = 255
WGS84 = Datum()
#: metres: what is less accurate says nothing within a city
WORST = 100_000.0


@dataclass(frozen=True)
class Place:
    """A geometry (GeoJSON) in a datum, where it comes from, and how accurate it is in metres."""

    geometry: Any
    datum: Datum = WGS84
    source: str = ""
    accuracy: float | None = None


def columns(place: Place | None) -> dict[str, Any]:
    """What the catalogue keeps of it, by column of Subject; Invalid where the geometry cannot be."""
    if place is None:
        return dict.fromkeys(("geometry", "geometry_given", "west", "south", "east", "north"))
    found = normalise(place.geometry, place.datum)
    west, south, east, north = box(found)
    kept = {"geometry": found, "geometry_given": _given(place)}
    return kept | {"west": west, "south": south, "east": east, "north": north}


def _given(place: Place) -> dict[str, Any] | None:
    """The numbers as they were given; None where there is no more to say than the geometry."""
    if len(place.source) > LONGEST_SOURCE:
        raise Invalid("A value is longer than {most} characters. Shorten it.", most=LONGEST_SOURCE)
    if place.accuracy is not None and not 0 <= place.accuracy <= WORST:
        raise Invalid("An accuracy of {metres} m cannot be. Give metres, 0 to 100000.", metres=place.accuracy)
    found = {
        "geometry": None if place.datum.is_wgs84 else checked(place.geometry),
        "datum": place.datum.name,
        "grid": place.datum.grid or None,
        "source": place.source.strip() or None,
        "accuracy": place.accuracy,
    }
    kept = {name: value for name, value in found.items() if value is not None}
    return kept if kept != {"datum": WGS84.name} else None


def of(subject: Subject) -> Place | None:
    """The place as it was given; the inverse of `columns`."""
    if subject.geometry is None:
        return None
    given = subject.geometry_given or {}
    return Place(
        given.get("geometry") or subject.geometry,
        Datum(given.get("datum") or WGS84.name, given.get("grid") or ""),
        given.get("source") or "",
        given.get("accuracy"),
    )
