"""From an original to its renditions: each kind by its recipes, in a scratch folder."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from media_archive.config import Settings
from media_archive.errors import Unreadable
from media_archive.renditions.films.editing import render_edit
from media_archive.renditions.films.recordings import render_recording
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Output, Rendered
from media_archive.renditions.pyramids.rendering import render_pyramid
from media_archive.renditions.recipes import Recipe, always
from media_archive.renditions.sound.rendering import render_sound
from media_archive.renditions.stills.rendering import render_photo
from media_archive.words import Message

__all__ = ["Output", "Rendered", "fulfil", "render"]

Renderer = Callable[[Order], Rendered]
#: what renders originals of a kind
RENDERERS: dict[str, Renderer] = {"photo": render_photo, "film": render_recording, "sound": render_sound}
#: makers whose recipes have a job of their own
SPECIAL: dict[str, Renderer] = {"pyramid": render_pyramid, "edit-proxy": render_edit}
NOT_SHOWN = "Files of this kind have no picture and no sound to show."


def render(
    source: Path,
    format_name: str,
    kind: str,
    record: dict[str, Any],
    scratch: Path,
    settings: Settings,
    *,
    name: str = "",
    recipes: Sequence[Recipe] | None = None,
    progress: Callable[[float], None] | None = None,
    cancel: threading.Event | None = None,
) -> Rendered:
    """Makes the renditions of the file at `source` in the folder `scratch`.

    kind: "photo", "film" or "sound"; `record` is the normalised record, or {}; `recipes` is all that are made always
    of an original of this kind where it is None; `name` is the file's own. `progress` is told how much is done,
    0 to 1. What cannot be rendered gives no outputs and a problem in plain words; Unavailable is raised where trying
    again may help, Cancelled when `cancel` is set.
    """
    wanted = always(kind) if recipes is None else recipes
    told = progress or (lambda _: None)
    return fulfil(kind, Order(source, format_name, record, wanted, scratch, settings, told, cancel, name))


def fulfil(kind: str, order: Order) -> Rendered:
    """The same for an order."""
    make = SPECIAL.get(order.recipes[0].made_by) if order.recipes else None
    make = make or RENDERERS.get(kind)
    if make is None:
        return Rendered(problem=Message(NOT_SHOWN))
    try:
        return make(order)
    except Unreadable as exc:
        return Rendered(problem=exc.message)
