"""The boxes of HEIF and AVIF: items and their properties, packets of metadata, colour, gain and depth maps.

ISO/IEC 23008-12, ISO/IEC 23000-22, AV1-ISOBMFF. Nothing is decoded; what the library for pictures refuses is told
as far as its boxes are whole.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from media_archive.metadata.reading.directories import fetching
from media_archive.metadata.reading.packets import LONGEST as LONGEST_PACKET
from media_archive.metadata.reading.packets import Packets
from media_archive.metadata.recognition.boxes import boxes, first, inside, whole
from media_archive.metadata.recognition.window import Window

#: the box of properties is small and read whole; longer ones are not read to the end
LONGEST, MOST_ITEMS = 1 << 20, 4096
SIGNS = {
    b"aux:hdrgainmap": "gain_map",
    b"tmap": "gain_map",
    b"hevc:2015:auxid:2": "depth",
    b"cicp:systems:auxiliary:depth": "depth",
    b"aux:disparity": "depth",
}
CHROMA = {0: "4:0:0", 1: "4:2:0", 2: "4:2:2", 3: "4:4:4"}


@dataclass
class Items:
    """What the box of metadata says: the primary item, kinds and places of items, and properties by item."""

    primary: int = 0
    kinds: dict[int, tuple[bytes, bytes]] = field(default_factory=dict)
    places: dict[int, tuple[int, int]] = field(default_factory=dict)
    properties: dict[int, list[tuple[bytes, bytes]]] = field(default_factory=dict)


def read(path: Path) -> Packets:
    """Facts (bits, chroma, transfer, gain_map, depth, compression, sizes, thumbnails) and packets of the file."""
    found = Packets()
    with path.open("rb") as source:
        fetch, size = fetching(source)
        window = Window(b"", size, "", fetch)
        meta = first(window, whole(window), b"meta")
        if meta is None:
            return found
        data = window.at(meta.start, min(meta.end - meta.start, LONGEST))
        items = _items(data)
        found.facts = {name: True for sign, name in SIGNS.items() if sign in data} | _primary(items)
        found.facts["thumbnails"] = _thumbnails(data, items)
        for item, (kind, media_type) in items.kinds.items():
            place = items.places.get(item)
            if place and kind == b"Exif" and found.exif is None:
                found.exif = _exif(window.at(place[0], min(place[1], LONGEST_PACKET)))
            elif place and kind == b"mime" and media_type.startswith(b"application/rdf+xml"):
                found.xmp = found.xmp or window.at(place[0], min(place[1], LONGEST_PACKET))
    return found


def _exif(data: bytes) -> bytes | None:
    """The TIFF structure behind its offset (ISO/IEC 23008-12, annex A)."""
    start = 4 + int.from_bytes(data[:4], "big")
    if data[start : start + 2] not in {b"II", b"MM"}:
        found = data.find(b"Exif\x00\x00")
        start = found + 6 if found >= 0 else start
    return data[start:] if data[start : start + 2] in {b"II", b"MM"} else None


def _items(data: bytes) -> Items:
    window = Window(data, len(data), "", lambda _at, _length: b"")
    found, properties = Items(), list[tuple[bytes, bytes]]()
    for box in boxes(window, 4, len(data)):
        body = data[box.start : box.end]
        if box.kind == b"pitm":
            found.primary = int.from_bytes(body[4:6] if body[:1] == b"\x00" else body[4:8], "big")
        elif box.kind == b"iinf":
            start = 6 if body[:1] == b"\x00" else 8
            for entry in list(boxes(window, box.start + start, box.end))[:MOST_ITEMS]:
                _kind(data[entry.start : entry.end], found)
        elif box.kind == b"iloc":
            _places(body, found)
        elif box.kind == b"iprp":
            container = first(window, box, b"ipco")
            if container:
                properties = [
                    (one.kind, data[one.start : one.end]) for one in boxes(window, container.start, container.end)
                ]
            for part in inside(window, box, b"ipma"):
                _associate(data[part.start : part.end], properties, found)
    return found


def _kind(body: bytes, found: Items) -> None:
    version = body[0] if body else 0
    if version >= 2:
        width = 2 if version == 2 else 4
        item = int.from_bytes(body[4 : 4 + width], "big")
        kind, rest = body[6 + width : 10 + width], body[10 + width :]
        parts = rest.split(b"\x00")
        found.kinds[item] = (kind, parts[1] if len(parts) > 1 else b"")


def _places(body: bytes, found: Items) -> None:
    """Offset and length of the first extent of each item that lies in the file itself."""
    version = body[0] if body else 0
    if len(body) < 8:
        return
    offset, length, base, index = body[4] >> 4, body[4] & 15, body[5] >> 4, body[5] & 15
    wide = 4 if version >= 2 else 2
    count, at = int.from_bytes(body[6 : 6 + wide], "big"), 6 + wide
    for _ in range(min(count, MOST_ITEMS)):
        item, at = int.from_bytes(body[at : at + wide], "big"), at + wide
        method = 0
        if version >= 1:
            method, at = int.from_bytes(body[at : at + 2], "big") & 15, at + 2
        start, at = int.from_bytes(body[at + 2 : at + 2 + base], "big"), at + 2 + base
        extents, at = int.from_bytes(body[at : at + 2], "big"), at + 2
        skip = index if version >= 1 else 0
        if extents and not method and at < len(body):
            where = int.from_bytes(body[at + skip : at + skip + offset], "big")
            long = int.from_bytes(body[at + skip + offset : at + skip + offset + length], "big")
            found.places[item] = (start + where, long)
        at += extents * (skip + offset + length)


def _associate(body: bytes, properties: list[tuple[bytes, bytes]], found: Items) -> None:
    if len(body) < 8:
        return
    wide, large = (4 if body[0] else 2), bool(body[3] & 1)
    at = 8
    for _ in range(min(int.from_bytes(body[4:8], "big"), MOST_ITEMS)):
        item, at = int.from_bytes(body[at : at + wide], "big"), at + wide
        count, at = (body[at] if at < len(body) else 0), at + 1
        for _ in range(count):
            step = 2 if large else 1
            number = int.from_bytes(body[at : at + step], "big") & (0x7FFF if large else 0x7F)
            at += step
            if 0 < number <= len(properties):
                found.properties.setdefault(item, []).append(properties[number - 1])


def _primary(items: Items) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    every = items.properties.get(items.primary, [])
    coding = {b"hvcC", b"av1C"}
    # a picture of tiles says nothing of their coding: the tiles do
    tiles = [one for listed in items.properties.values() for one in listed]
    for kind, body in [*every, *(one for one in tiles if one[0] in coding)]:
        if kind == b"ispe" and "size" not in facts:
            facts["size"] = [int.from_bytes(body[at : at + 4], "big") for at in (4, 8)]
        elif kind == b"clap" and len(body) >= 16 and "cut" not in facts:
            numbers = [int.from_bytes(body[at : at + 4], "big") for at in range(0, 16, 4)]
            if numbers[1] and numbers[3]:
                facts["cut"] = [numbers[0] // numbers[1], numbers[2] // numbers[3]]
        elif kind == b"irot" and body and "turn" not in facts:
            facts["turn"] = body[0] & 3
        elif kind == b"colr" and body[:4] == b"nclx":
            facts |= {"primaries": int.from_bytes(body[4:6], "big"), "transfer": int.from_bytes(body[6:8], "big")}
        elif kind == b"hvcC" and len(body) > 18:
            facts.setdefault("chroma", CHROMA[body[16] & 3])
            facts.setdefault("bits", (body[17] & 7) + 8)
            facts.setdefault("compression", "HEVC")
        elif kind == b"av1C" and len(body) > 2:
            flags = body[2]
            facts.setdefault("bits", (12 if flags & 0x20 else 10) if flags & 0x40 else 8)
            coded = "4:4:4" if not flags & 0x08 else "4:2:0" if flags & 0x04 else "4:2:2"
            facts.setdefault("chroma", "4:0:0" if flags & 0x10 else coded)
            facts.setdefault("compression", "AV1")
    return facts


def _thumbnails(data: bytes, items: Items) -> list[list[int]]:
    """Sizes of the items that are thumbnails of the primary one."""
    found: list[list[int]] = []
    at = data.find(b"thmb")
    while at >= 0 and len(found) < 8:
        item = int.from_bytes(data[at + 4 : at + 6], "big")
        for kind, body in items.properties.get(item, []):
            if kind == b"ispe":
                found.append([int.from_bytes(body[place : place + 4], "big") for place in (4, 8)])
        at = data.find(b"thmb", at + 4)
    return found
