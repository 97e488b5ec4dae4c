"""From where a request comes: its address and its zone, as far as front servers that are believed say so."""

from flask import g, request

from media_archive.access import zones
from media_archive.access.zones import Zone
from webapp.door import archive


def address() -> str:
    """The network address of whoever asks: what a trusted front server says last, else who connected."""
    near = request.remote_addr or ""
    said = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
    return said[-1][:64] if said and zones.is_proxy(archive().settings, near) else near


def zone() -> Zone:
    """The zone of the request."""
    found: Zone | None = g.get("zone")
    if found is None:
        settings = archive().settings
        said = request.headers.get(settings.zone_header) if settings.zone_header else None
        found = g.zone = zones.zone_of(settings, request.remote_addr or "", said)
    return found
