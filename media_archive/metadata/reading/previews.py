"""The smaller pictures that the directories of a TIFF structure point to, and how large they are."""

from collections.abc import Iterator
from typing import Any

from media_archive.metadata.reading.attached import jpeg_size
from media_archive.metadata.reading.directories import Directory, Entry, Fetch

WIDTH, HEIGHT, PACKED, PHOTOMETRIC, KIND = 0x0100, 0x0101, 0x0103, 0x0106, 0x00FE
PLACE, LENGTH, STRIPS, STRIP_LENGTHS = 0x0201, 0x0202, 0x0111, 0x0117
JPEGS = {6, 7, 34892}
#: smaller than the picture (TIFF 6.0, NewSubfileType), and the colour filter of a sensor, which is none
REDUCED, SENSOR = 1, {32803, 34892}
#: enough to find the frame header of a JPEG that carries no metadata of its own
HEAD = 4096
#: a preview whose long edge is below this is a thumbnail
SMALL = 400


def of(directories: list[Directory], fetch: Fetch, size: int) -> list[dict[str, Any]]:
    """Kind, width, height and length in bytes of each; what does not lie in the file is left out."""
    return [told for number, made in enumerate(directories) for told in _told(made, number, fetch, size)][:16]


def _told(made: Directory, number: int, fetch: Fetch, size: int) -> Iterator[dict[str, Any]]:
    place, length = (_number(made, tag) for tag in (PLACE, LENGTH))
    reduced = (_number(made, KIND) or 0) & REDUCED
    if place is None and (reduced or number) and _number(made, PACKED) in JPEGS and STRIPS in made.entries:
        entry: Entry = made.entries[STRIPS]
        if entry.count == 1 and _number(made, PHOTOMETRIC) not in SENSOR:
            place, length = entry.number(), _number(made, STRIP_LENGTHS)
    if place and length and 0 < place < size:
        head = fetch(place, min(HEAD, length))
        found = jpeg_size(head) if head[:2] == b"\xff\xd8" else {}
        yield _kind(made.group, {"size": length} | (found or _stated(made)))
    elif reduced and _stated(made) and made.group != "EXIF":
        yield _kind(made.group, _stated(made))


def _stated(made: Directory) -> dict[str, int]:
    width, height = _number(made, WIDTH), _number(made, HEIGHT)
    return {"width": width, "height": height} if width and height else {}


def _kind(group: str, told: dict[str, Any]) -> dict[str, Any]:
    edge = max(told.get("width", 0), told.get("height", 0))
    small = edge < SMALL if edge else group == "Thumbnail"
    return {"kind": "thumbnail" if small else "preview", **told}


def _number(made: Directory, tag: int) -> int | None:
    entry = made.entries.get(tag)
    return entry.number() if entry else None
