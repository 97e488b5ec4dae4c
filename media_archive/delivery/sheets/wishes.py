"""What a contact sheet is to look like."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from media_archive.errors import Invalid
from media_archive.words import broken_rule

#: millimetres, upright
PAPERS = {"A3": (297.0, 420.0), "A4": (210.0, 297.0), "A5": (148.0, 210.0), "letter": (215.9, 279.4)}
#: what can stand under a picture
CAPTIONS = ("title", "taken", "code", "photographer", "caption", "shoot", "file")
Caption = Literal["title", "taken", "code", "photographer", "caption", "shoot", "file"]
USUAL_CAPTIONS: tuple[Caption, ...] = ("title", "taken", "code")
#: assets on one contact sheet
MOST = 20_000


class Wish(BaseModel):
    """How the sheet is laid out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: Literal["pdf", "jpeg"] = "pdf"
    paper: Literal["A3", "A4", "A5", "letter"] = "A4"
    landscape: bool = False
    columns: int = Field(4, ge=1, le=12)
    captions: tuple[Caption, ...] = USUAL_CAPTIONS
    #: of the few words on the sheet that no archivist wrote
    language: Literal["zh", "en"] = "zh"
    #: dots an inch of pages as JPEG
    dots: int = Field(150, ge=50, le=300)

    @model_validator(mode="after")
    def _names_each_caption_once(self) -> Self:
        if len(set(self.captions)) < len(self.captions):
            raise ValueError("a caption is named twice")
        return self

    @property
    def page(self) -> tuple[float, float]:
        """Width and height in millimetres."""
        short, long = PAPERS[self.paper]
        return (long, short) if self.landscape else (short, long)


@dataclass(frozen=True)
class Sheet:
    """A contact sheet to be made."""

    #: the institution, and what it shows
    archive: str
    title: str
    assets: Sequence[UUID]
    wish: Wish


def checked(**given: object) -> Wish:
    """A Wish; Invalid where a value breaks a rule."""
    try:
        return Wish.model_validate(given)
    except ValidationError as exc:
        first = exc.errors()[0]
        raise Invalid(
            "The contact sheet is refused: {what} {reason}. Give another value.",
            what=".".join(map(str, first["loc"])) or "captions",
            reason=broken_rule(first),
        ) from exc
