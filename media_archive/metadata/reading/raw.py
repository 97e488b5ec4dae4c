"""Camera raw: EXIF from wherever the maker put it, the sensor's size from LibRaw."""

import io
from pathlib import Path
from typing import Any

from media_archive.metadata.reading import exif, jpeg
from media_archive.metadata.reading.packets import Packets
from media_archive.metadata.recognition.boxes import Box, first, inside, whole
from media_archive.metadata.recognition.window import Window
from media_archive.words import Message

#: formats whose head is TIFF but for the mark; their directories lie in the first megabyte
NEARLY_TIFF = {"orf", "rw2"}
NEARLY_TIFF_HEAD = 1 << 20
#: formats whose exposure only LibRaw tells, which unpacks the sensor's data for it (0.3 s)
WITHOUT_EXIF = {"crw", "x3f", "mrw"}
#: Canon's box of metadata in CR3, and which directory each of its parts is
CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
CANON_PARTS = {b"CMT1": "Image", b"CMT2": "EXIF"}


def version() -> str:
    """LibRaw's version and that of the package it came in."""
    from importlib.metadata import version as installed

    import rawpy

    return f"{'.'.join(map(str, rawpy.libraw_version))} (rawpy {installed('rawpy')})"


def tags(path: Path, format_name: str) -> dict[str, Any]:
    """EXIF tags of the raw file at `path`, by exifread's names; empty where it holds none that are understood."""
    with path.open("rb") as source:
        if format_name == "raf":
            return _fuji(path)
        if format_name == "cr3":
            return _canon(path)
        if format_name in NEARLY_TIFF:
            head = source.read(NEARLY_TIFF_HEAD)
            return exif.read_file(io.BytesIO((b"II*\x00" if head[:1] == b"I" else b"MM\x00*") + head[4:]))
        if format_name in WITHOUT_EXIF:
            return {}
        return exif.read_file(source)


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


def _fuji(path: Path) -> dict[str, Any]:
    """The preview of a RAF file carries its EXIF; offset and length stand at 84 in the header."""
    with path.open("rb") as source:
        source.seek(84)
        place = source.read(8)
        start = int.from_bytes(place[:4], "big")
        packets = jpeg.read(source, start + int.from_bytes(place[4:], "big"), start)
    return exif.read(packets.exif) if packets.exif else {}


def _canon(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    with path.open("rb") as source:

        def fetch(offset: int, length: int) -> bytes:
            source.seek(offset)
            return source.read(length)

        window = Window(b"", path.stat().st_size, path.name, fetch)
        movie = first(window, whole(window), b"moov")
        for box in inside(window, movie, b"uuid") if movie else ():
            if window.at(box.start, 16) == CANON:
                for part in inside(window, Box(b"", box.start + 16, box.end), *CANON_PARTS):
                    block = exif.read(window.at(part.start, part.end - part.start))
                    group = CANON_PARTS[part.kind]
                    found |= {f"{group} {name.partition(' ')[2]}": value for name, value in block.items()}
    return found
