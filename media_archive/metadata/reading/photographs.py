"""Photographs, by the kind of their file: each gives the findings of its container and of the packets inside it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from media_archive import program
from media_archive.metadata.reading import exif, iptc, notes, xmp
from media_archive.metadata.reading.directories import fetching
from media_archive.metadata.reading.packets import Packets, profile_name
from media_archive.words import Message

T = TypeVar("T")
Findings = list[dict[str, Any]]
Answer = tuple[Findings, Message | None]


def jpeg(path: Path) -> Answer:
    """A JPEG, and what lies behind its picture."""
    from media_archive.metadata.reading import attached
    from media_archive.metadata.reading import jpeg as reader

    with path.open("rb") as source:
        size = os.fstat(source.fileno()).st_size
        packets = reader.read(source, size)
        attached.look(source, size, packets)
    packets.facts["bytes"] = size
    return opened(packets, finding("jpeg", program(), packets.facts))


def png(path: Path) -> Answer:
    """A PNG."""
    from media_archive.metadata.reading import png as reader

    with path.open("rb") as source:
        packets = reader.read(source, os.fstat(source.fileno()).st_size)
    return opened(packets, finding("png", program(), packets.facts))


def gif(path: Path) -> Answer:
    """A GIF."""
    from media_archive.metadata.reading import gif as reader

    with path.open("rb") as source:
        packets = reader.read(source, os.fstat(source.fileno()).st_size)
    return opened(packets, finding("gif", program(), packets.facts))


def photoshop(path: Path) -> Answer:
    """A Photoshop file."""
    from media_archive.metadata.reading import psd

    with path.open("rb") as source:
        packets = psd.read(source, os.fstat(source.fileno()).st_size)
    return opened(packets, finding("psd", program(), packets.facts))


def drawing(path: Path) -> Answer:
    """An SVG drawing."""
    from media_archive.metadata.reading import svg

    packets = svg.read(path)
    return opened(packets, finding("svg", program(), packets.facts))


def picture(path: Path, format_name: str, native: bool = True) -> Answer:
    """What Pillow and its plug-ins open; of HEIF the boxes too."""
    from media_archive.metadata.reading import heif
    from media_archive.metadata.reading import picture as reader

    packets = reader.read(path, format_name) if native else Packets()
    if format_name in {"heif", "avif"}:
        boxed = heif.read(path)
        packets.facts["boxes"] = boxed.facts
        packets.exif, packets.xmp = packets.exif or boxed.exif, packets.xmp or boxed.xmp
    return opened(packets, finding("Pillow", reader.VERSION, packets.facts))


def tiff(path: Path, native: bool = True) -> Answer:
    """A TIFF: its picture by Pillow, its tags by our own reader, which knows more kinds of picture."""
    from media_archive.metadata.reading import picture as reader

    shown = reader.read(path, "tiff") if native else Packets()
    with path.open("rb") as source:
        block = exif.structure(*fetching(source))
        packets = block.packets()
    packets.problem = None if "width" not in shown.facts and "Image ImageWidth" in block.tags else shown.problem
    packets.facts |= shown.facts
    packets.icc = packets.icc or shown.icc
    return opened(packets, finding("Pillow", reader.VERSION, packets.facts), block.tags)


def raw(path: Path, format_name: str, native: bool = True) -> Answer:
    """Camera raw: the sensor's size by LibRaw, the rest out of the maker's own directories."""
    from media_archive.metadata.reading import ciff
    from media_archive.metadata.reading import raw as reader

    sized = reader.sizes(path, format_name) if native else Packets()
    findings = [finding("LibRaw", reader.version(), sized.facts)] if native else []
    if format_name == "crw":
        findings.append(finding("ciff", program(), ciff.read(path)))
    tags, packets = reader.tags(path, format_name)
    packets.icc = None
    findings += opened(packets, None, tags)[0]
    if not packets.exif:
        with path.open("rb") as source:
            findings += _note(guarded(notes.read, source))
    return findings, sized.problem


def finding(tool: str, version: str, found: dict[str, Any]) -> dict[str, Any]:
    """One tool's finding."""
    return {"tool": tool, "version": version, "found": found}


def opened(packets: Packets, container: dict[str, Any] | None, tags: dict[str, Any] | None = None) -> Answer:
    """Findings of the packets a picture carries, behind that of its container."""
    findings = [container] if container else []
    if packets.icc and container:
        container["found"]["profile"] = profile_name(packets.icc) or "(unnamed)"
    if packets.exif and not tags:
        tags = guarded(exif.read, packets.exif)
    if tags:
        findings.append(finding("exif", program(), tags))
    if packets.exif:
        findings += _note(guarded(notes.read_block, packets.exif))
    if packets.iptc:
        digest = packets.facts.get("iptc_digest")
        findings.append(
            finding("iptc", program(), guarded(iptc.read, packets.iptc) | ({"digest": digest} if digest else {}))
        )
    if packets.xmp or packets.more_xmp:
        told = guarded(xmp.read_all, [packets.xmp or b"", *packets.more_xmp])
        findings.append(finding("xmp", program(), told))
        if list(told) == ["error"] and packets.problem is None:
            packets.problem = Message("The XMP in the file cannot be read: {reason}.", {"reason": told["error"]})
    return findings, packets.problem


def _note(found: dict[str, Any]) -> Findings:
    """What a maker's note says in full, if there is one."""
    return [finding("exifread", notes.VERSION, found)] if found else []


def guarded(read: Callable[[T], dict[str, Any]], packet: T) -> dict[str, Any]:
    """What `read` finds; a packet that it stumbles over must not cost the others."""
    try:
        return read(packet)
    except Exception as exc:  # hostile packets find every gap; the reason is kept
        return {"error": f"{type(exc).__name__}: {exc}"[:300]}
