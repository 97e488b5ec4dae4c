"""Positions that people type, in any datum."""

import re
from typing import Any

from media_archive.errors import Invalid
from media_archive.geo.datums import WGS84, Datum, normalise

_BETWEEN = re.compile(r"[\s,，;；]+")


def changes(text: str, datum_name: str, grid: str) -> dict[str, Any]:
    """The changes of a bulk edit that set the position; Invalid where it is none.

    Degrees are written latitude first, as maps show them; metres of a grid easting first. What was given in another datum
    than WGS-84 stands beside as it was.
    """
    datum = Datum.of(datum_name or WGS84, grid)
    first, second = _numbers(text)
    x, y = (first, second) if datum.is_grid else (second, first)
    found = normalise({"type": "Point", "coordinates": [x, y]}, datum)
    longitude, latitude = found["coordinates"][:2]
    made: dict[str, Any] = {"place": {"how": "set", "value": [latitude, longitude]}}
    if datum.name != WGS84:
        made["position_given"] = {"how": "set", "value": f"{datum.name} {first:.10g}, {second:.10g}"}
    return made


def _numbers(text: str) -> tuple[float, float]:
    try:
        first, second = (float(one) for one in _BETWEEN.split(text.strip()))
    except ValueError:
        raise Invalid(
            "{text} is no position. Write two numbers: latitude and longitude, or easting and northing of a grid.",
            text=text[:40],
        ) from None
    return first, second
