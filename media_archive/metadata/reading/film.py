"""Film and sound by MediaInfo."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pymediainfo
from pymediainfo import MediaInfo

from media_archive.metadata.reading import timecode
from media_archive.words import Message

#: streams without an index, whose reading takes long where they are long: 420 ms of CPU against 65 for 6 GB
STREAMS = {"ts", "m2ts", "mpeg", "mpeg-video"}
LONG_STREAM = 1 << 30
#: 0.5 is MediaInfo's own; 0 reads less and loses how pictures are grouped
USUAL, QUICK = 0.5, 0.0
BOXED = {"mp4", "mov", "3gp", "m4a"}
#: about the place the file lies in now, and binary pictures
DROPPED = ("CompleteName", "FolderName", "FileName", "FileNameExtension", "FileExtension", "File_", "Cover_Data")
MEDIA = {"Video", "Audio", "Image"}


@cache
def version() -> str:
    """MediaInfo's version and that of the package it came in: what speaks here is the library inside the wheel."""
    library = MediaInfo._get_library()
    handle = library[2] if isinstance(library, tuple) and len(library) > 2 else ""
    return f"{handle} (pymediainfo {pymediainfo.__version__})"


def read(path: Path, format_name: str) -> dict[str, Any]:
    """`{"tracks": [...], "timecode": {...} | None}`: tracks as MediaInfo's JSON has them, the container's first."""
    speed = QUICK if format_name in STREAMS and path.stat().st_size > LONG_STREAM else USUAL
    said = json.loads(str(MediaInfo.parse(str(path), output="JSON", full=False, parse_speed=speed)))
    media = said.get("media") or {}
    tracks = [_without_place(track) for track in media.get("track", [])]
    return {"tracks": tracks, "timecode": timecode.read(path) if format_name in BOXED else None}


def problem(found: dict[str, Any]) -> Message | None:
    """Why the film or sound cannot be whole, as far as its headers tell."""
    tracks = found["tracks"]
    if not any(track.get("@type") in MEDIA for track in tracks):
        return Message("Neither picture nor sound was found in this file.")
    extra = tracks[0].get("extra") or {}
    if extra.get("IsTruncated") == "Yes":
        return Message("The file is cut off: its headers announce more than there is.")
    return None


def _without_place(track: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in track.items() if not name.startswith(DROPPED)}
