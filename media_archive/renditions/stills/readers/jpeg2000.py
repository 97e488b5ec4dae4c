"""JPEG 2000, by OpenJPEG through Pillow, or by ffmpeg: no more resolutions are decoded than needed."""

from dataclasses import dataclass
from pathlib import Path

import pyvips
from PIL import Image

from media_archive.errors import Unsupported
from media_archive.metadata.recognition.boxes import boxes, first
from media_archive.metadata.recognition.window import Window
from media_archive.renditions.stills.colour.meaning import Meaning
from media_archive.renditions.stills.pictures import ENDS_EARLY, WHOLE, Picture, Wanted, bound, bound_whole, fitted
from media_archive.renditions.stills.readers import plugins
from media_archive.words import Message

#: bytes at the start of a file in which its headers stand
HEAD = 1 << 20
SIZES, CODING, TILE_PART = 0xFF51, 0xFF52, 0xFF90
START, TILE, END = b"\xff\x4f\xff\x51", b"\xff\x90\x00\x0a", b"\xff\xd9"
#: bytes at the end of a file among which the codestream ends: boxes may follow it
TAIL = 1 << 16
#: OpenJPEG holds each sample in 4 bytes, and Pillow those of 4 bands in one
SAMPLE, PILLOW = 4, 4
#: ffmpeg holds as many, and its picture in 2 bytes, of which there is a copy
FFMPEG, MOST_HALVINGS = 8, 5
#: what ffmpeg calls the layouts of pictures that need no further reckoning
LAYOUTS = {
    "gray": "b-w", "rgb24": "srgb", "rgba": "srgb", "gray16le": "grey16", "rgb48le": "rgb16", "rgba64le": "rgb16"
}  # fmt: skip


@dataclass(frozen=True)
class Coding:
    """What the main header says (ISO/IEC 15444-1, A.5.1 and A.6.1)."""

    width: int
    height: int
    tile_width: int
    tile_height: int
    bands: int
    #: bits of the first
    depth: int
    #: how often the picture can be halved
    halvings: int


def by_openjpeg(path: str, wanted: Wanted) -> Picture:
    """A JP2 or a bare codestream of 8 bits, or grey: Pillow turns the white of deeper colours into black."""
    head, coding = _read(path)
    if coding and coding.depth > 8 and coding.bands > 2:
        raise Unsupported("its colours are of {depth} bits", depth=coding.depth)
    halvings = 0
    if coding:
        bound(coding.width, coding.height, wanted.max_pixels)
        halvings = min(coding.halvings, _halved(coding, wanted))
        _bound(coding, halvings)
    with Image.open(path) as image:
        bound(image.width, image.height, wanted.max_pixels)
        size = image.size
        image.reduce = halvings  # type: ignore[assignment,method-assign]  # how Pillow is told, by its documentation
        picture = plugins.rendered(image, path, wanted, meaning=_meaning(head), halvings=halvings)
    picture.width, picture.height = size
    if picture.problem:
        raise Unsupported("its data end early")  # of which ffmpeg shows more
    return picture


def by_ffmpeg(path: str, wanted: Wanted) -> Picture:
    """Colours of any depth, and as much as there is of a damaged file."""
    import av

    head, coding = _read(path)
    if coding is None:
        raise Unsupported("its header is damaged")
    bound(coding.width, coding.height, wanted.max_pixels)
    halvings = min(coding.halvings, MOST_HALVINGS, _halved(coding, wanted))
    bound_whole(coding.width, coding.height, (SAMPLE * coding.bands + FFMPEG) / 4**halvings)
    decoder = av.CodecContext.create("jpeg2000", "r")
    decoder.options, decoder.thread_count = {"lowres": str(halvings)}, 1
    data, whole = _filled_up(Path(path).read_bytes())
    (frame,) = decoder.decode(av.Packet(data))
    if frame.format.name not in LAYOUTS:
        raise Unsupported("its colours are stored as {layout}", layout=frame.format.name)
    samples = frame.to_ndarray()
    high, wide = samples.shape[:2]
    kind = "ushort" if samples.dtype.itemsize > 1 else "uchar"
    image = pyvips.Image.new_from_memory(samples.tobytes(), wide, high, samples.size // (high * wide), kind)
    image = image.copy(interpretation=LAYOUTS[frame.format.name])
    shown = fitted(image, wanted, meaning=_meaning(head))
    return Picture(shown, coding.width, coding.height, None if whole else Message(ENDS_EARLY))


def _read(path: str) -> tuple[bytes, Coding | None]:
    with Path(path).open("rb") as source:
        head = source.read(HEAD)
    return head, _coding(head)


def _halved(coding: Coding, wanted: Wanted) -> int:
    return wanted.reduction(coding.width, coding.height).bit_length() - 1


def _filled_up(data: bytes) -> tuple[bytes, bool]:
    """The file, and whether it was whole; else with nothing where the rest was, for ffmpeg refuses a tile that ends early."""
    if END in data[-TAIL:]:
        return data, True
    at = data.find(TILE, 0, HEAD)
    length = int.from_bytes(data[at + 6 : at + 10], "big") if at >= 0 else 0
    missing = max(0, min(at + length, WHOLE // 4) - len(data))
    return data + bytes(missing + TAIL), False


def _bound(coding: Coding, halvings: int) -> None:
    """What is held: a tile as OpenJPEG has it, and the picture as Pillow has it."""
    tile = coding.tile_width * coding.tile_height * coding.bands * SAMPLE
    share = (tile + coding.width * coding.height * PILLOW) / (coding.width * coding.height) / 4**halvings
    bound_whole(coding.width, coding.height, share)


def _coding(head: bytes) -> Coding | None:
    at = head.find(START)
    if at < 0 or len(head) < at + 43:
        return None
    numbers = [int.from_bytes(head[place : place + 4], "big") for place in range(at + 8, at + 40, 4)]
    width, height, left, top, tile_width, tile_height = numbers[:6]
    bands = int.from_bytes(head[at + 40 : at + 42], "big")
    across, down = width - left, height - top
    tile = min(tile_width, across), min(tile_height, down)
    return Coding(across, down, *tile, bands, (head[at + 42] & 0x7F) + 1, _halvings(head, at + 2))


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
