"""Signed addresses that expire, straight to an S3 service: large files need not pass through the web server."""

from datetime import datetime
from urllib.parse import urlsplit

from flask import Flask, current_app

from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import ArchiveError
from media_archive.logs import Log
from media_archive.storage.models import Copy, File, Role
from media_archive.storage.profiles.places import S3Spec
from media_archive.storage.stores.store import STANDARD
from webapp.door import archive

log = Log()
EXTENSION = "direct"
SHORTEST = 60


def install(app: Flask) -> None:
    """Remembers which services pages may fetch media from, once it was found out."""
    app.extensions[EXTENSION] = None


def address(file: File) -> str | None:
    """Where readers may fetch the file from themselves: an original, a film or a sound whose nearest copy is in a store
    that the profile opens to them. None for everything else.
    """
    if file.role == Role.RENDITION and file.media_type.partition("/")[0] not in ("video", "audio"):
        return None
    stores = archive().stores
    nearest = next(iter(stores.sound(file)), None)
    if nearest is None or nearest.key_id or not _open(archive(), nearest.store):
        return None
    try:
        return stores.store(nearest.store).url(
            nearest.key, _seconds(nearest, now()), name=file.name, media_type=file.media_type
        )
    except ArchiveError as exc:
        log.warning("no address", store=nearest.store, reason=str(exc))
        return None


def _open(context: Context, store: str) -> bool:
    spec = context.stores.profile.stores[store]
    return isinstance(spec, S3Spec) and spec.direct and not spec.key


def _seconds(copy: Copy, moment: datetime) -> int:
    """How long it is good for: not beyond the time that a copy was brought back for."""
    most = archive().settings.direct_seconds
    if copy.storage_class == STANDARD or copy.readable_until is None:
        return most
    return max(SHORTEST, min(most, int((copy.readable_until - moment).total_seconds())))


def origins() -> str:
    """The origins of the services that pages may fetch media from, for the Content-Security-Policy; mostly none."""
    found = current_app.extensions[EXTENSION]
    if found is None:
        found = current_app.extensions[EXTENSION] = _origins(archive())
    return str(found)


def _origins(context: Context) -> str:
    try:
        stores = context.stores
        urls = [
            stores.store(name).url("origin", SHORTEST, name="", media_type="")
            for name in stores.names
            if _open(context, name)
        ]
    except ArchiveError as exc:
        log.warning("no origins", reason=str(exc))
        return ""
    parts = [urlsplit(url) for url in urls if url]
    return " ".join(sorted({f"{part.scheme}://{part.netloc}" for part in parts}))
