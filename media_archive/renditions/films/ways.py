"""The way along which a film was taken, as GeoJSON: of the points that cameras, drones and receivers recorded."""

import json
from pathlib import Path
from typing import Any

from media_archive.renditions.outputs import Output
from media_archive.renditions.recipes import Recipe


def write(recipe: Recipe, record: dict[str, Any], folder: Path) -> Output | None:
    """The way in the normalised `record` as a file in `folder`; None where there is none."""
    gps = record.get("gps") or {}
    points = [one for one in gps.get("track") or () if one.get("lat") is not None and one.get("lon") is not None]
    if not points:
        return None
    path = folder / "gps-track.geojson"
    path.write_text(json.dumps(_feature(points, gps), ensure_ascii=False, separators=(",", ":")), "utf-8")
    return Output("gps-track", recipe, path, "application/geo+json")


def _feature(points: list[dict[str, Any]], gps: dict[str, Any]) -> dict[str, Any]:
    """RFC 7946: longitude before latitude; what is known of each point beside, in the same order."""
    places = [[one["lon"], one["lat"], *([one["alt"]] if one.get("alt") is not None else [])] for one in points]
    shape = (
        {"type": "LineString", "coordinates": places}
        if len(places) > 1
        else {"type": "Point", "coordinates": places[0]}
    )
    beside = {
        "seconds": [one.get("time") for one in points],
        "coordTimes": [one.get("at") for one in points],
        "speed": [one.get("speed") for one in points],
    }
    known = {name: values for name, values in beside.items() if any(value is not None for value in values)}
    facts = {"source": gps.get("source"), "points": gps.get("track_points")}
    return {"type": "Feature", "geometry": shape, "properties": facts | known}
