"""The scrub track of a film: which part of which sheet of small pictures shows which moment."""

import re
from uuid import UUID

from sqlalchemy.orm import Session

from media_archive.errors import NotFound
from media_archive.storage.models import File
from webapp.assets.queries import files
from webapp.media.addresses import extension, of_digest
from webapp.media.source import text

_PICTURE = re.compile(r"^(?P<name>[^\s#]+)(?P<part>#xywh=[\d,]+)\s*$", re.MULTILINE)


def track(session: Session, asset_id: UUID) -> str:
    """The WebVTT text with the sheets' own addresses put in for their names."""
    made = {recipe: file for recipe, (_, file) in files(session, asset_id).items()}
    index = made.get("sprites-index")
    if index is None:
        raise NotFound("This film has no scrub track. It may still be in the making: reload the page later.")
    sheets = {recipe: _address(file) for recipe, file in made.items() if file.media_type.startswith("image/")}
    return _PICTURE.sub(lambda match: _placed(match["name"], sheets) + match["part"], text(index))


def _address(file: File) -> str:
    return of_digest(file.id, file.sha256, extension(file.media_type, file.name))


def _placed(name: str, sheets: dict[str, str]) -> str:
    """The address of the sheet that the track calls `name` ("sprites.jpg" or "sprites-003.jpg")."""
    return sheets.get(name.rsplit(".", 1)[0], name)
