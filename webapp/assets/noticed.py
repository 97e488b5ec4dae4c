"""What was noticed in a film or recording: loudness, cuts, and stretches that are black, standing or silent."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from media_archive.delivery.clips.points import Timing
from media_archive.errors import ArchiveError
from media_archive.logs import Log
from media_archive.storage.models import File
from webapp.assets.rows import Row, rows, shown
from webapp.media import source
from webapp.shown import duration
from webapp.translated import gettext

#: a page lists no more of a kind; the strip below the film shows all
MOST = 300
log = Log()


@dataclass(frozen=True)
class Moment:
    """A place to go to."""

    seconds: float
    #: when it is, and how long it lasts; no length of a cut
    when: str
    length: str


@dataclass(frozen=True)
class Sort:
    """Everything of one kind."""

    name: str
    words: str
    count: int
    moments: list[Moment]


@dataclass(frozen=True)
class Noticed:
    """The analysis as the page shows it."""

    loudness: list[Row]
    sorts: list[Sort]


def noticed(file: File, record: Mapping[str, Any]) -> Noticed | None:
    """The analysis in `file` of an asset with that record; None where no store gives it at the moment."""
    try:
        found = json.loads(source.text(file))
    except (ArchiveError, ValueError) as exc:
        log.warning("an analysis cannot be read", file=str(file.id), reason=str(exc))
        return None
    return Noticed(_loudness(found.get("loudness") or {}), list(_sorts(found, record)))


def _loudness(found: Mapping[str, float | None]) -> list[Row]:
    return rows(
        (
            (gettext("Loudness"), shown(found.get("integrated"), lambda value: f"{value:.1f} LUFS")),
            (gettext("Loudness range"), shown(found.get("range"), lambda value: f"{value:.1f} LU")),
            (gettext("True peak"), shown(found.get("true_peak"), lambda value: f"{value:.1f} dBTP")),
        )
    )


def _sorts(found: Mapping[str, Any], record: Mapping[str, Any]) -> Iterator[Sort]:
    named = (
        ("black", gettext("Black")),
        ("freeze", gettext("Standing picture")),
        ("silence", gettext("Silence")),
        ("cuts", gettext("Cuts")),
    )
    timing = Timing.of(dict(record), Fraction(found["rate"])) if found.get("rate") else None
    for name, words in named:
        if there := found.get(name):
            yield Sort(name, words, len(there), [_moment(one, timing) for one in there[:MOST]])


def _moment(one: Mapping[str, Any], timing: Timing | None) -> Moment:
    starts = float(one["seconds"] if "seconds" in one else one["start"])
    when = timing.say(Fraction(starts).limit_denominator(100_000)) if timing else duration(int(starts)) or ""
    return Moment(starts, when, duration(one["end"] - starts) if "end" in one else "")
