"""Subtitles that DJI's drones write: place, height, time and exposure, in the spellings of several makes.

`[latitude: 41.4] [longitude: 2.2] [rel_alt: 1.2 abs_alt: 117.0]`, with "longtitude" in some; `GPS(36.6,-6.1,0.0M)` has
the latitude first, `GPS (-121.7, 48.0, 17)` the longitude, and the number of satellites last.
"""

import re
from typing import Any

from media_archive.metadata.reading.way import Point, packed, thinned

CUE = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})[,.](\d{1,3})\s+-->")
BREAK = re.compile(r"\r?\n[ \t]*\r?\n")
NUMBER = r"([+-]?\d{1,6}(?:\.\d{1,12})?)"
BRACKETED = re.compile(rf"\[\s*latitude\s*:\s*{NUMBER}\s*\].{{0,80}}?\[\s*long?t?itude\s*:\s*{NUMBER}\s*\]", re.DOTALL)
GROUPED = re.compile(rf"\bGPS\s?\(\s*{NUMBER}\s*,\s*{NUMBER}\s*(?:,\s*{NUMBER}\s*(M)?)?[^)]{{0,40}}\)", re.IGNORECASE)
HEIGHT = re.compile(rf"(?:abs_alt\s*:\s*|\[\s*altitude\s*:\s*){NUMBER}")
SPEED = re.compile(rf"\bH\.S\s+{NUMBER}\s*m/s")
DATE = re.compile(r"\b((?:19|20)\d\d)[-./](\d{2})[-./](\d{2})\s+(\d{2}:\d{2}:\d{2})(?:[,.](\d{3}))?")
#: exposure of one picture: field and how it is written
EXPOSED = (
    ("iso", re.compile(r"\biso\s*:?\s*(\d{1,6})\b", re.IGNORECASE)),
    ("shutter", re.compile(r"\b(?:shutter\s*:|SS)\s*((?:1/)?\d{1,6}(?:\.\d{1,4})?)", re.IGNORECASE)),
    ("aperture", re.compile(r"\b(?:fnum\s*:\s*|F/)(\d{1,4}(?:\.\d{1,3})?)", re.IGNORECASE)),
    ("bias", re.compile(rf"\bev\s*:?\s*{NUMBER}", re.IGNORECASE)),
)
#: cues read of one file; a drone writes one for every picture
MOST_CUES = 4000


def read(text: str) -> dict[str, Any]:
    """Keys points and track as `way.packed` has them, date, and exposure of the first picture; empty for no flight."""
    cues = BREAK.split(text)
    kept = thinned([cue for cue in cues if "-->" in cue], MOST_CUES)
    if not any(_place(cue) for cue in kept[:50]) and not any(_place(cue) for cue in kept[-5:]):
        return {}
    made = [found for cue in kept if (found := point(cue, _start(cue)))]
    way = packed(made)
    if way and len(kept) == MOST_CUES:
        way["points"] = round(way["points"] * sum("-->" in cue for cue in cues) / MOST_CUES)
    return {**way, **_first(kept[0])}


def point(cue: str, time: float | None) -> Point | None:
    """The place in one cue."""
    place = _place(cue)
    if place is None:
        return None
    height, speed = HEIGHT.search(cue), SPEED.search(cue)
    alt = float(height[1]) if height else None
    return Point(time, *place, alt, float(speed[1]) if speed else None)


def _place(cue: str) -> tuple[float, float] | None:
    found = BRACKETED.search(cue)
    if found:
        return float(found[1]), float(found[2])
    found = GROUPED.search(cue)
    if found is None:
        return None
    one, other = float(found[1]), float(found[2])
    latitude_first = bool(found[4]) or abs(other) > 90
    return (one, other) if latitude_first and abs(one) <= 90 else (other, one)


def _start(cue: str) -> float | None:
    found = CUE.search(cue)
    if found is None:
        return None
    hours, minutes, seconds = (int(found[at]) for at in (1, 2, 3))
    return hours * 3600 + minutes * 60 + seconds + float(f"0.{found[4]}")


def _first(cue: str) -> dict[str, Any]:
    body = cue.split("-->", 1)[-1]
    date = DATE.search(body)
    exposed = {name: found[1] for name, pattern in EXPOSED if (found := pattern.search(body))}
    part = f".{date[5]}" if date and date[5] else ""
    said = f"{date[1]}-{date[2]}-{date[3]}T{date[4]}{part}" if date else None
    return {**({"date": said} if said else {}), **({"exposure": exposed} if exposed else {})}
