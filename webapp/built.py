"""Where the built scripts, styles and icons are: `asset("app.css")` in templates."""

import json
import re
from functools import lru_cache
from pathlib import Path

from flask import Flask
from markupsafe import Markup

from media_archive.logs import Log

FOLDER = Path(__file__).parent / "static" / "built"
STYLES = Path(__file__).parent / "frontend" / "css"
log = Log()
_HASHED = re.compile(r"^/static/built/.+-[0-9A-Za-z]{6,}\.\w+$")


def install(app: Flask) -> None:
    """Gives templates `asset` and `icon`; says in the log when nothing was built."""
    manifest.cache_clear()
    app.jinja_env.globals.update(asset=asset, icon=icon)
    if not manifest():
        log.warning("nothing is built, so pages have no scripts: run `npm ci --ignore-scripts && npm run build`")


@lru_cache(maxsize=1)
def manifest() -> dict[str, str]:
    """Names of built files by the name of their source; empty when nothing is built."""
    try:
        found: dict[str, str] = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def asset(name: str) -> str | None:
    """The address of a built file; styles have their source to fall back on, scripts have nothing."""
    built = manifest().get(name)
    if built:
        return f"/static/built/{built}"
    return "/static/css/app.css" if name == "app.css" else None


def icon(name: str, label: str = "") -> Markup:
    """An icon of the sprite; decoration unless it has a label."""
    sprite = asset("icons.svg")
    if not sprite:
        return Markup('<span class="icon-none">{}</span>').format(label) if label else Markup("")
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" {} width="18" height="18"><use href="{}#{}"/></svg>').format(said, sprite, name)


def is_immutable(_path: str, url: str) -> bool:
    """Whether a file's name carries its digest."""
    return bool(_HASHED.match(url))
