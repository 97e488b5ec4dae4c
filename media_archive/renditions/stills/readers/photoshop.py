"""PSD and PSB: the picture that Photoshop saved beside its layers, in strips (Photoshop File Formats, 2019)."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyvips
from numpy.typing import NDArray
from PIL import Image

from media_archive.errors import Unsupported
from media_archive.metadata.reading.packets import LONGEST, resources
from media_archive.renditions.stills.colour.meaning import Meaning
from media_archive.renditions.stills.pictures import ENDS_EARLY, Picture, Wanted, bound, fitted
from media_archive.renditions.stills.readers import native
from media_archive.words import Message

Samples = NDArray[Any]

BITMAP, GREY, INDEXED, RGB, CMYK, MULTICHANNEL, DUOTONE, LAB = 0, 1, 2, 3, 4, 7, 8, 9
BANDS = {BITMAP: 1, GREY: 1, INDEXED: 1, RGB: 3, CMYK: 4, MULTICHANNEL: 1, DUOTONE: 1, LAB: 3}
#: modes that a profile can be for
PROFILED = (GREY, INDEXED, RGB, CMYK)
#: bytes of the colours of an indexed picture: all reds, all greens, all blues
PALETTE = 768
PLAIN, PACKED = 0, 1
PROFILE, VERSION, THUMBNAIL = 0x040F, 0x0421, 0x040C
#: bytes of a strip that is unpacked at once
STRIP = 32 << 20
ONLY_PREVIEW = "The file was saved without its whole picture; shown is the small preview in it."


@dataclass(frozen=True)
class Head:
    """Where things are, and what they are."""

    large: bool
    channels: int
    height: int
    width: int
    depth: int
    mode: int
    palette: bytes
    resources: dict[int, bytes]
    #: whether the first channel behind the colours is opacity, not a selection that somebody saved
    see_through: bool
    compression: int

    @property
    def bands(self) -> int:
        colours = BANDS.get(self.mode, 3)
        return min(self.channels, colours + self.see_through)

    @property
    def row(self) -> int:
        """Bytes of a row of one channel."""
        return (self.width * self.depth + 7) // 8


def by_strips(path: str, wanted: Wanted) -> Picture:
    """The merged picture; the preview where the file was saved without."""
    with Path(path).open("rb") as source:
        head = _head(source)
        bound(head.width, head.height, wanted.max_pixels)
        if _unmerged(head):
            return _preview(head, wanted)
        factor = wanted.reduction(head.width, head.height)
        planes = [_averaged(strips, head, factor) for strips in _channels(source, head, factor)]
    image = _meant(np.concatenate([samples for samples, _ in planes], axis=-1), head)
    profile = head.resources.get(PROFILE)
    meaning = Meaning(profile) if profile and head.mode in PROFILED else None
    problem = None if all(whole for _, whole in planes) else Message(ENDS_EARLY)
    return Picture(fitted(image, wanted, meaning=meaning), head.width, head.height, problem)


def _head(source: BinaryIO) -> Head:
    start = source.read(26)
    if len(start) < 26 or start[:4] != b"8BPS":
        raise Unsupported("its header is damaged")
    large = start[4:6] == b"\x00\x02"
    channels, height, width, depth, mode = (
        int.from_bytes(start[at : at + size], "big") for at, size in ((12, 2), (14, 4), (18, 4), (22, 2), (24, 2))
    )
    if not (channels and width and height and depth in (1, 8, 16, 32)):
        raise Unsupported("its header is damaged")
    palette = _section(source, 4, PALETTE)
    found = dict(resources(_section(source, 4, LONGEST)))
    layers = _section(source, 8 if large else 4, 16)
    # the count of layers is negative where the first channel behind the colours is the opacity of the whole
    count = layers[8 if large else 4 :][:2]
    see_through = len(count) == 2 and int.from_bytes(count, "big", signed=True) < 0
    compression = int.from_bytes(source.read(2), "big")
    return Head(large, channels, height, width, depth, mode, palette, found, see_through, compression)


def _section(source: BinaryIO, counted: int, most: int) -> bytes:
    """The first `most` bytes of a section behind its length; the source then stands behind it."""
    length = int.from_bytes(source.read(counted), "big")
    end = source.tell() + length
    data = source.read(min(length, most))
    source.seek(end)
    return data


def _unmerged(head: Head) -> bool:
    """Whether the merged picture is white, as it is without "maximize compatibility"."""
    said = head.resources.get(VERSION, b"")
    return len(said) > 4 and said[4] == 0 and THUMBNAIL in head.resources


def _preview(head: Head, wanted: Wanted) -> Picture:
    data = head.resources[THUMBNAIL][28:]

    def load(**options: Any) -> pyvips.Image:
        return pyvips.Image.jpegload_buffer(data, access="sequential", **options)

    picture = native.read(load, wanted)
    picture.width, picture.height, picture.problem = head.width, head.height, Message(ONLY_PREVIEW)
    return picture


def _channels(source: BinaryIO, head: Head, factor: int) -> Iterator[Iterator[bytes]]:
    """For each channel that is shown its rows, in strips of a multiple of `factor`."""
    rows = max(1, STRIP // head.row // factor) * factor
    if head.compression == PLAIN:
        for _ in range(head.bands):
            yield (source.read(count * head.row) for _, count in _strips(head, rows))
    elif head.compression == PACKED:
        wide = np.dtype(">u4" if head.large else ">u2")
        every = head.height * head.channels * wide.itemsize
        lengths = np.frombuffer(source.read(every).ljust(every, b"\0"), wide).astype(np.int64)
        for channel in range(head.bands):
            yield _packed(source, head, rows, lengths[channel * head.height : (channel + 1) * head.height])
    else:
        data = zlib.decompressobj()
        for _ in range(head.bands):
            yield (_inflated(source, data, count * head.row) for _, count in _strips(head, rows))


def _strips(head: Head, rows: int) -> Iterator[tuple[int, int]]:
    """First row and number of rows of each strip."""
    return ((row, min(rows, head.height - row)) for row in range(0, head.height, rows))


def _packed(source: BinaryIO, head: Head, rows: int, lengths: NDArray[np.int64]) -> Iterator[bytes]:
    for row, count in _strips(head, rows):
        data = source.read(int(lengths[row : row + count].sum()))
        try:
            yield Image.frombytes("L", (head.row, count), data, "packbits", "L").tobytes()
        except ValueError:
            yield b""


def _inflated(source: BinaryIO, data: Any, wanted: int) -> bytes:
    made = b""
    while len(made) < wanted and not data.eof:
        more = data.unconsumed_tail or source.read(1 << 20)
        if not more:
            break
        made += data.decompress(more, wanted - len(made))
    return made


def _averaged(strips: Iterator[bytes], head: Head, factor: int) -> tuple[Samples, bool]:
    """A channel with its edges divided by `factor`, as (rows, columns, bands), and whether all of it was there."""
    parts, whole, left = list[Samples](), True, head.height
    rows = max(1, STRIP // head.row // factor) * factor
    for data in strips:
        count = min(rows, left)
        left -= count
        whole = whole and len(data) == count * head.row
        image = _unpacked(data.ljust(count * head.row, b"\0"), count, head)
        small = image.shrink(factor, factor, ceil=True) if factor > 1 else image
        parts.append(small.numpy().reshape(small.height, small.width, small.bands))
    return np.concatenate(parts), whole


def _unpacked(data: bytes, rows: int, head: Head) -> pyvips.Image:
    """A strip as numbers: bits as black and white, indexes as the colours that they stand for."""
    if head.depth == 1:
        bits = np.unpackbits(np.frombuffer(data, np.uint8).reshape(rows, head.row), axis=1)[:, : head.width]
        return pyvips.Image.new_from_memory(((1 - bits) * 255).tobytes(), head.width, rows, 1, "uchar")
    kind = {8: "uchar", 16: "ushort", 32: "float"}[head.depth]
    image = pyvips.Image.new_from_memory(data, head.width, rows, 1, kind)
    if head.depth > 8:
        image = image.byteswap()
    if head.mode == INDEXED and len(head.palette) == PALETTE:
        colours = np.frombuffer(head.palette, np.uint8).reshape(3, 256).T
        image = image.maplut(pyvips.Image.new_from_memory(colours.tobytes(), 256, 1, 3, "uchar"))
    return image


def _meant(samples: Samples, head: Head) -> pyvips.Image:
    """The channels as a picture of the file's mode."""
    most = {1: 255, 8: 255, 16: 65535, 32: 1.0}[head.depth]
    if head.see_through and samples.shape[2] > BANDS.get(head.mode, 3) and head.mode in (GREY, RGB):
        samples = _unblended(samples, most)
    elif head.mode in (CMYK, MULTICHANNEL):
        samples = most - samples[..., : BANDS[head.mode]]  # stored as what is left of white
    elif head.mode == LAB:
        light, *chroma = np.moveaxis(samples[..., :3].astype(np.float32) * (255 / most), -1, 0)
        samples = np.stack([light * (100 / 255), *(one - 128 for one in chroma)], axis=-1)
    height, width, bands = samples.shape
    kind = "float" if head.mode == LAB else {1: "uchar", 8: "uchar", 16: "ushort", 32: "float"}[head.depth]
    made = pyvips.Image.new_from_memory(np.ascontiguousarray(samples).data, width, height, bands, kind)
    return made.copy(interpretation=_interpretation(head, bands)).copy_memory()


def _interpretation(head: Head, bands: int) -> str:
    if head.mode == LAB:
        return "lab"
    if bands > 3 and head.mode == CMYK:
        return "cmyk"
    if bands < 3:
        return "grey16" if head.depth == 16 else "b-w"
    return {16: "rgb16", 32: "scrgb"}.get(head.depth, "srgb")


def _unblended(samples: Samples, most: float) -> Samples:
    """Photoshop lays the merged picture on white; its own colours are wanted, which then lie on our ground."""
    kind, values = samples.dtype, samples.astype(np.float32) / most
    opacity = values[..., -1:]
    colours = (values[..., :-1] - (1 - opacity)) / np.maximum(opacity, 1e-3)
    return np.asarray((np.concatenate([np.clip(colours, 0, 1), opacity], axis=-1) * most).astype(kind))
