"""The few tags wanted of makers' notes: lens, serial numbers, owner, what ties pictures together, faces.

Numbers of the tags as documented by ExifTool's tables; each note is a TIFF directory behind the maker's own head.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from media_archive.metadata.reading.characters import decode
from media_archive.metadata.reading.directories import TEXT, UNDEFINED, Directory, Entry, Fetch, Order, one, walk


@dataclass(frozen=True)
class Maker:
    """How a maker's note begins, where its directory lies behind that, and what its tags are called."""

    head: bytes
    make: str
    names: dict[int, str]
    directory: int = 0
    #: whether offsets in it count from the note's own start (else from that of the EXIF block)
    own: bool = False
    order: Order | None = None
    below: dict[int, dict[int, str]] | None = None


OLYMPUS = {0x0104: "BurstId", 0x0404: "SerialNumber"}
EQUIPMENT = {0x0101: "SerialNumber", 0x0202: "LensSerialNumber", 0x0203: "LensModel"}
NIKON = {0x0002: "ISO", 0x001D: "SerialNumber", 0x0084: "Lens"}
PANASONIC = {0x0025: "InternalSerialNumber", 0x0051: "LensModel", 0x0052: "LensSerialNumber", 0x004E: "Faces"}
CANON = {0x0006: "ImageType", 0x0007: "FirmwareVersion", 0x0009: "OwnerName", 0x000C: "SerialNumber"}
CANON |= {0x0095: "LensModel", 0x0096: "InternalSerialNumber"}
FUJI = {0x0010: "InternalSerialNumber", 0x4100: "FacesDetected", 0x4103: "FacePositions"}
APPLE = {0x000B: "BurstUUID", 0x0011: "ContentIdentifier", 0x0021: "HDRHeadroom", 0x002B: "PhotoIdentifier"}
PENTAX = {0x0229: "SerialNumber"}
SAMSUNG = {0xA002: "SerialNumber", 0xA003: "LensType", 0xA005: "InternalLensSerialNumber"}
RICOH = {0x0005: "SerialNumber"}
MAKERS = (
    Maker(b"Apple iOS\x00", "", APPLE, 14, own=True, order="big"),
    Maker(b"Nikon\x00\x02", "", NIKON, 18, own=True),
    Maker(b"Nikon\x00\x01", "", {}, 8),
    Maker(b"OLYMPUS\x00", "", OLYMPUS, 12, own=True, below={0x2010: EQUIPMENT}),
    Maker(b"OM SYSTEM\x00", "", OLYMPUS, 16, own=True, below={0x2010: EQUIPMENT}),
    Maker(b"OLYMP\x00", "", OLYMPUS, 8, below={0x2010: EQUIPMENT}),
    Maker(b"Panasonic\x00", "", PANASONIC, 12),
    Maker(b"LEICA\x00\x00\x00", "", PANASONIC, 8),
    Maker(b"FUJIFILM", "", FUJI, 12, own=True, order="little"),
    Maker(b"PENTAX \x00", "", PENTAX, 10, own=True),
    Maker(b"AOC\x00", "", PENTAX, 6),
    Maker(b"Ricoh", "", RICOH, 8),
    Maker(b"RICOH", "", RICOH, 8),
    Maker(b"", "canon", CANON),
    Maker(b"", "nikon", NIKON),
    Maker(b"", "samsung", SAMSUNG),
)


def read(entry: Entry, fetch: Fetch, size: int, make: str) -> dict[str, Any]:
    """The wanted tags of the note in `entry` of an EXIF block of `size` bytes by the camera's `make`."""
    head = entry.raw[:32]
    known = next((maker for maker in MAKERS if head.startswith(maker.head) and _of(maker, make)), None)
    if known is None or not known.names:
        return {}
    order = known.order or _order(head, known, entry.order)
    base = entry.place if known.own else 0
    start = known.directory if known.own else entry.place + known.directory
    if known.head.startswith(b"Nikon"):
        # a TIFF structure of its own begins behind the head
        base, start = entry.place + 10, _nikon_start(head, order)
    if known.head == b"FUJIFILM":
        start = int.from_bytes(head[8:12], "little")

    def inside(at: int, length: int) -> bytes:
        return fetch(base + at, length) if at >= 0 else b""

    made = one(inside, size - base, start, order, "MakerNote")
    found = _named(made, known.names)
    if known.make == "canon" and isinstance(found.get("SerialNumber"), int):
        found["SerialNumber"] = canon_serial(found["SerialNumber"], str(found.get("ImageType") or ""))
    for tag, names in (known.below or {}).items():
        if tag in made.entries:
            found |= _named(_below(made.entries[tag], inside, size - base, order), names)
    return found


def canon_serial(number: int, model: str) -> str:
    """As it stands on the camera: the D30's as letters and numbers, the first of the EOS-1D in six digits."""
    if "EOS D30" in model:
        return f"{number >> 16:04X}-{number & 0xFFFF:05d}"
    return f"{number:06d}" if "EOS-1D" in model else f"{number:010d}" if number < 10**10 else str(number)


def read_alone(block: bytes, make: str) -> dict[str, Any]:
    """The same of a note that is a TIFF structure of its own, as in CR3."""
    known = next(maker for maker in MAKERS if not maker.head and _of(maker, make))
    made = next(walk(lambda at, length: block[at : at + length] if at >= 0 else b"", len(block)), None)
    return _named(made, known.names) if made else {}


def _of(maker: Maker, make: str) -> bool:
    return bool(maker.head) or make.casefold().startswith(maker.make)


def _order(head: bytes, known: Maker, usual: Order) -> Order:
    place = 10 if known.head.startswith(b"Nikon") else known.directory - 4 if known.own else known.directory - 2
    if known.head.startswith(b"PENTAX"):
        place = 8
    mark = head[max(place, 0) : max(place, 0) + 2]
    return "little" if mark == b"II" else "big" if mark == b"MM" else usual


def _nikon_start(head: bytes, order: Order) -> int:
    return int.from_bytes(head[14:18], order)


def _below(entry: Entry, fetch: Fetch, size: int, order: Order) -> Directory:
    start = entry.place if entry.kind == UNDEFINED else entry.number() or 0
    return one(fetch, size, start, order, "MakerNote")


def _named(made: Directory, names: dict[int, str]) -> dict[str, Any]:
    found = {}
    for tag, name in names.items():
        if tag in made.entries:
            value = _value(made.entries[tag], name)
            if value not in ("", None, []):
                found[name] = value
    return found


def _value(entry: Entry, name: str) -> Any:
    if name == "Faces":
        words = entry.raw[: len(entry.raw) // 2 * 2]
        return [int.from_bytes(words[at : at + 2], entry.order) for at in range(0, min(len(words), 256), 2)]
    if entry.kind in {TEXT, UNDEFINED}:
        return _text(entry.raw)
    values = [f"{v.numerator}/{v.denominator}" if isinstance(v, Fraction) else v for v in entry.values()[:64]]
    return values[0] if len(values) == 1 else values


def _text(raw: bytes) -> Any:
    text = raw.split(b"\x00", 1)[0]
    return decode(text).strip() if text and all(byte >= 32 for byte in text) else raw.rstrip(b"\x00") or None
