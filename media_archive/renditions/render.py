"""From an original to its renditions: each kind by its recipes, in a scratch folder."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from media_archive.config import Settings
from media_archive.errors import Unreadable
from media_archive.metadata.formats import FORMATS
from media_archive.renditions import recipes
from media_archive.renditions.films import render_film
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Output, Rendered
from media_archive.renditions.sounds import render_sound
from media_archive.tools.isolation import reader
from media_archive.words import Message

__all__ = ["Output", "Rendered", "render"]

NOT_SHOWN = "Files of this kind have no picture and no sound to show."


def render(
    source: Path,
    format_name: str,
    kind: str,
    record: dict[str, Any],
    scratch: Path,
    settings: Settings,
    *,
    progress: Callable[[float], None] | None = None,
    cancel: threading.Event | None = None,
) -> Rendered:
    """Makes the renditions of the file at `source` in the folder `scratch`.

    kind: "photo", "film" or "sound"; `record` is the normalised record, or {}. `progress` is told how much is done,
    0 to 1. What cannot be rendered gives no outputs and a problem in plain words; Unavailable is raised where trying
    again may help, Cancelled when `cancel` is set.
    """
    order = Order(source, format_name, record, scratch, settings, progress or (lambda _: None), cancel)
    make = {"photo": render_photo, "film": render_film, "sound": render_sound}.get(kind)
    if make is None:
        return Rendered(problem=Message(NOT_SHOWN))
    try:
        return make(order)
    except Unreadable as exc:
        return Rendered(problem=exc.message)


def render_photo(order: Order) -> Rendered:
    """The sizes of a photograph."""
    recipe = recipes.photo()
    plan = {
        "sizes": [size.model_dump() for size in recipe.sizes],
        "max_pixels": order.settings.max_pixels,
        "background": list(recipe.background),
    }
    raw = order.format_name in FORMATS and FORMATS[order.format_name].raw
    made = reader().call(
        "media_archive.renditions.stills:make",
        *(str(order.source), order.format_name, raw, str(order.scratch), plan),
        timeout=order.settings.reader_seconds,
    )
    versions = {size.recipe: size.version for size in recipe.sizes}
    outputs = [
        Output(one["recipe"], versions[one["recipe"]], Path(one["path"]), "image/jpeg", one["width"], one["height"])
        for one in made["outputs"]
    ]
    problem = Message.from_json(made["problem"]) if made["problem"] else None
    return Rendered(outputs, made["colour"], made["width"], made["height"], None, problem)
