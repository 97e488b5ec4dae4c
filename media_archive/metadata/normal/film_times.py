"""When a film was taken: the recording date in each place it is written, and which of them is believed."""

import re
from collections.abc import Iterator
from typing import Any

from media_archive.metadata.normal import moments
from media_archive.metadata.normal.precedence import Decisions
from media_archive.metadata.normal.said import Said
from media_archive.metadata.normal.words import said_by
from media_archive.metadata.reading.way import unpacked
from media_archive.metadata.record import Capture, Stated
from media_archive.words import Message

#: makers whose cameras put their own clock where the standard wants UTC
LOCAL = re.compile(r"gopro|canon|nikon|fujifilm|olympus|pentax|ricoh|casio|kodak|sanyo", re.IGNORECASE)
DATES = ("Recorded_Date", "Encoded_Date", "Mastered_Date", "Tagged_Date", "Digitized_Date", "Released_Date")
#: what tells of the file rather than of the recording
LATER = ("ModificationDate", "Tagged_Date", "Released_Date")
MOST = 32


def choose(said: Said, decided: Decisions, make: str | None) -> tuple[Capture | None, list[Stated]]:
    """The moment of capture, and every date that is written anywhere."""
    stated: list[Stated] = []
    known: list[tuple[str, Capture | None]] = []
    for source, text in _dates(said):
        stated.append(Stated(field=source, value=text))
        read = moments.judge(_as_meant(source, text, make), source, said.zone)
        if isinstance(read, Message):
            decided.doubt("capture", text, source, read)
        else:
            known.append((source, read))
    later = [pair for pair in known if pair[0].endswith(LATER)]
    known = [pair for pair in known if pair not in later]
    satellites = list(_satellites(said))
    stated += [Stated(field=source, value=read.at) for source, read in satellites if read]
    chosen = decided.choose("capture", _exact_first(known)) or decided.choose("capture", [*satellites, *later])
    return chosen, stated[:MOST]


def _satellites(said: Said) -> Iterator[tuple[str, Capture | None]]:
    """The receiver's time where no clock tells: it is not that of the camera, and would contradict every one."""
    at = next((point.at for point in unpacked(said.movie.get("way") or {}) if point.at), None)
    yield "movie GPS time", moments.moment(at, "movie GPS time", said.zone)


def _exact_first(known: list[tuple[str, Capture | None]]) -> list[tuple[str, Capture | None]]:
    """Without tags that tell only the day or the year, where a clock tells more of the same film."""
    exact = any(read and read.precision in {"second", "fraction"} for source, read in known if "sidecar" not in source)
    if not exact:
        return known
    return [(source, read) for source, read in known if read is None or "Recorded" not in source or "T" in read.at]


def _as_meant(source: str, text: str, make: str | None) -> str:
    """Without "UTC" where the camera's own clock stands in its place."""
    if make and LOCAL.match(make) and source in {"MediaInfo Encoded_Date", "MediaInfo Tagged_Date", "movie mvhd"}:
        return text.removesuffix(" UTC")
    return text


def _dates(said: Said) -> Iterator[tuple[str, str]]:
    """Each place of a date, and what is written there."""
    for source, text in _places(said):
        told = said_by(text).split(" / ")[0].strip()
        if told:
            yield source, told


def _places(said: Said) -> Iterator[tuple[str, Any]]:
    created = "com_apple_quicktime_creationdate"
    yield f"MediaInfo {created}", said.extra.get(created)
    for source, xml in said.xml():
        yield f"{source} CreationDate", xml.get("created")
    bext = said.riff.get("bext") or {}
    yield "bext OriginationDate", _origination(bext)
    yield "mxf CreationDate", said.mxf.get("created")
    yield "mxf ModificationDate", said.mxf.get("written")
    for name in DATES:
        yield f"MediaInfo {name}", said.general.get(name)
    if not said.general.get("Encoded_Date"):
        yield "movie mvhd", said.movie.get("created")
    yield "movie date", (said.movie.get("camera") or {}).get("date")
    yield "flight date", said.flight.get("date")
    for name in ("exif:DateTimeOriginal", "photoshop:DateCreated", "xmpDM:shotDate", "xmp:CreateDate"):
        yield f"xmp {name}", said.inner.get(name)
        yield f"sidecar {name}", said.sidecar.get(name)


def _origination(bext: dict[str, Any]) -> str | None:
    """Date and time with whatever stands between the digits; recorders use dashes, colons, dots and spaces."""
    date, clock = (re.findall(r"\d+", str(bext.get(f"origination_{name}") or "")) for name in ("date", "time"))
    if len(date) != 3:
        return " ".join(str(bext[name]) for name in ("origination_date", "origination_time") if bext.get(name)) or None
    return "-".join(date) + (" " + ":".join(clock) if len(clock) == 3 else "")
