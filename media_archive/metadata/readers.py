"""What native and hostile-input readers do, called in the child process of `tools.isolation`: JSON in, JSON out."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from media_archive.errors import Unavailable
from media_archive.metadata.formats import FORMATS, Format
from media_archive.metadata.plain import bounded, text
from media_archive.words import Message

Findings = list[dict[str, Any]]
#: sidecars are read whole, up to this size
LONGEST_SIDECAR = 16 << 20


def read(path: str, format_name: str, native: bool = True) -> dict[str, Any]:
    """`{"findings": [{"tool", "version", "found"}, ...], "problem": Message as JSON | None}` of the file at `path`.

    Without `native` libraries, one of which died of the file, only what our own readers find.
    """
    known = FORMATS[format_name]
    _look(Path(path))
    with _named_plainly(Path(path)) as file:
        findings, problem = _reader(known)(file, known, native)
    for finding in findings:
        finding["found"] = bounded(finding["found"])
    return {"findings": findings, "problem": problem.to_json() if problem else None}


def _look(path: Path) -> None:
    """Tells a file that cannot be reached, which is the store's matter and may mend, from one that cannot be read."""
    try:
        with path.open("rb") as source:
            source.read(1)
    except OSError as exc:
        raise Unavailable(
            "The file at {path} cannot be reached ({reason}). Try again when its store is back.",
            path=text(str(path)),
            reason=exc.strerror or str(exc),
        ) from exc


@contextmanager
def _named_plainly(path: Path) -> Iterator[Path]:
    """A path that every library can open: several take no names that are not UTF-8, or none under LC_ALL=C."""
    if str(path).isascii():
        yield path
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield Path(f"/dev/fd/{descriptor}")
    finally:
        os.close(descriptor)


def _reader(known: Format) -> Any:
    if known.kind == "sidecar":
        return _sidecar
    return _film if known.kind in {"film", "sound"} else _photograph


def _photograph(path: Path, known: Format, native: bool) -> tuple[Findings, Message | None]:
    from media_archive.metadata.reading import photographs

    if known.raw:
        return photographs.raw(path, known.name, native)
    readers = {
        "jpeg": photographs.jpeg,
        "png": photographs.png,
        "psd": photographs.photoshop,
        "gif": photographs.gif,
        "svg": photographs.drawing,
    }
    if known.name in readers:
        return readers[known.name](path)
    if known.name == "tiff":
        return photographs.tiff(path, native)
    return photographs.picture(path, known.name, native)


def _finding(tool: str, version: str, found: dict[str, Any]) -> dict[str, Any]:
    return {"tool": tool, "version": version, "found": found}


def _film(path: Path, known: Format, native: bool) -> tuple[Findings, Message | None]:
    from media_archive.metadata.reading import film, inside

    findings = [_own(name, told) for name, told in inside.read(path).items()]
    if not native:
        return findings, None
    found = film.read(path, known.name)
    return [_finding("MediaInfo", film.version(), found), *findings], film.problem(found)


def _sidecar(path: Path, known: Format, _native: bool) -> tuple[Findings, Message | None]:
    from media_archive.metadata.reading import sidecars

    with path.open("rb") as source:
        tool, found, problem = sidecars.read(known.name, source.read(LONGEST_SIDECAR))
    return ([_own(tool, found)] if found else []), problem


def _own(name: str, found: dict[str, Any]) -> dict[str, Any]:
    """A finding of a reader of ours, at the archive's version."""
    from media_archive import program

    return _finding(name, program(), found)
