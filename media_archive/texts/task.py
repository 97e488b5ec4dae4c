"""What finds text in a rendition is given, and gives."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from media_archive.catalogue.lines import Read
from media_archive.config import Settings
from media_archive.renditions.recipes import Recipe


@dataclass(frozen=True)
class Task:
    """A rendition to find text in."""

    settings: Settings
    recipe: Recipe
    kind: str
    path: Path
    #: seconds; 0 for a photograph
    duration: float
    scratch: Path


class Finder(Protocol):
    """How text is found in a rendition."""

    def __call__(self, task: Task) -> tuple[list[Read], Path]:
        """The lines, and the file of the recipe's rendition in the task's scratch folder.

        Raises Unsupported where there can be none, such as in a film without sound.
        """
