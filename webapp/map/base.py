"""What lies under the map: nothing from outside, unless the settings name a map service."""

import json
import re
from urllib.parse import urlsplit

from flask import Flask, url_for

from webapp.door import archive

_SEVERAL = re.compile(r"^[^.]*\{[^}]*\}[^.]*")
_HOST = re.compile(r"(\*\.)?[\w.-]+(:\d+)?", re.ASCII)


def install(app: Flask) -> None:
    """Gives templates `map_base`."""
    app.jinja_env.globals["map_base"] = map_base


def map_base() -> str:
    """The map service or the file of the settings, as the map's element reads it; empty where there is neither."""
    settings = archive().settings
    if settings.map_file:
        return json.dumps({"file": url_for("map.ground"), "credit": settings.map_credit}, ensure_ascii=False)
    if not settings.map_tiles:
        return ""
    return json.dumps(
        {"url": settings.map_tiles, "projection": settings.map_projection, "credit": settings.map_credit},
        ensure_ascii=False,
    )


def origin() -> str:
    """The origin of that service, for the Content-Security-Policy; empty where it is none or our own."""
    parts = urlsplit(archive().settings.map_tiles)
    # t{0-7}.example.org stands for several hosts
    host = _SEVERAL.sub("*", parts.netloc)
    return f"{parts.scheme}://{host}" if parts.scheme in ("http", "https") and _HOST.fullmatch(host) else ""
