"""A watermark as those who draw it are told."""

import base64
from typing import Any

from media_archive.catalogue.marks import look_of
from media_archive.catalogue.models import Watermark
from media_archive.config import Settings
from media_archive.tools import fonts
from media_archive.tools.isolation import reader

DRAWING = "media_archive.renditions.marking.drawing"


def told(settings: Settings, watermark: Watermark) -> dict[str, Any]:
    """The mark as JSON for `drawing`; Unavailable where no font of this machine shows its text."""
    look = look_of(watermark)
    font = None if watermark.picture else fonts.find(settings, look.text)
    return {
        "look": look.model_dump(),
        "picture": base64.b64encode(watermark.picture).decode() if watermark.picture else None,
        "font": str(font.path) if font else None,
        "face": font.number if font else 0,
    }


def check(settings: Settings, watermark: Watermark) -> None:
    """Draws it once; Invalid or Unavailable with the reason where that cannot be done."""
    reader().call(f"{DRAWING}:check", told(settings, watermark))


def sample(settings: Settings, watermark: Watermark, target: str) -> None:
    """Writes a JPEG from black to white with the mark over it."""
    reader().call(f"{DRAWING}:sample", target, told(settings, watermark))
