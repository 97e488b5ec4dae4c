"""Camera raw: EXIF from wherever the maker put it, the sensor's size from LibRaw."""

import io
from pathlib import Path
from typing import Any, BinaryIO

from media_archive.metadata.reading import exif, jpeg, maker
from media_archive.metadata.reading.directories import Entry, Fetch, fetching
from media_archive.metadata.reading.packets import LONGEST, Packets
from media_archive.metadata.recognition.boxes import Box, first, inside, whole
from media_archive.metadata.recognition.window import Window
from media_archive.words import Message

#: formats whose exposure only LibRaw tells, which unpacks the sensor's data for it (0.3 s)
WITHOUT_EXIF = {"x3f"}
#: Canon's box of metadata in CR3, and which directory each of its parts is
CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
CANON_PARTS = {b"CMT1": "Image", b"CMT2": "EXIF", b"CMT3": "MakerNote", b"CMT4": "GPS"}
#: the box of an XMP packet (Adobe XMP part 3)
XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
#: Panasonic's tag of the preview
RW2_PREVIEW = 0x002E


def version() -> str:
    """LibRaw's version and that of the package it came in."""
    from importlib.metadata import version as installed

    import rawpy

    return f"{'.'.join(map(str, rawpy.libraw_version))} (rawpy {installed('rawpy')})"


def tags(path: Path, format_name: str) -> tuple[dict[str, Any], Packets]:
    """EXIF tags of the raw file at `path`, and its packets; empty where it holds none that are understood."""
    with path.open("rb") as source:
        fetch, size = fetching(source)
        if format_name == "raf":
            return _fuji(source, fetch)
        if format_name == "cr3":
            return _canon(fetch, size)
        start = _start(fetch, format_name)
        if start is None:
            return {}, Packets()
        made = exif.structure(_marked(fetch, start), size - start)
        found = made.tags
        if format_name == "rw2" and RW2_PREVIEW in made.directories[0].entries:
            found = _panasonic(found, made.directories[0].entries[RW2_PREVIEW], fetch)
        return found, made.packets()


def _start(fetch: Fetch, format_name: str) -> int | None:
    """Where the TIFF structure begins: mostly at the file's start, in Minolta's in a block of its own."""
    if format_name == "mrw":
        at = fetch(0, 64 << 10).find(b"\x00TTW")
        return at + 8 if at >= 0 else None
    if format_name == "x3f":
        head = fetch(0, 1 << 20)
        at = head.find(b"Exif\x00\x00")
        return at + 6 if at >= 0 else None
    return None if format_name in {"crw"} else 0


def _marked(fetch: Fetch, start: int) -> Fetch:
    """The structure from `start` on; Olympus and Panasonic write other marks where TIFF has 42."""

    def inside(at: int, length: int) -> bytes:
        data = fetch(start + at, length) if at >= 0 else b""
        if at == 0 and len(data) >= 4 and data[:2] in {b"II", b"MM"} and b"\x2b" not in data[2:4]:
            return data[:2] + (b"*\x00" if data[:1] == b"I" else b"\x00*") + data[4:]
        return data

    return inside


def _panasonic(found: dict[str, Any], preview: Entry, fetch: Fetch) -> dict[str, Any]:
    """The preview of an RW2 file carries the whole EXIF; its own tags are the maker's."""
    packets = jpeg.read(io.BytesIO(fetch(preview.place, min(preview.length, 32 << 20))), preview.length)
    return (exif.read(packets.exif) if packets.exif else {}) | {
        name: value for name, value in found.items() if name in {"Image Make", "Image Model", "Image Orientation"}
    }


def sizes(path: Path, format_name: str) -> Packets:
    """The picture's size as LibRaw would develop it; a file LibRaw refuses is a problem."""
    import rawpy

    found = Packets()
    try:
        with rawpy.imread(str(path)) as raw:
            size = raw.sizes
            # the maker's crop where LibRaw knows it: what the camera calls the picture
            width, height = size.crop_width or size.width, size.crop_height or size.height
            found.facts |= {"width": width, "height": height, "flip": size.flip}
            found.facts |= {"sensor_width": size.raw_width, "sensor_height": size.raw_height, "mode": "CFA"}
            if format_name in WITHOUT_EXIF:
                found.facts["other"] = _other(raw.other)
    except rawpy.LibRawError as exc:
        said = exc.args[0] if exc.args else ""
        reason = said.decode("ascii", "replace") if isinstance(said, bytes) else str(said)
        found.problem = Message("The raw file cannot be developed: {reason}.", {"reason": reason[:200]})
    return found


def _other(other: Any) -> dict[str, Any]:
    values = {name: getattr(other, name) for name in dir(other) if not name.startswith("_")}
    return {name: value for name, value in values.items() if isinstance(value, int | float | str)}


def _fuji(source: BinaryIO, fetch: Fetch) -> tuple[dict[str, Any], Packets]:
    """The preview of a RAF file carries its EXIF; offset and length stand at 84 in the header."""
    place = fetch(84, 8)
    start = int.from_bytes(place[:4], "big")
    packets = jpeg.read(source, start + int.from_bytes(place[4:], "big"), start)
    return (exif.read(packets.exif) if packets.exif else {}), packets


def _canon(fetch: Fetch, size: int) -> tuple[dict[str, Any], Packets]:
    found: dict[str, Any] = {}
    packets = Packets()
    window = Window(b"", size, "", fetch)
    movie = first(window, whole(window), b"moov")
    for box in inside(window, movie, b"uuid") if movie else ():
        if window.at(box.start, 16) == CANON:
            for part in inside(window, Box(b"", box.start + 16, box.end), *CANON_PARTS):
                found |= _part(window.at(part.start, min(part.end - part.start, 4 << 20)), CANON_PARTS[part.kind])
    for box in inside(window, whole(window), b"uuid"):
        if window.at(box.start, 16) == XMP:
            packets.xmp = window.at(box.start + 16, min(box.end - box.start - 16, LONGEST))
    return found, packets


def _part(block: bytes, group: str) -> dict[str, Any]:
    """One of Canon's directories, each of which stands in a TIFF structure of its own."""
    if group == "MakerNote":
        return {f"MakerNote {name}": value for name, value in maker.read_alone(block, "Canon").items()}
    return {f"{group} {name.partition(' ')[2]}": value for name, value in exif.read(block, group).items()}
