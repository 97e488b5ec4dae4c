"""JPEG XL, by libjxl through a plug-in of Pillow that decodes as soon as it opens: so sizes are read here first."""

from pathlib import Path
from typing import Any

from PIL import Image

from media_archive.errors import Unsupported
from media_archive.metadata.recognition.boxes import boxes
from media_archive.metadata.recognition.window import Window
from media_archive.renditions.stills.pictures import Picture, Wanted, bound, bound_whole
from media_archive.renditions.stills.readers import plugins

HEAD = 1 << 16
START = b"\xff\x0a"
#: bytes that libjxl, the plug-in and Pillow hold of a pixel
HELD = 16
#: width over height by the code for the ratio (ISO/IEC 18181-1, SizeHeader)
RATIOS = {1: (1, 1), 2: (12, 10), 3: (4, 3), 4: (3, 2), 5: (16, 9), 6: (5, 4), 7: (2, 1)}
LENGTHS = (9, 13, 18, 30)


def by_libjxl(path: str, wanted: Wanted) -> Picture:
    """The picture, or the JPEG that it was made of without loss."""
    with Path(path).open("rb") as source:
        size = _size(source.read(HEAD))
    if size is None:
        raise Unsupported("its header is damaged")
    bound(*size, wanted.max_pixels)
    bound_whole(*size, HELD)
    from pillow_jxl import JpegXLImagePlugin

    JpegXLImagePlugin.DECODE_THREADS = 0
    with Image.open(path) as image:
        # libjxl turns a picture as its header says; what EXIF repeats counts only for a JPEG that was put together again
        again: Any = getattr(image, "jpeg", False)
        return plugins.rendered(image, path, wanted, turned=not again)


def _size(head: bytes) -> tuple[int, int] | None:
    """Width and height of the codestream that begins in `head`, bare or in boxes (ISO/IEC 18181-2)."""
    if not head.startswith(START):
        window = Window(head, len(head), "", lambda _at, _length: b"")
        found = next((box for box in boxes(window, 0, len(head)) if box.kind in (b"jxlc", b"jxlp")), None)
        if found is None:
            return None
        head = head[found.start + (4 if found.kind == b"jxlp" else 0) :]
    if not head.startswith(START) or len(head) < 16:
        return None
    return _Bits(int.from_bytes(head[2:16], "little")).size()


class _Bits:
    """Numbers from the lowest bit on."""

    def __init__(self, value: int) -> None:
        self._value = value

    def take(self, count: int) -> int:
        found = self._value & ((1 << count) - 1)
        self._value >>= count
        return found

    def size(self) -> tuple[int, int]:
        small = self.take(1)
        height = self._length(small)
        ratio = self.take(3)
        if ratio:
            above, below = RATIOS[ratio]
            return height * above // below, height
        return self._length(small), height

    def _length(self, small: int) -> int:
        return 8 * (self.take(5) + 1) if small else self.take(LENGTHS[self.take(2)]) + 1
