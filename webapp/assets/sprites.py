"""The scrub track of a film: which part of which sheet of small pictures shows which moment."""

import io
import re
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from media_archive.catalogue.models import Rendition
from media_archive.errors import NotFound
from media_archive.storage.models import File
from webapp.media.addresses import extension, of_digest
from webapp.media.ranges import Span
from webapp.media.source import open_span

#: a track of many hours is some hundred kilobytes
MOST_BYTES = 8 << 20
_PICTURE = re.compile(r"^(?P<name>[^\s#]+)(?P<part>#xywh=[\d,]+)\s*$", re.MULTILINE)


def track(session: Session, asset_id: UUID) -> str:
    """The WebVTT text with the sheets' own addresses put in for their names."""
    query = select(Rendition, File).join(File, File.id == Rendition.file_id).where(Rendition.asset_id == asset_id)
    files = {made.recipe: file for made, file in session.execute(query.options(selectinload(File.copies)))}
    text = files.get("sprites-index")
    if text is None or text.size > MOST_BYTES:
        raise NotFound("This film has no scrub track. It may still be in the making: reload the page later.")
    opened = open_span(text, Span(0, text.size))
    with io.TextIOWrapper(opened, "utf-8") as lines:
        source = lines.read()
    sheets = {recipe: _address(file) for recipe, file in files.items() if file.media_type.startswith("image/")}
    return _PICTURE.sub(lambda match: _placed(match["name"], sheets) + match["part"], source)


def _address(file: File) -> str:
    return of_digest(file.id, file.sha256, extension(file.media_type, file.name))


def _placed(name: str, sheets: dict[str, str]) -> str:
    """The address of the sheet that the track calls `name` ("sprites.jpg" or "sprites-003.jpg")."""
    return sheets.get(name.rsplit(".", 1)[0], name)
