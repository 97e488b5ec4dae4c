"""By where the camera stood and, where it wrote it down, which way it looked."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from media_archive.catalogue.models import Asset
from media_archive.geo import distances, shapes
from media_archive.geo.shapes import Geometry, Points
from media_archive.suggesting.evidence.gazetteer import Known
from media_archive.suggesting.evidence.pieces import Evidence
from media_archive.suggesting.rules import Placed, rules
from media_archive.words import Message

#: half of the width of a frame of 35 mm film
HALF_FRAME = 18.0
#: where along a line the camera may look: metres before and behind its nearest place
STEPS = np.array([0.0, *(sign * 2.0**power for power in range(2, 10) for sign in (-1, 1))])
WITHIN = Message("Taken within it, as far as its position (± {error} m) tells.")
BESIDE = Message("Taken {metres} m from it (position ± {error} m).")
SEEN = Message("Taken {metres} m from it, looking at it ({direction}°).")
AWAY = Message("Taken {metres} m from it, but looking another way ({direction}°).")
ANOTHER_TIME = Message("{said} It was not there in that year.")


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a camera stood, and which way it looked."""

    latitude: float
    longitude: float
    #: metres that the position may be off
    error: float
    #: degrees from true north, clockwise; None where it is not known
    direction: float | None
    #: half of the field of view in degrees, with what the compass may be off
    half_view: float

    @property
    def point(self) -> tuple[float, float]:
        return self.longitude, self.latitude


@dataclass(frozen=True, slots=True)
class Sight:
    """How a subject lies to a camera."""

    metres: float
    in_view: bool | None


def stand(asset: Asset) -> Stand | None:
    """Where the asset was taken; None where nobody knows, or not well enough."""
    if asset.latitude is None or asset.longitude is None:
        return None
    told = rules().position
    gps: dict[str, Any] = (asset.record or {}).get("gps") or {}
    # what a person says of the place overrules the camera's position, and with it what the camera says of that
    own = "place" not in asset.set_by_hand
    error = max(float(gps.get("error") or told.error) if own else told.error, told.least_error)
    direction = gps.get("direction") if own else None
    if error > told.worst_error:
        return None
    half = _half_view(asset.record or {}) + told.compass
    return Stand(asset.latitude, asset.longitude, error, None if direction is None else float(direction) % 360, half)


def _half_view(record: Mapping[str, Any]) -> float:
    focal = (record.get("exposure") or {}).get("focal_length_35mm")
    if not focal or focal <= 0:
        return rules().position.view / 2
    # pictures that stand upright see less to the sides; the larger of both is believed
    return math.degrees(math.atan(HALF_FRAME / float(focal)))


def evidence(asset: Asset, near: Sequence[tuple[Known, Geometry]]) -> list[Evidence]:
    """What its place says of each of the subjects `near`."""
    camera = stand(asset)
    if camera is None:
        return []
    sights = [(known, sight(camera, known, geometry)) for known, geometry in near]
    weights = {known.id: _weight(asset, camera, known, seen) for known, seen in sights}
    innermost = _innermost(known for known, _ in sights if weights[known.id] > 0)
    found = []
    for known, seen in sights:
        weight = weights[known.id]
        placed = rules().kinds[known.kind]
        if weight <= 0 or (placed.innermost and innermost[known.kind] != known.id):
            continue
        rivals = [weights[other.id] for other, _ in sights if other.kind == known.kind and not placed.innermost]
        shared = weight * (weight / sum(rivals)) ** rules().position.rivalry if rivals else weight
        rule = "position" if seen.in_view is None or seen.metres == 0 else "view"
        found.append(Evidence(known.id, rule, shared, placed.role, _said(asset, camera, known, seen)))
    return found


def _innermost(around: Any) -> dict[str, UUID]:
    """Of each kind the subject with the smallest box."""
    smallest: dict[str, tuple[float, UUID]] = {}
    for known in around:
        west, south, east, north = known.box
        size = (east - west) * (north - south), known.id
        smallest[known.kind] = min(smallest.get(known.kind, size), size)
    return {kind: found for kind, (_, found) in smallest.items()}


