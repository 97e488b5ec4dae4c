"""What a renderer is asked to do."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media_archive.config import Settings
from media_archive.renditions.recipes import Recipe
from media_archive.renditions.streams import Streams
from media_archive.tools.isolation import reader
from media_archive.tools.runner import Bounds

#: bytes of film in a second, where nothing says how long it is: less than any camera writes
SLOWEST_BYTES = 50_000


@dataclass(frozen=True)
class Order:
    """A file to render, and the means."""

    source: Path
    format_name: str
    record: dict[str, Any]
    #: what is to be made; their inputs are the original, or each other's outputs
    recipes: Sequence[Recipe]
    scratch: Path
    settings: Settings
    #: told how much is done, 0 to 1
    progress: Callable[[float], None]
    cancel: threading.Event | None
    #: the file's own name, where what is made of it takes after that
    name: str = ""
    #: all files of a recording that spans several, in their order; empty where there is one
    sources: tuple[Path, ...] = ()
    #: their own names
    names: tuple[str, ...] = ()

    def wanted(self, maker: str) -> Recipe | None:
        """The recipe of `maker` that is to be made; None if none is."""
        return next((one for one in self.recipes if one.made_by == maker), None)

    @property
    def container(self) -> dict[str, Any]:
        """The record's part on the film or recording as a whole."""
        return self.record.get("container") or {}

    def streams(self) -> Streams:
        """What the file holds, and how long it is as far as anything tells."""
        seen = reader().call(
            "media_archive.renditions.looking:look", str(self.source), timeout=self.settings.reader_seconds
        )
        streams = Streams.model_validate(seen)
        streams.duration = streams.duration or self.container.get("duration") or self._read_through()
        return streams

    def _read_through(self) -> float | None:
        """Seconds of what says nothing of its length: recorded to its end by a browser, or not to its end at all."""
        seconds: float | None = reader().call(
            "media_archive.renditions.looking:lasting", str(self.source), self.settings.reader_seconds / 2
        )
        return seconds

    def length(self, made: Path) -> float | None:
        """Seconds of a file that was made; None if there is nothing in it."""
        if not made.exists() or not made.stat().st_size:
            return None
        seconds: float | None = reader().call("media_archive.renditions.looking:length", str(made))
        return seconds

    def bounds(self, duration: float | None) -> Bounds:
        """What a run over `duration` seconds of film may use."""
        seconds = duration or self.source.stat().st_size / SLOWEST_BYTES
        least = self.settings.reader_seconds
        return Bounds(
            timeout=max(least, seconds * self.settings.film_seconds_per_second),
            silence=least,
            memory=2 * self.settings.reader_memory,
        )
