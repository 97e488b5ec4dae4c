"""Addresses of files: they name the bytes, so what they answer never changes."""

from pathlib import PurePath
from uuid import UUID

from flask import url_for

PREFIX = 16
EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "audio/mp4": "m4a",
    "text/vtt": "vtt",
    "application/json": "json",
    "application/geo+json": "geojson",
    "application/vnd.apple.mpegurl": "m3u8",
}


def of_digest(file_id: UUID | str, sha256: str, extension: str) -> str:
    """Where the bytes of a file are served."""
    return url_for("media.send", item=file_id, prefix=sha256[:PREFIX], _extension=extension)


def extension(media_type: str, name: str) -> str:
    """The usual ending for the type, else that of the name, else "bin"."""
    ending = PurePath(name).suffix[1:].lower()
    known = EXTENSIONS.get(media_type)
    return known or (ending if ending.isascii() and ending.isalnum() and len(ending) <= 8 else "bin")
