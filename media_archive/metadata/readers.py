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


def read(path: str, format_name: str) -> dict[str, Any]:
    """`{"findings": [{"tool", "version", "found"}, ...], "problem": Message as JSON | None}` of the file at `path`."""
    known = FORMATS[format_name]
    _look(Path(path))
    with _named_plainly(Path(path)) as file:
        findings, problem = _reader(known)(file, known)
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
    if known.kind in {"film", "sound"}:
        return _film
    if known.raw and known.name != "dng":
        return _raw
    return {"jpeg": _jpeg, "tiff": _tiff, "dng": _raw}.get(known.name, _picture)


def _finding(tool: str, version: str, found: dict[str, Any]) -> dict[str, Any]:
    return {"tool": tool, "version": version, "found": found}


def _jpeg(path: Path, _known: Format) -> tuple[Findings, Message | None]:
    from media_archive.metadata.reading import jpeg

    with path.open("rb") as source:
        packets = jpeg.read(source, path.stat().st_size)
    return _opened(packets, _own("jpeg", packets.facts))


def _picture(path: Path, known: Format) -> tuple[Findings, Message | None]:
    from media_archive.metadata.reading import picture

    packets = picture.read(path, known.name)
    return _opened(packets, _finding("Pillow", picture.VERSION, packets.facts))


def _tiff(path: Path, known: Format) -> tuple[Findings, Message | None]:
    from media_archive.metadata.reading import exif, picture

    packets = picture.read(path, known.name)
    findings, problem = _opened(packets, _finding("Pillow", picture.VERSION, packets.facts))
    with path.open("rb") as source:
        # exifread takes the offsets of BigTIFF for those of TIFF and wanders through the file
        tags = {} if source.read(4) in {b"II+\x00", b"MM\x00+"} else exif.read_file(source)
    if "width" not in packets.facts and "Image ImageWidth" in tags:
        # Pillow knows few colour models of TIFF; the tags tell enough, and other readers may show it
        problem = None
    return ([*findings, _finding("exifread", exif.VERSION, tags)] if tags else findings), problem


def _raw(path: Path, known: Format) -> tuple[Findings, Message | None]:
    from media_archive.metadata.reading import ciff, exif, picture, raw

    sized = raw.sizes(path, known.name)
    findings = [_finding("LibRaw", raw.version(), sized.facts)]
    if known.name == "crw":
        findings.append(_own("ciff", ciff.read(path)))
    tags = raw.tags(path, known.name)
    findings += [_finding("exifread", exif.VERSION, tags)] if tags else []
    # Pillow opens most of them as the TIFF they are, and hands over XMP and IPTC
    packets = picture.read(path, "tiff")
    packets.facts, packets.exif, packets.icc = {}, None, None
    return findings + _opened(packets, None)[0], sized.problem


def _film(path: Path, known: Format) -> tuple[Findings, Message | None]:
    from media_archive.metadata.reading import film

    found = film.read(path, known.name)
    return [_finding("MediaInfo", film.version(), found)], film.problem(found)


def _sidecar(path: Path, known: Format) -> tuple[Findings, Message | None]:
    from media_archive.metadata.reading import xmp

    if known.name != "xmp":
        return [], None
    with path.open("rb") as source:
        found = xmp.read(source.read(LONGEST_SIDECAR))
    problem = (
        Message("The XMP sidecar is no valid XML: {reason}.", {"reason": found["error"]}) if "error" in found else None
    )
    return [_own("xmp", found)], problem


def _own(name: str, found: dict[str, Any]) -> dict[str, Any]:
    """A finding of a reader of ours, at the archive's version."""
    from media_archive import __version__

    return _finding(name, f"media-archive {__version__}", found)


def _opened(packets: Any, container: dict[str, Any] | None) -> tuple[Findings, Message | None]:
    """Findings of the packets a picture carries, behind that of its container."""
    from media_archive.metadata.reading import exif, iptc, xmp
    from media_archive.metadata.reading import packets as packing

    findings = [container] if container else []
    if packets.icc and container:
        container["found"]["profile"] = packing.profile_name(packets.icc) or "(unnamed)"
    if packets.exif:
        findings.append(_finding("exifread", exif.VERSION, exif.read(packets.exif)))
    if packets.iptc:
        findings.append(_own("iptc", iptc.read(packets.iptc)))
    if packets.xmp:
        findings.append(_own("xmp", xmp.read(packets.xmp)))
    return findings, packets.problem
