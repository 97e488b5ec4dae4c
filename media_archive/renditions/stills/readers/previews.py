"""Raw photographs that cannot be developed: the largest whole picture that the camera put in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyvips

from media_archive.errors import TooLarge, Unsupported
from media_archive.metadata.reading.directories import Directory, Fetch, fetching, walk
from media_archive.renditions.stills.pictures import Picture, Wanted
from media_archive.renditions.stills.readers import headers, native

PLACE, LENGTH, STRIPS, STRIP_LENGTHS, ORIENTATION = 0x0201, 0x0202, 0x0111, 0x0117, 0x0112
JPEG = b"\xff\xd8"
DCF = [120, 160]
SHAPES = ((16, 9), (3, 2))
#: mean of a black bar, which JPEG does not keep quite black
DARK = 10
#: bytes of a preview
LONGEST = 64 << 20


def by_previews(path: str, wanted: Wanted) -> Picture:
    """The largest JPEG that the file's directories point to and that is whole."""
    with Path(path).open("rb") as source:
        fetch, size = fetching(source)
        directories = list(walk(fetch, size))
        for data in sorted(_jpegs(directories, fetch, size), key=len, reverse=True):
            try:
                picture = _read(data, wanted, directories[0])
            except (pyvips.Error, TooLarge):
                continue
            if picture.problem is None:
                return picture
    raise Unsupported("there is no whole preview in it")


def _jpegs(directories: list[Directory], fetch: Fetch, size: int) -> Iterator[bytes]:
    for made in directories:
        for place, length in ((PLACE, LENGTH), (STRIPS, STRIP_LENGTHS)):
            values = [made.entries[tag].number() for tag in (place, length) if tag in made.entries]
            start, count = values if len(values) == 2 else (None, None)
            if start and count and start + count <= size and count <= LONGEST and fetch(start, 2) == JPEG:
                yield fetch(start, count)


def _read(data: bytes, wanted: Wanted, first: Directory) -> Picture:
    """Turned as the file says, unless the preview says for itself how it stands."""
    turn = first.entries[ORIENTATION].number() if ORIENTATION in first.entries else None

    def load(**options: Any) -> pyvips.Image:
        return pyvips.Image.jpegload_buffer(data, access="sequential", **options)

    return native.read(load, wanted, lambda header: headers.standing(header, turn or 1))


def uncovered(picture: Picture) -> Picture:
    """A thumbnail as DCF wants it, 160 × 120, of a picture that has another shape."""
    if sorted((picture.image.width, picture.image.height)) == DCF:
        for long, short in SHAPES:
            shape = (long, short) if picture.image.width > picture.image.height else (short, long)
            picture.image = without_bars(picture.image, *shape)
    return picture


def without_bars(image: pyvips.Image, width: int, height: int) -> pyvips.Image:
    """Cuts away what cameras lay above and below, or beside, a small preview: they keep it at 4:3."""
    shape = width / height
    across, down = min(image.width, round(image.height * shape)), min(image.height, round(image.width / shape))
    left, top = (image.width - across) // 2, (image.height - down) // 2
    if left + top < 2 or (left and top):
        return image
    bars = [(0, 0, left or image.width, top or image.height)]
    bars.append((image.width - bars[0][2], image.height - bars[0][3], bars[0][2], bars[0][3]))
    if any(image.crop(*bar).avg() > DARK for bar in bars):
        return image
    return image.crop(left, top, across, down).copy_memory()
