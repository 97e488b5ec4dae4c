"""EXIF blocks brought in step with a statement: title, artist and rights, and the clock where it was corrected.

The Metadata Working Group asks for it; texts are UTF-8, as its guidelines say.
"""

from media_archive.errors import Unsupported
from media_archive.metadata.writing.directory import (
    ARTIST,
    ASCII,
    COPYRIGHT,
    DATE_ORIGINAL,
    IMAGE_DESCRIPTION,
    OFFSET_ORIGINAL,
    Tiff,
)
from media_archive.metadata.writing.statement import Statement


def texts(said: Statement) -> dict[int, tuple[int, bytes]]:
    """The fields of the first directory that say what the statement says."""
    found = {IMAGE_DESCRIPTION: said.caption, ARTIST: "; ".join(said.creator), COPYRIGHT: said.rights}
    return {tag: (ASCII, text.replace("\0", "").encode() + b"\0") for tag, text in found.items() if text}


def restated(data: bytes, said: Statement, room: int) -> bytes:
    """The block, a TIFF without further header, in step; as it was where it is faulty or would exceed `room` bytes."""
    block = bytearray(data)
    try:
        tiff = Tiff(len(block), lambda at, length: bytes(block[at : at + length]))
        if said.clock_corrected and said.taken:
            _set_clock(block, tiff, said.taken)
        pointer, tail = tiff.with_values(texts(said))
    except Unsupported:
        return data
    made = bytes(block[:4]) + pointer + bytes(block[8:]) + tail
    return made if len(made) <= room else bytes(block)


def _set_clock(block: bytearray, tiff: Tiff, taken: str) -> None:
    """The corrected moment over the camera's, in the same places; only where the camera wrote it that exactly."""
    directory = tiff.exif()
    if directory is None or len(taken) < 19:
        return
    said = {DATE_ORIGINAL: taken[:10].replace("-", ":") + " " + taken[11:19]}
    if taken[-6] in "+-":
        said[OFFSET_ORIGINAL] = taken[-6:]
    for tag, text in said.items():
        place = tiff.place(directory, tag)
        if place and place[1] == len(text) + 1:
            block[place[0] : place[0] + len(text)] = text.encode()
