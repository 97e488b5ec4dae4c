"""The watermark of an archive: what it says, how it looks, and its changes."""

from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Archive, Watermark
from media_archive.db import now
from media_archive.errors import Invalid, NotFound
from media_archive.events import service as events
from media_archive.words import broken_rule

PLACES = (
    "top-left",
    "top",
    "top-right",
    "left",
    "center",
    "right",
    "bottom-left",
    "bottom",
    "bottom-right",
    "tiled",
)
Place = Literal[
    "top-left", "top", "top-right", "left", "center", "right", "bottom-left", "bottom", "bottom-right", "tiled"
]
LONGEST_TEXT = 200
LARGEST_PICTURE = 4 << 20
PNG = b"\x89PNG\r\n\x1a\n"


class Mark(BaseModel):
    """How a watermark looks; sizes are parts of the marked picture's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: empty where a picture is drawn; lines are kept
    text: str = Field("", max_length=LONGEST_TEXT)
    position: Place = "bottom-right"
    opacity: float = Field(0.6, ge=0.05, le=1)
    #: width of the mark as a part of the picture's; one that is too high for the picture is drawn smaller
    size: float = Field(0.25, ge=0.02, le=1)
    #: distance from the edge as a part of the shorter edge
    margin: float = Field(0.03, ge=0, le=0.4)

    @model_validator(mode="after")
    def _has_no_signs_to_obey(self) -> Self:
        if any(not (sign.isprintable() or sign == "\n") for sign in self.text):
            raise ValueError("the text has signs that cannot be drawn")
        return self


def of(session: Session, archive_id: UUID) -> Watermark | None:
    """The watermark of an archive; None where it has none."""
    return session.get(Watermark, archive_id)


def look_of(watermark: Watermark) -> Mark:
    """How it looks."""
    return Mark.model_validate(watermark.look)


def checked(**given: object) -> Mark:
    """A Mark; Invalid where a value breaks a rule."""
    try:
        return Mark.model_validate(given)
    except ValidationError as exc:
        first = exc.errors()[0]
        raise Invalid(
            "The watermark is refused: {what} {reason}. Give another value.",
            what=str(first["loc"][0]) if first["loc"] else "text",
            reason=broken_rule(first),
        ) from exc


def change(session: Session, archive: Archive, mark: Mark, picture: bytes | None, who: str) -> Watermark:
    """Gives `archive` this watermark; what was marked before is out of date from now on."""
    if bool(mark.text.strip()) == (picture is not None):
        raise Invalid("A watermark is either a text or a picture. Give one of them.")
    if picture is not None and (not picture.startswith(PNG) or len(picture) > LARGEST_PICTURE):
        raise Invalid("The watermark must be a PNG of at most {most} bytes. Give another.", most=LARGEST_PICTURE)
    # two administrators may save at one moment
    session.execute(select(Archive.id).where(Archive.id == archive.id).with_for_update())
    watermark = of(session, archive.id) or Watermark(archive_id=archive.id)
    watermark.look, watermark.picture = mark.model_dump(), picture
    watermark.changed_by, watermark.changed_at = who, now()
    session.add(watermark)
    told = mark.model_dump() | {"picture": picture is not None}
    events.record(session, who, "modification", "archive", archive.id, watermark=told)
    return watermark


def remove(session: Session, archive: Archive, who: str) -> None:
    """Takes the watermark away; what was marked stays as it is, and nothing more is made. NotFound if there is none."""
    watermark = of(session, archive.id)
    if watermark is None:
        raise NotFound("The archive {archive} has no watermark.", archive=archive.name)
    session.delete(watermark)
    events.record(session, who, "modification", "archive", archive.id, watermark=None)
