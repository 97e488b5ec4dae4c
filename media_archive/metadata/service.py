"""What is in this file? Readers in a child process find out; what they found becomes one normalised record."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from media_archive.config import Settings
from media_archive.errors import Unreadable
from media_archive.metadata.formats import FORMATS, Format, Identified
from media_archive.metadata.normal import films, stills
from media_archive.metadata.normal.moments import zone_named
from media_archive.metadata.recognition.strangers import Stranger
from media_archive.metadata.record import Record
from media_archive.tools.isolation import Reader, reader
from media_archive.words import Message

#: raised whenever readers or rules come to find more, or something else, in the same file: `probe --again` goes by it
VERSION = 2
PROBE, IDENTIFY, EXAMINE = (f"media_archive.metadata.inner:{name}" for name in ("probe", "identify", "examine"))
#: bytes that one probe may take up beyond what its reader holds at rest
MEMORY = 384 << 20
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


def probe(
    path: Path, known: Format, *, zone: str = DEFAULT_ZONE, sidecar: Sequence[Found] = (), name: str | None = None
) -> Probed:
    """Reads the file at `path`, whose format was recognised as `known`.

    `zone` is where clocks without an offset are taken to stand. `sidecar` are the findings of the files beside
    it. `name` is what the file was called by those who made it, where `path` is called otherwise; with it the findings
    begin with what the file is ("identification"). A file that no reader can read, or that kills one, is a problem in the answer and no error; one that cannot
    be reached is Unavailable.
    """
    try:
        given = [vars(finding) for finding in sidecar]
        answer = reader().call(PROBE, str(path), known.name, zone, given, name, memory=MEMORY)
    except Unreadable as exc:
        return Probed(Record(), [], exc.message)
    return _probed(answer)


@dataclass(frozen=True)
class Examined:
    """What a file is and what it says of itself.

    `identified` is None for what is nothing that the archive takes; `stranger` is then what else it is, if known.
    """

    identified: Identified | None
    probed: Probed
    stranger: Stranger | None = None


def examine(
    path: Path,
    *,
    zone: str = DEFAULT_ZONE,
    beside: Sequence[Path] = (),
    by: Reader | None = None,
    timeout: float | None = None,
) -> Examined:
    """Identifies and reads a file that no archive knows yet, in one call of the reader `by`.

    `beside` are files that may be sidecars of it. Nothing about the file raises, but for Unavailable as with `probe`.
    """
    by = by or reader()
    try:
        answer = by.call(EXAMINE, str(path), zone, [str(one) for one in beside], timeout=timeout, memory=MEMORY)
    except Unreadable as exc:
        return Examined(_identified_alone(path, by, timeout), Probed(Record(), [], exc.message))
    if answer["identified"] is None:
        return Examined(None, Probed(Record()), Stranger(**answer["stranger"]) if answer["stranger"] else None)
    return Examined(_identified(answer["identified"]), _probed(answer))


def _identified_alone(path: Path, by: Reader, timeout: float | None) -> Identified | None:
    """What a file is whose reading failed."""
    try:
        answer = by.call(IDENTIFY, str(path), timeout=timeout, memory=MEMORY)
    except Unreadable:
        return None
    return _identified(answer) if answer else None


def _identified(answer: dict[str, Any]) -> Identified:
    return Identified(**answer | {"format": FORMATS[answer["format"]]})


def _probed(answer: dict[str, Any]) -> Probed:
    findings = [Found(**finding) for finding in answer["findings"]]
    problem = Message.from_json(answer["problem"]) if answer["problem"] else None
    return Probed(Record.model_validate(answer["record"]), findings, problem)


def normalise(
    known: Format,
    findings: Sequence[Found],
    *,
    zone: str = DEFAULT_ZONE,
    sidecar: Sequence[Found] = (),
    modified: datetime | None = None,
) -> Record:
    """The record that follows from `findings`; the same for stored ones when the rules have changed.

    `modified` is when the file system says that the file was written last: of a photograph that tells no time, the
    last resort.
    """
    by_tool = {finding.tool: finding.found for finding in findings}
    beside = {finding.tool: finding.found for finding in reversed(sidecar)}
    clock = zone_named(zone)
    if known.kind in {"film", "sound"}:
        return films.record(by_tool, beside, clock)
    if known.kind == "sidecar" and known.name != "xmp":
        return films.beside_alone(by_tool, clock)
    if known.kind == "sidecar":
        return stills.record({}, by_tool.get("xmp", {}), clock)
    return stills.record(by_tool, beside.get("xmp", {}), clock, modified)
