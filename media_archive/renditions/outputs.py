"""What rendering gives."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from media_archive.renditions.recipes import Recipe
from media_archive.words import Message


@dataclass(frozen=True)
class Output:
    """The file of a rendition. Pixels as displayed, None for sound; seconds, None for stills."""

    #: the rendition's name: one of its recipe's outputs
    name: str
    recipe: Recipe
    path: Path
    media_type: str
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    #: frames a second of a film, as an exact fraction "30000/1001"
    frame_rate: str | None = None
    #: the name under which it is handed out; that of its path where there is none
    file_name: str = ""


@dataclass
class Rendered:
    """What could be made of a file, what was learnt of it, and why something is missing."""

    outputs: list[Output] = field(default_factory=list)
    #: recipe -> what it found, as JSON
    values: dict[str, Any] = field(default_factory=dict)
    #: recipe -> why it gives nothing, where that is no fault of the file
    without: dict[str, Message] = field(default_factory=dict)
    #: dominant colour, "#rrggbb"
    colour: str | None = None
    #: a few cosines that are painted until the picture is there; see stills.fingerprints.placeholder
    placeholder: str | None = None
    #: of a scan, or frames of an animation; None where there is one
    pages: int | None = None
    #: of the original, upright and with square pixels; None where not known
    width: int | None = None
    height: int | None = None
    #: seconds
    duration: float | None = None
    problem: Message | None = None

    def identify(self, known: dict[str, Any] | None, recipe: Recipe | None) -> None:
        """Takes over a `stills.fingerprints.Fingerprint`, as a dictionary; its hash where `recipe` asks for it."""
        if known is None:
            return
        self.colour, self.placeholder = known["colour"], known["placeholder"]
        if recipe is not None:
            self.values[recipe.name] = {"phash": known["phash"], "detail": known["detail"]}
