"""A cut as OpenTimelineIO, as JSON: the file that editing programs and scripts read.

Written by the schemas that every version of the library reads: Timeline.1, Track.1, Clip.1, Marker.2.
https://opentimelineio.readthedocs.io/en/stable/tutorials/otio-serialized-schema.html
"""

import json
from fractions import Fraction
from typing import Any
from urllib.parse import quote

from media_archive.cutting.cuts import STARTS, Cut, Mark, Piece
from media_archive.metadata.normal import timecodes

COLOURS = {"red": "RED", "yellow": "YELLOW", "green": "GREEN", "blue": "BLUE", "purple": "PURPLE"}


def write(cut: Cut) -> str:
    """The timeline: one track of pictures, and one of their sound where they have any."""
    starts = timecodes.number("01:00:00:00", cut.rate, drop=cut.drop) or STARTS * timecodes.nominal(cut.rate)
    tracks = [_track(cut, "Video")]
    if any(piece.has_sound for piece in cut.pieces):
        tracks.append(_track(cut, "Audio"))
    told = {
        "OTIO_SCHEMA": "Timeline.1",
        "name": cut.name,
        "metadata": {},
        "global_start_time": _time(starts, cut.rate),
        "tracks": _item("Stack.1", "tracks", children=tracks),
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _item(schema: str, name: str, **more: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {"metadata": {}, "source_range": None, "effects": [], "markers": [], "enabled": True}
    return {"OTIO_SCHEMA": schema, "name": name} | usual | more


def _track(cut: Cut, kind: str) -> dict[str, Any]:
    children = [_clip(piece) if kind == "Video" or piece.has_sound else _gap(piece) for piece in cut.pieces]
    return _item("Track.1", kind, kind=kind, children=children)


def _clip(piece: Piece) -> dict[str, Any]:
    rate = piece.timing.rate
    reference = {
        "OTIO_SCHEMA": "ExternalReference.1",
        "name": piece.file,
        "metadata": {"reel": piece.reel, "asset": str(piece.asset_id)},
        "available_range": _range(piece.starts, piece.frames, rate),
        "target_url": quote(piece.file),
    }
    marks = [_marker(mark, piece) for mark in piece.marks]
    return _item(
        "Clip.1",
        piece.title,
        metadata={"note": piece.note} if piece.note else {},
        source_range=_range(piece.starts + piece.source.first, piece.source.count, rate),
        markers=marks,
        media_reference=reference,
    )


def _gap(piece: Piece) -> dict[str, Any]:
    return _item("Gap.1", "", source_range=_range(0, piece.source.count, piece.timing.rate))


def _marker(mark: Mark, piece: Piece) -> dict[str, Any]:
    return {
        "OTIO_SCHEMA": "Marker.2",
        "name": mark.text,
        "metadata": {},
        "color": COLOURS[mark.colour],
        "marked_range": _range(piece.starts + mark.frame, 1, piece.timing.rate),
    }


def _range(first: int, count: int, rate: Fraction) -> dict[str, Any]:
    return {"OTIO_SCHEMA": "TimeRange.1", "start_time": _time(first, rate), "duration": _time(count, rate)}


def _time(frames: int, rate: Fraction) -> dict[str, Any]:
    return {"OTIO_SCHEMA": "RationalTime.1", "rate": float(rate), "value": float(frames)}
