"""What is in this file? Readers in a child process find out; what they found becomes one normalised record."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from media_archive.config import Settings
from media_archive.errors import Unreadable
from media_archive.metadata.formats import Format
from media_archive.metadata.normal import films, stills
from media_archive.metadata.normal.moments import zone_named
from media_archive.metadata.record import Record
from media_archive.tools.isolation import reader
from media_archive.words import Message

READ = "media_archive.metadata.readers:read"
DEFAULT_ZONE: str = Settings.model_fields["time_zone"].default


@dataclass(frozen=True)
class Found:
    """The raw findings of one tool, JSON-able and bounded."""

    tool: str
    version: str
    found: dict[str, Any]


@dataclass(frozen=True)
class Probed:
    """What one file says of itself; `problem` says why it could not be read, or not to its end."""

    record: Record
    findings: list[Found] = field(default_factory=list)
    problem: Message | None = None


def probe(path: Path, known: Format, *, zone: str = DEFAULT_ZONE, sidecar: Sequence[Found] = ()) -> Probed:
    """Reads the file at `path`, whose format was recognised as `known`.

    `zone` is where clocks without an offset are taken to stand. `sidecar` are the findings of the XMP file beside
    it. A file that no reader can read, or that kills one, is a problem in the answer and no error; one that cannot
    be reached is Unavailable.
    """
    try:
        answer = reader().call(READ, str(path), known.name)
    except Unreadable as exc:
        return Probed(Record(), [], exc.message)
    findings = [Found(**finding) for finding in answer["findings"]]
    problem = Message.from_json(answer["problem"]) if answer["problem"] else None
    return Probed(normalise(known, findings, zone=zone, sidecar=sidecar), findings, problem)


def normalise(
    known: Format, findings: Sequence[Found], *, zone: str = DEFAULT_ZONE, sidecar: Sequence[Found] = ()
) -> Record:
    """The record that follows from `findings`; the same for stored ones when the rules have changed."""
    by_tool = {finding.tool: finding.found for finding in findings}
    beside = next((finding.found for finding in sidecar if finding.tool == "xmp"), {})
    clock = zone_named(zone)
    if known.kind in {"film", "sound"}:
        return films.record(by_tool.get("MediaInfo", {}), beside, clock)
    if known.kind == "sidecar" and known.name != "xmp":
        return Record()
    if known.kind == "sidecar":
        return stills.record({}, by_tool.get("xmp", {}), clock)
    return stills.record(by_tool, beside, clock)
