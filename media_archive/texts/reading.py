"""From a picture to the lines of text in it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from media_archive.catalogue.lines import Read
from media_archive.config import Settings
from media_archive.renditions.parameters import Text
from media_archive.texts import engines
from media_archive.texts.scripts import script_of

ENGINE = "rapidocr"
#: lines of so few signs are often window bars and bricks
SHORT = 2
#: and so are many that hold nothing but these: rows of windows read as 0001, railings as AWWW
PLAIN = frozenset({"Latn", "Zyyy"})
#: a picture takes some seconds on a slow core
SECONDS_A_PICTURE = 60.0


def engine() -> dict[str, Any]:
    """What reads, and in which version."""
    return {"engine": ENGINE, "version": engines.version(ENGINE), "models": "PP-OCRv6 small"}


def read(settings: Settings, paths: Sequence[Path], told: Text) -> list[list[Read]]:
    """The lines in each picture that are sure enough."""
    engines.version(ENGINE)
    found = engines.call(
        settings,
        "media_archive.texts.recognising:read",
        [str(path) for path in paths],
        told.long_edge,
        timeout=max(settings.reader_seconds, SECONDS_A_PICTURE * len(paths)),
    )
    return [[_line(one) for one in _sure(lines, told)] for lines in found]


def _sure(lines: Iterable[dict[str, Any]], told: Text) -> list[dict[str, Any]]:
    def wanted(one: dict[str, Any]) -> float:
        text = "".join(one["text"].split())
        doubtful = len(text) <= SHORT or script_of(text) in PLAIN
        return told.least_confidence_short if doubtful else told.least_confidence

    sure = [one for one in lines if one["text"].strip() and one["confidence"] >= wanted(one)]
    if len(sure) <= told.most_lines:
        return sure
    least = sorted((one["confidence"] for one in sure), reverse=True)[told.most_lines - 1]
    return [one for one in sure if one["confidence"] >= least][: told.most_lines]


def _line(one: dict[str, Any]) -> Read:
    text = " ".join(one["text"].split())
    return Read(text, one["confidence"], script_of(text), one["polygon"])