def sight(camera: Stand, known: Known, geometry: Geometry) -> Sight:
    """How far a subject's edge is, and whether it lies in the field of view."""
    placed = rules().kinds[known.kind]
    breadth = 0.0 if "area" in shapes.kinds(geometry) else placed.half_width
    metres = max(0.0, distances.distance(camera.point, geometry) - breadth)
    if camera.direction is None:
        return Sight(metres, None)
    if metres == 0:
        return Sight(0.0, True)
    return Sight(metres, _in_view(camera, geometry, placed.reach + breadth))


def _in_view(camera: Stand, geometry: Geometry, reach: float) -> bool:
    """Whether anything of the geometry within reach lies in the field of view."""
    assert camera.direction is not None
    wide, high = distances.degree(camera.latitude)
    for dimension, runs in shapes.figures(geometry):
        for run in runs:
            seen = _along((run - camera.point) * (wide, high)) if dimension else (run - camera.point) * (wide, high)
            far = np.hypot(seen[:, 0], seen[:, 1])
            ways = np.degrees(np.arctan2(seen[:, 0], seen[:, 1]))[far <= reach]
            off = np.abs((ways - camera.direction + 180) % 360 - 180)
            if off.size and off.min() <= camera.half_view:
                return True
    return False


def _along(run: Points) -> Points:
    """Places along a line near the origin: around the nearest one of each piece, closer where that is close."""
    start, step = run[:-1], np.diff(run, axis=0)
    length = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-9)
    nearest = -np.einsum("ij,ij->i", start, step) / length
    metres = np.clip(nearest[:, None] + STEPS[None, :], 0.0, length[:, None])
    places = start[:, None, :] + (metres / length[:, None])[:, :, None] * step[:, None, :]
    return np.asarray(places.reshape(-1, 2))


def _weight(asset: Asset, camera: Stand, known: Known, seen: Sight) -> float:
    placed, told = rules().kinds[known.kind], rules().position
    if seen.metres > placed.reach:
        return 0.0
    blur = math.hypot(camera.error, known.accuracy)
    weight = _by_distance(placed, seen, blur)
    if seen.in_view is False:
        weight *= told.behind
    return weight * (told.another_time if _is_another_time(asset, known) else 1.0)


def _by_distance(placed: Placed, seen: Sight, blur: float) -> float:
    """The weight close by, sinking with the distance; who may stand on it, by the error, is believed to half."""
    if seen.metres == 0:
        return placed.within
    close = placed.seen if seen.in_view else placed.beside
    sinking = close * math.exp(-0.5 * (seen.metres / placed.fades) ** 2)
    standing = placed.within * 0.5 * math.exp(-0.5 * (seen.metres / blur) ** 2)
    return max(sinking, standing)


def _is_another_time(asset: Asset, known: Known) -> bool:
    """Whether the picture was taken before the subject was, or after it was gone."""
    if asset.year is None:
        return False
    off = rules().position.years_off
    since, until = year(known.since), year(known.until)
    return (since is not None and asset.year < since - off) or (until is not None and asset.year > until + off)


def year(date: str | None) -> int | None:
    """The year of a date that is as precise as known; None where it is none."""
    text = (date or "")[:4]
    return int(text) if len(text) == 4 and text.isdecimal() else None


def _said(asset: Asset, camera: Stand, known: Known, seen: Sight) -> Message:
    facts: dict[str, Any] = {"metres": round(seen.metres), "error": round(camera.error)}
    if seen.metres == 0:
        said = Message(WITHIN.template, {"error": facts["error"]})
    elif seen.in_view is None:
        said = Message(BESIDE.template, facts)
    else:
        template = SEEN.template if seen.in_view else AWAY.template
        said = Message(template, {"metres": facts["metres"], "direction": round(camera.direction or 0)})
    return Message(ANOTHER_TIME.template, {"said": said}) if _is_another_time(asset, known) else said
