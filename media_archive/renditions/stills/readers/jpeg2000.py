"""JPEG 2000, by OpenJPEG through Pillow: no more resolutions are decoded than needed."""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from media_archive.metadata.recognition.boxes import boxes, first
from media_archive.metadata.recognition.window import Window
from media_archive.renditions.stills.colour.meaning import Meaning
from media_archive.renditions.stills.pictures import Picture, Wanted, bound, bound_whole
from media_archive.renditions.stills.readers import plugins

#: bytes at the start of a file in which its headers stand
HEAD = 1 << 20
SIZES, CODING, TILE_PART = 0xFF51, 0xFF52, 0xFF90
START = b"\xff\x4f\xff\x51"
#: OpenJPEG holds each sample in 4 bytes, and Pillow those of 4 bands in one
SAMPLE, PILLOW = 4, 4


@dataclass(frozen=True)
class Coding:
    """What the main header says (ISO/IEC 15444-1, A.5.1 and A.6.1)."""

    width: int
    height: int
    tile_width: int
    tile_height: int
    bands: int
    #: how often the picture can be halved
    halvings: int


def by_openjpeg(path: str, wanted: Wanted) -> Picture:
    """A JP2 or a bare codestream."""
    with Path(path).open("rb") as source:
        head = source.read(HEAD)
    coding = _coding(head)
    halvings = 0
    if coding:
        bound(coding.width, coding.height, wanted.max_pixels)
        halvings = min(coding.halvings, wanted.reduction(coding.width, coding.height).bit_length() - 1)
        _bound(coding, halvings)
    with Image.open(path) as image:
        bound(image.width, image.height, wanted.max_pixels)
        size = image.size
        image.reduce = halvings  # type: ignore[assignment,method-assign]  # how Pillow is told, by its documentation
        picture = plugins.rendered(image, path, wanted, meaning=_meaning(head))
    picture.width, picture.height = size
    return picture


def _bound(coding: Coding, halvings: int) -> None:
    """What is held: a tile as OpenJPEG has it, and the picture as Pillow has it."""
    tile = coding.tile_width * coding.tile_height * coding.bands * SAMPLE
    share = (tile + coding.width * coding.height * PILLOW) / (coding.width * coding.height) / 4**halvings
    bound_whole(coding.width, coding.height, share)


def _coding(head: bytes) -> Coding | None:
    at = head.find(START)
    if at < 0 or len(head) < at + 42:
        return None
    numbers = [int.from_bytes(head[place : place + 4], "big") for place in range(at + 8, at + 40, 4)]
    width, height, left, top, tile_width, tile_height = numbers[:6]
    bands = int.from_bytes(head[at + 40 : at + 42], "big")
    across, down = width - left, height - top
    return Coding(across, down, min(tile_width, across), min(tile_height, down), bands, _halvings(head, at + 2))


def _halvings(head: bytes, at: int) -> int:
    while at + 4 < len(head):
        marker, length = int.from_bytes(head[at : at + 2], "big"), int.from_bytes(head[at + 2 : at + 4], "big")
        if marker == CODING:
            return head[at + 9] if at + 9 < len(head) else 0
        if marker >> 8 != 0xFF or marker == TILE_PART:
            break
        at += 2 + length
    return 0


def _meaning(head: bytes) -> Meaning | None:
    """The profile in the box "colr" where there is one (ISO/IEC 15444-1, I.5.3.3)."""
    window = Window(head, len(head), "", lambda _at, _length: b"")
    for box in boxes(window, 0, len(head)):
        if box.kind == b"jp2h":
            colours = first(window, box, b"colr")
            if colours and head[colours.start] in (2, 3):
                return Meaning(head[colours.start + 3 : colours.end])
    return None
