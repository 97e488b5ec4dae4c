"""Lines of text as the page of an asset shows them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

#: script (ISO 15924) -> language to choose the shapes of signs by; the page's own where none is given
LANGUAGES = {"Jpan": "ja", "Kore": "ko", "Latn": "en", "Cyrl": "ru", "Arab": "ar"}
#: longer lists make a page slow; `media-archive texts` has them whole
MOST = 4000


@dataclass(frozen=True)
class Shown:
    """A line; `points` are its corners in fractions of the picture, "0.1,0.2 0.4,0.2 …", for a photograph."""

    id: str
    text: str
    machine_text: str
    hidden: bool
    set_by: str | None
    language: str | None
    points: str
    seconds: float | None
    when: str
    is_match: bool


@dataclass(frozen=True)
class Texts:
    """What was read in the picture, and what was heard."""

    read: list[Shown]
    heard: list[Shown]

    @property
    def has_regions(self) -> bool:
        """Whether there is something to draw over a photograph."""
        return any(line.points for line in self.read)


def texts(told: Collection[Mapping[str, Any]], matches: Collection[UUID], mending: bool) -> Texts:
    """The lines of `lines.told`; hidden ones only for those who mend. `matches` hold words that were searched for."""
    wanted = [one for one in told if mending or not one["hidden"]]
    found = {str(one) for one in matches}
    read = [_shown(one, found) for one in wanted if one["from"] == "text"]
    heard = [_shown(one, found) for one in wanted if one["from"] == "transcript"]
    return Texts(read[:MOST], heard[:MOST])


def _shown(one: Mapping[str, Any], matches: Collection[str]) -> Shown:
    starts = one["starts"]
    still = starts is None and one["polygon"]
    return Shown(
        id=one["id"],
        text=one["text"],
        machine_text=one["machine_text"],
        hidden=one["hidden"],
        set_by=one["set_by"],
        language=LANGUAGES.get(one["script"]),
        points=" ".join(f"{x},{y}" for x, y in one["polygon"]) if still else "",
        seconds=starts,
        when=_clock(starts) if starts is not None else "",
        is_match=one["id"] in matches,
    )


def _clock(seconds: float) -> str:
    """1:02:33, or 2:33 within the first hour."""
    hours, rest = divmod(int(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
