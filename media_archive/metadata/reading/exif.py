"""EXIF tags as plain JSON: fractions stay exact as "n/d", text is decoded whatever wrote it (EXIF 3.0, CIPA DC-008)."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from media_archive.metadata.reading import maker, previews, tag_names
from media_archive.metadata.reading.characters import decode, decode_wide
from media_archive.metadata.reading.directories import (
    TEXT,
    UNDEFINED,
    Directory,
    Entry,
    Fetch,
    walk,
)
from media_archive.metadata.reading.packets import LONGEST, Packets, judge, photoshop

NAMES = {"GPS": tag_names.GPS, "Interoperability": tag_names.INTEROPERABILITY}
MAKER_NOTE = 0x927C
XMP, IPTC, PHOTOSHOP, ICC = 0x02BC, 0x83BB, 0x8649, 0x8773
CODED = {"UserComment", "GPSProcessingMethod", "GPSAreaInformation"}
WIDE = {"XPTitle", "XPComment", "XPAuthor", "XPKeywords", "XPSubject"}
#: packets that other readers take, places of data, and tables of numbers: no facts for people
DROPPED = {0x02BC, 0x83BB, 0x8649, 0x8773, MAKER_NOTE, 0xC634, 0x8769, 0x8825, 0xA005, 0x014A, 0x927D, 0xEA1C}
#: kept of directories that hold smaller pictures: size, place, kind
OF_PICTURES = {0x00FE, 0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x0111, 0x0117, 0x0201, 0x0202, 0x0115, 0xC620, 0x0112}
MOST_NUMBERS = 16


@dataclass
class Structure:
    """A TIFF structure: its tags as JSON, its directories, and how to read further bytes of it."""

    tags: dict[str, Any]
    directories: list[Directory]
    fetch: Fetch
    size: int

    def packets(self) -> Packets:
        """The packets of metadata that stand in its main directory."""
        found = Packets(xmp=self._packet(XMP), icc=self._packet(ICC))
        resources, iptc = self._packet(PHOTOSHOP), self._packet(IPTC)
        if resources:
            photoshop(found, resources)
        if iptc and iptc.find(b"\x1c") >= 0:
            judge(found, iptc)
        return found

    def _packet(self, tag: int) -> bytes | None:
        entry = next((made.entries[tag] for made in self.directories if tag in made.entries), None)
        if entry is None:
            return None
        if entry.length <= len(entry.raw):
            return entry.raw
        return self.fetch(entry.place, min(entry.length, LONGEST))


def read(block: bytes, group: str = "Image") -> dict[str, Any]:
    """Tags of the TIFF structure `block`, by names such as "EXIF ExposureTime"; empty if it is none.

    `group` names the directory that it begins with.
    """
    return structure(lambda at, length: block[at : at + length] if at >= 0 else b"", len(block), group).tags


def structure(fetch: Fetch, size: int, group: str = "Image") -> Structure:
    """The same of a structure of `size` bytes that `fetch(offset, length)` reads, with its packets."""
    found: dict[str, Any] = {}
    directories = list(walk(fetch, size))
    if directories:
        directories[0].group = group
    for directory in directories:
        for name, value in _tags(directory):
            found.setdefault(f"{directory.group} {name}", value)
    pictures = sum(directory.group.startswith(("Image", "Thumbnail")) for directory in directories)
    if pictures > 1:
        found["directories"] = pictures
    smaller = previews.of(directories, fetch, size)
    if smaller:
        found["previews"] = smaller
    found |= {f"MakerNote {name}": value for name, value in _note(directories, fetch, size, found).items()}
    return Structure(found, directories, fetch, size)


def _tags(directory: Directory) -> Iterable[tuple[str, Any]]:
    names = NAMES.get(directory.group, tag_names.IMAGE)
    whole = directory.group in {"Image", "EXIF", "GPS", "Interoperability"}
    for tag, entry in directory.entries.items():
        if tag not in DROPPED and (whole or tag in OF_PICTURES):
            name = names.get(tag) or f"Tag 0x{tag:04X}"
            value = _value(name, entry)
            if value not in ("", None, []):
                yield name, value


def _note(directories: list[Directory], fetch: Fetch, size: int, found: dict[str, Any]) -> dict[str, Any]:
    entry = next((made.entries[MAKER_NOTE] for made in directories if MAKER_NOTE in made.entries), None)
    make = str(found.get("Image Make") or "")
    return maker.read(entry, fetch, size, make) if entry else {}


def _value(name: str, entry: Entry) -> Any:
    if name in CODED:
        return _coded(entry.raw)
    if name in WIDE:
        return decode_wide(entry.raw)
    if entry.kind == TEXT:
        return decode(entry.raw)
    if entry.kind == UNDEFINED:
        return _undefined(entry.raw)
    made = [_number(value) for value in entry.values()[:MOST_NUMBERS]]
    return made[0] if len(made) == 1 else made


def _number(value: Any) -> Any:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return f"{value[0]}/0" if isinstance(value, tuple) else value


def _undefined(raw: bytes) -> Any:
    shown = raw.rstrip(b"\x00")
    if len(raw) == 1:
        return raw[0]
    return shown.decode("ascii") if shown and all(32 <= byte < 127 for byte in shown) else raw


def _coded(raw: bytes) -> str:
    """Text behind an eight-byte name of its character code (EXIF 3.0, 4.6.6, UserComment)."""
    code, body = raw[:8], raw[8:]
    if code.startswith(b"UNICODE"):
        return decode_wide(body)
    if code.startswith(b"JIS"):
        return body.split(b"\x00", 1)[0].decode("iso2022_jp", "replace").strip()
    return decode(body if code.startswith((b"ASCII", b"\x00\x00")) else raw).strip()
