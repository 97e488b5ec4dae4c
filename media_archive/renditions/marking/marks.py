"""A watermark as those who draw it are told."""

import base64
from typing import Any
from uuid import UUID

from media_archive.catalogue import marks
from media_archive.catalogue.marks import Mark, look_of
from media_archive.catalogue.models import Archive, Watermark
from media_archive.config import Settings
from media_archive.context import Context
from media_archive.errors import Invalid
from media_archive.renditions import remaking
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
    """Draws it once; Invalid or Unavailable with the reason where that cannot be done, or would give empty boxes."""
    text = "" if watermark.picture else look_of(watermark).text
    if lacking := fonts.lacking(fonts.find(settings, text), text) if text else "":
        raise Invalid("No font of this machine has the signs {signs}. Leave them out.", signs=lacking[:40])
    reader().call(f"{DRAWING}:check", told(settings, watermark))


def change(context: Context, archive_id: UUID, mark: Mark, picture: bytes | None, who: str) -> None:
    """Gives the archive this watermark once it could be drawn; what carries the former one is made anew."""
    check(context.settings, Watermark(look=mark.model_dump(), picture=picture))
    with context.transaction() as session:
        marks.change(session, session.get_one(Archive, archive_id), mark, picture, who)
        session.flush()
        remaking.notice(session, context.settings)


def sample(settings: Settings, watermark: Watermark, target: str) -> None:
    """Writes a JPEG from black to white with the mark over it."""
    reader().call(f"{DRAWING}:sample", target, told(settings, watermark))
