"""What a picture's container holds besides the picture: sizes, and packets of metadata still unread."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from media_archive.metadata.reading.characters import decode
from media_archive.words import Message

#: a packet longer than this is not read
LONGEST = 16 << 20
#: numbers of Photoshop's resources
IPTC, DIGEST, RESOLUTION, ADDRESS, THUMBNAILS = 0x0404, 0x0425, 0x03ED, 0x040B, {0x0409, 0x040C}
RESOURCE_MARKS = {b"8BIM", b"PHUT", b"DCSR", b"AgHg", b"MeSa"}
MOST_RESOURCES = 1000


@dataclass
class Packets:
    """A picture as its container describes it. `facts` are JSON-able findings: width, height, bits, mode ..."""

    exif: bytes | None = None
    xmp: bytes | None = None
    #: further XMP of the same picture, as Adobe's extension and Google's second packets have it
    more_xmp: list[bytes] = field(default_factory=list)
    #: IPTC-IIM records, without Photoshop's wrapping
    iptc: bytes | None = None
    icc: bytes | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    problem: Message | None = None


def resources(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and content of Photoshop's image resources (Adobe Photoshop File Formats, Image Resource Blocks)."""
    at = data.find(b"8BIM")
    for _ in range(MOST_RESOURCES):
        if at < 0 or at + 12 > len(data) or data[at : at + 4] not in RESOURCE_MARKS:
            return
        number = int.from_bytes(data[at + 4 : at + 6], "big")
        name = data[at + 6] + 1
        start = at + 6 + name + name % 2
        length = int.from_bytes(data[start : start + 4], "big")
        yield number, data[start + 4 : start + 4 + length]
        at = start + 4 + length + length % 2


def photoshop(found: Packets, data: bytes) -> None:
    """Takes what Photoshop's resources in `data` hold: IPTC and its digest, resolution, thumbnail, address."""
    digest = None
    for number, content in resources(data):
        if number == IPTC and content:
            found.iptc = found.iptc or content
        elif number == DIGEST:
            digest = content[:16]
        elif number == RESOLUTION and len(content) >= 16:
            found.facts["photoshop_resolution"] = [_fixed(content[0:4]), _fixed(content[8:12])]
        elif number in THUMBNAILS and len(content) >= 28:
            numbers = [int.from_bytes(content[at : at + 4], "big") for at in (4, 8)]
            found.facts["photoshop_thumbnail"] = [*numbers, len(content) - 28]
        elif number == ADDRESS:
            found.facts["photoshop_url"] = decode(content)
    if digest:
        found.facts["photoshop_digest"] = digest.hex()
    if found.iptc:
        judge(found, found.iptc)


def judge(found: Packets, records: bytes) -> None:
    """Takes the IPTC `records`, and says whether they are those whose digest Photoshop noted."""
    found.iptc = records
    digest = found.facts.get("photoshop_digest")
    if digest:
        found.facts["iptc_digest"] = "same" if digest in _digests(records) else "differs"


def _fixed(data: bytes) -> float:
    return round(int.from_bytes(data, "big") / 65536, 4)


def _digests(data: bytes) -> set[str]:
    """MD5 of the records as they lie, and without the noughts that fill up a TIFF tag."""
    return {hashlib.md5(part, usedforsecurity=False).hexdigest() for part in (data, data.rstrip(b"\x00"))}


def profile_name(icc: bytes) -> str | None:
    """The description in an ICC profile (ICC.1:2022 tag `desc`, as text or as multiLocalizedUnicode)."""
    for at in range(132, min(132 + 12 * int.from_bytes(icc[128:132], "big"), 132 + 12 * 100), 12):
        if icc[at : at + 4] == b"desc":
            start = int.from_bytes(icc[at + 4 : at + 8], "big")
            return _description(icc[start : start + int.from_bytes(icc[at + 8 : at + 12], "big")])
    return None


def _description(data: bytes) -> str | None:
    if data[:4] == b"desc":
        length = int.from_bytes(data[8:12], "big")
        found = data[12 : 12 + length].decode("latin-1")
    elif data[:4] == b"mluc":
        length, start = (int.from_bytes(data[at : at + 4], "big") for at in (20, 24))
        found = data[start : start + length].decode("utf-16-be", "replace")
    else:
        return None
    return found.strip("\x00 ")[:256] or None


def iptc_in_photoshop(data: bytes) -> bytes | None:
    """The IPTC-IIM records among Photoshop's resources."""
    return next((content for number, content in resources(data) if number == IPTC and content), None)
