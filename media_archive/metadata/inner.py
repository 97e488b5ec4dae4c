"""What a probe does inside the child process of `tools.isolation`: the readers, and then the rules.

Both work on what strangers wrote, so both stand under its limits of time and memory. JSON in, JSON out.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from media_archive import program
from media_archive.errors import ArchiveError
from media_archive.metadata import readers
from media_archive.metadata.formats import FORMATS, Format, Identified, identify_path, stranger_path
from media_archive.metadata.record import Record
from media_archive.metadata.service import Found, normalise
from media_archive.words import Message

Answer = dict[str, Any]
#: the tool under whose name it is kept what a file is
IDENTIFICATION = "identification"


def probe(
    path: str,
    format_name: str,
    zone: str,
    sidecar: Sequence[dict[str, Any]] = (),
    name: str | None = None,
    native: bool = True,
) -> Answer:
    """`{"findings": [...], "record": the record as JSON, "problem": Message as JSON | None}` of the file at `path`.

    With its `name` the findings begin with what the file is. Without `native` libraries only our own readers look.
    """
    answer = readers.read(path, format_name, native)
    found = [Found(**finding) for finding in answer["findings"]]
    record, problem = _record(FORMATS[format_name], found, zone, [Found(**finding) for finding in sidecar])
    dumped = record.model_dump(mode="json", exclude_defaults=True)
    identified = _identification(Path(path), name) if name else []
    findings = [*identified, *answer["findings"]]
    return {"findings": findings, "record": dumped, "problem": answer["problem"] or problem}


def _identification(path: Path, name: str) -> list[dict[str, Any]]:
    identified = identify_path(path, name)
    if identified is None:
        return []
    return [{"tool": IDENTIFICATION, "version": program(), "found": _told(identified)}]


def examine(path: str, zone: str, beside: Sequence[str] = (), native: bool = True) -> Answer:
    """As `probe`, of a file that nobody has looked at yet, with what it is under "identified".

    Where that is None, "stranger" says what else it is, and there is nothing more. `beside` are files that may be
    sidecars of it; those that are none say nothing.
    """
    identified = identify_path(Path(path))
    if identified is None:
        stranger = stranger_path(Path(path))
        return {"identified": None, "stranger": vars(stranger) if stranger else None}
    sidecar = [finding for one in beside for finding in _beside(one)]
    return probe(path, identified.format.name, zone, sidecar, native=native) | {"identified": _told(identified)}


def _told(identified: Identified) -> Answer:
    return vars(identified) | {"format": identified.format.name}


def _beside(path: str) -> list[dict[str, Any]]:
    """The findings of a sidecar; none if it is no sidecar, or cannot be read: its own probe tells of that."""
    try:
        known = identify_path(Path(path))
        if known is None or known.format.kind != "sidecar":
            return []
        return list(readers.read(path, known.format.name)["findings"])
    except (ArchiveError, OSError):
        return []


def _record(known: Format, found: list[Found], zone: str, sidecar: list[Found]) -> tuple[Record, Any]:
    """The record; an empty one with the reason where the rules stumble over what was found, which is kept."""
    try:
        return normalise(known, found, zone=zone, sidecar=sidecar), None
    except Exception as exc:  # no value that a stranger wrote may cost the findings
        reason = f"{type(exc).__name__}: {' '.join(str(exc).split())}"[:300]
        return Record(), Message(
            "What was found in the file cannot be understood: {reason}.", {"reason": reason}
        ).to_json()
