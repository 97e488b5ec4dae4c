"""SVG drawings, by librsvg: drawn at the size that is wanted, and nothing outside the file is ever asked for."""

from pathlib import Path

import pyvips

from media_archive.errors import TooLarge, Unsupported
from media_archive.renditions.stills.pictures import Picture, Wanted, fitted

LOADER = "VipsForeignLoadSvg"
#: bytes of a drawing; unpacked, for those that are compressed
LONGEST = 64 << 20
#: edge of a drawing that is to be zoomed into: it has no pixels of its own, and could be drawn at any size
LARGEST = 4096


def by_librsvg(path: str, wanted: Wanted) -> Picture:
    """The drawing; its size is that in the file.

    It is handed over as bytes: without an address of its own librsvg refuses every reference but those into the
    drawing and `data:` (https://gnome.pages.gitlab.gnome.org/librsvg/Rsvg-2.0/class.Handle.html, "Security").
    """
    data = _text(path)
    pyvips.operation_block_set(LOADER, False)
    try:
        header = pyvips.Image.svgload_buffer(data)
        edge = max(header.width, header.height)
        if not edge:
            raise Unsupported("The drawing has no size.")
        image = pyvips.Image.svgload_buffer(data, scale=min(wanted.edge, LARGEST) / edge)
        return Picture(fitted(image, wanted), header.width, header.height)
    finally:
        pyvips.operation_block_set(LOADER, True)


def _text(path: str) -> bytes:
    with Path(path).open("rb") as source:
        data = source.read(LONGEST + 1)
    if len(data) > LONGEST:
        raise TooLarge("Drawings of more than {bound} MB are not rendered.", bound=LONGEST >> 20)
    return data
