"""Film and sound by MediaInfo."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pymediainfo
from pymediainfo import MediaInfo

from media_archive.metadata.formats import FORMATS
from media_archive.words import Message

#: transport streams have no index: what lies past this is not looked through for what their start has not told,
#: which costs a second and more of CPU in a file of 100 MB. MediaInfo's own bound is 64 MiB.
BOUND = {"MpegTs_MaximumOffset": str(8 << 20)}
#: 0.5 is MediaInfo's own; it reads many films twice and comes to know nothing more than with a little less, but finds
#: the encoder of an MP3. From 0.1 down it no longer tells how pictures are grouped.
THOROUGH, USUAL, QUICK = 0.5, 0.45, 0.0
PROGRAM = {"mpeg", "mpeg-video"}
LONG_PROGRAM = 1 << 30
#: about the place the file lies in now, and binary pictures
DROPPED = ("CompleteName", "FolderName", "FileName", "FileNameExtension", "FileExtension", "File_", "Cover_Data")
MEDIA = {"Video", "Audio", "Image"}


@cache
def version() -> str:
    """MediaInfo's version and that of the package it came in: what speaks here is the library inside the wheel."""
    library, handle, *told = MediaInfo._get_library()
    for name, value in BOUND.items():
        # an option of the library as a whole: pymediainfo's own way resets all others after each file, which costs
        # as much as reading a short film
        library.MediaInfo_Option(handle, name, value)
    library.MediaInfo_Close(handle)
    library.MediaInfo_Delete(handle)
    return f"{told[0]} (pymediainfo {pymediainfo.__version__})"


def read(path: Path, format_name: str) -> dict[str, Any]:
    """`{"tracks": [...]}`: tracks as MediaInfo's JSON has them, the container's first."""
    version()
    said = MediaInfo.parse(str(path), output="JSON", full=False, parse_speed=_speed(path, format_name))
    media = json.loads(said).get("media") or {}
    return {"tracks": [_without_place(track) for track in media.get("track", [])]}


def _speed(path: Path, format_name: str) -> float:
    if FORMATS[format_name].kind == "sound":
        return THOROUGH
    return QUICK if format_name in PROGRAM and path.stat().st_size > LONG_PROGRAM else USUAL


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
