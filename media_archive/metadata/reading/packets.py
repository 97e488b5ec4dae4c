"""What a picture's container holds besides the picture: sizes, and packets of metadata still unread."""

from dataclasses import dataclass, field
from typing import Any

from media_archive.words import Message

#: a packet longer than this is not read
LONGEST = 16 << 20


@dataclass
class Packets:
    """A picture as its container describes it. `facts` are JSON-able findings: width, height, bits, mode ..."""

    exif: bytes | None = None
    xmp: bytes | None = None
    #: IPTC-IIM records, without Photoshop's wrapping
    iptc: bytes | None = None
    icc: bytes | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    problem: Message | None = None


def iptc_in_photoshop(resources: bytes) -> bytes | None:
    """The IPTC-IIM records among Photoshop's image resources (Adobe Photoshop File Formats: resource 0x0404)."""
    at = resources.find(b"8BIM")
    while at >= 0 and at + 12 <= len(resources) and resources[at : at + 4] == b"8BIM":
        number = int.from_bytes(resources[at + 4 : at + 6], "big")
        name = resources[at + 6] + 1
        start = at + 6 + name + name % 2
        length = int.from_bytes(resources[start : start + 4], "big")
        if number == 0x0404:
            return resources[start + 4 : start + 4 + length]
        at = start + 4 + length + length % 2
    return None


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
