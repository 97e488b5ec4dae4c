"""What is in this file? Readers in a child process find out; what they found becomes one normalised record."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from media_archive.config import Settings
from media_archive.errors import Unreadable
from media_archive.metadata.formats import FORMATS, Format, Identified, identify_path
from media_archive.metadata.normal import films, stills
from media_archive.metadata.normal.moments import zone_named
from media_archive.metadata.recognition.strangers import Stranger
from media_archive.metadata.record import Record
from media_archive.tools.isolation import Reader, reader
from media_archive.words import Message

#: raised whenever readers or rules come to find more, or something else, in the same file: `probe --again` goes by it
VERSION = 2
PROBE, EXAMINE = "media_archive.metadata.inner:probe", "media_archive.metadata.inner:examine"
#: bytes that one probe may take up beyond what its reader holds at rest
MEMORY = 384 << 20
#: what our own readers may take; they need milliseconds
SECONDS_ALONE = 2.0
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

    `zone` is where clocks without an offset are taken to stand. `sidecar` are the findings of the files beside it.
    `name` is what the file was called by those who made it, where `path` is called otherwise; with it the findings
    begin with what the file is ("identification"). A file that no reader can read is a problem in the answer and no
    error; so is one that kills a reader, of which our own readers still tell what they can. One that cannot be
    reached is Unavailable.
    """
    asked = (PROBE, str(path), known.name, zone, [vars(finding) for finding in sidecar], name)
    try:
        return _probed(reader().call(*asked, memory=MEMORY))
    except Unreadable as exc:
        return _probed(_called_again(reader(), *asked), exc.message)


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
    asked, problem = (EXAMINE, str(path), zone, [str(one) for one in beside]), None
    try:
        answer = by.call(*asked, timeout=timeout, memory=MEMORY)
    except Unreadable as exc:
        problem = exc.message
        answer = _called_again(by, *asked)
        if not answer:
            return Examined(identify_path(path), Probed(Record(), [], problem))
    if answer["identified"] is None:
        stranger = answer.get("stranger")
        return Examined(None, Probed(Record(), [], problem), Stranger(**stranger) if stranger else None)
    return Examined(_identified(answer["identified"]), _probed(answer, problem))


def _called_again(by: Reader, *asked: Any) -> dict[str, Any]:
    """The answer without the native libraries, where one of them died or hung; empty where that fails too."""
    try:
        answer: dict[str, Any] = by.call(*asked, False, timeout=SECONDS_ALONE, memory=MEMORY)
    except Unreadable:
        return {}
    return answer


def _identified(answer: dict[str, Any]) -> Identified:
    return Identified(**answer | {"format": FORMATS[answer["format"]]})


def _probed(answer: dict[str, Any], problem: Message | None = None) -> Probed:
    """The answer of the child; `problem` says why it is not the whole one."""
    findings = [Found(**finding) for finding in answer.get("findings", [])]
    if problem is None and answer["problem"]:
        problem = Message.from_json(answer["problem"])
    return Probed(Record.model_validate(answer.get("record", {})), findings, problem)


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
        # it speaks of a picture, and is none
        return stills.record({}, by_tool.get("xmp", {}), clock).model_copy(update={"still": None, "shown": None})
    return stills.record(by_tool, beside.get("xmp", {}), clock, modified)
