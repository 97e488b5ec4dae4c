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
    #: average colour, "#rrggbb"
    colour: str | None = None
    #: of the original, upright and with square pixels; None where not known
    width: int | None = None
    height: int | None = None
    #: seconds
    duration: float | None = None
    problem: Message | None = None
