"""What recorders write into WAV files: the broadcast extension (EBU Tech 3285) and iXML (ixml.info, revision 2).

RIFF, RF64 and BW64 (EBU Tech 3306, ITU-R BS.2088), and AIFF, which is the same in the other byte order.
"""

import struct
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from media_archive.metadata.plain import text as clean
from media_archive.metadata.reading.characters import decode
from media_archive.metadata.recognition.text import decode as decode_xml
from media_archive.metadata.recognition.window import Window

STARTS = {b"RIFF": "<", b"RF64": "<", b"BW64": "<", b"FORM": ">"}
MOST_CHUNKS = 200
LONGEST_BEXT, LONGEST_IXML = 64 << 10, 512 << 10
IN_DS64 = 0xFFFFFFFF
#: texts at the start of the extension: name, offset, length
TEXTS = (
    ("description", 0, 256),
    ("originator", 256, 32),
    ("originator_reference", 288, 32),
    ("origination_date", 320, 10),
    ("origination_time", 330, 8),
)
LOUDNESS = ("loudness_value", "loudness_range", "max_true_peak", "max_momentary_loudness", "max_short_term_loudness")
NOT_MEASURED = 0x7FFF
HISTORY = 602
MOST_ELEMENTS = 200


def read(window: Window) -> dict[str, Any]:
    """Keys bext, ixml, and the sample rate that their times count in: those that the file has."""
    found: dict[str, Any] = {}
    for kind, start, length in _chunks(window):
        if kind == b"bext":
            found["bext"] = _bext(window.at(start, min(length, LONGEST_BEXT)))
        elif kind == b"iXML":
            found["ixml"] = _ixml(window.at(start, min(length, LONGEST_IXML)))
        elif kind == b"fmt " and length >= 8:
            found["sample_rate"] = int.from_bytes(window.at(start + 4, 4), "little")
    return found if found.keys() & {"bext", "ixml"} else {}


def packet(window: Window) -> bytes:
    """The XMP packet of the file; empty if it has none."""
    for kind, start, length in _chunks(window):
        if kind in {b"_PMX", b"XMP "}:
            return window.at(start, min(length, LONGEST_IXML))
    return b""


def _chunks(window: Window) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and length of each chunk on the first level."""
    order = STARTS.get(window.at(0, 4))
    if order is None:
        return
    at, long_data = 12, 0
    for _ in range(MOST_CHUNKS):
        header = window.at(at, 8)
        if len(header) < 8:
            return
        length = struct.unpack_from(f"{order}I", header, 4)[0]
        if header[:4] == b"ds64":
            long_data = int.from_bytes(window.at(at + 16, 8), "little")
        if length == IN_DS64 and header[:4] == b"data":
            length = long_data
        yield header[:4], at + 8, length
        at += 8 + length + length % 2


def _bext(data: bytes) -> dict[str, str]:
    data = data.ljust(HISTORY, b"\0")
    found = {name: clean(decode(data[at : at + length])) for name, at, length in TEXTS}
    low, high, version = struct.unpack_from("<IIH", data, 338)
    found |= {"time_reference": str(high << 32 | low), "version": str(version)}
    if version >= 1 and data[348:412].strip(b"\0"):
        found["umid"] = data[348:412].hex().upper()
    if version >= 2:
        values = struct.unpack_from("<5h", data, 412)
        measured = zip(LOUDNESS, values, strict=True)
        found |= {name: f"{value / 100:.2f}" for name, value in measured if value != NOT_MEASURED}
    found["coding_history"] = clean(decode(data[HISTORY:]))
    return {name: value for name, value in found.items() if value}


def _ixml(data: bytes) -> dict[str, str]:
    """Elements below the root by their path in small letters: "scene", "speed/timecode_rate"."""
    source = decode_xml(data).strip("\x00\ufeff \t\r\n")
    start = source.find("?>") + 2 if source.startswith("<?xml") else 0
    try:
        root = fromstring(source[start : source.rfind(">") + 1], forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as exc:
        return {"error": f"{type(exc).__name__}: {exc}"[:300]}
    found: dict[str, str] = {}
    for name, said in _named(root, "", 0):
        if len(found) >= MOST_ELEMENTS:
            break
        found.setdefault(name, said)
    return found


def _named(element: Element, above: str, depth: int) -> Iterator[tuple[str, str]]:
    for number, child in enumerate(element, 1):
        if not isinstance(child.tag, str):
            continue
        name = f"{above}{child.tag.rpartition('}')[2].lower()}"
        name = f"{name}{number}" if child.tag == "TRACK" else name
        said = clean(child.text or "")
        if said:
            yield name, said
        if len(child) and depth < 3:
            yield from _named(child, f"{name}/", depth + 1)
