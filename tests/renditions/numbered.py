"""Films whose every frame carries its own number, for a machine to read."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

WIDTH, HEIGHT, BITS = 640, 360, 12
BLOCK = 48
TICKS = 90_000


def picture(number: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """A frame: bits as black and white blocks, the highest first; a ground that moves, so that frames differ."""
    frame = np.full((HEIGHT, WIDTH), 60 + number % 120, np.uint8)
    for bit in range(BITS):
        left = 16 + bit * (BLOCK + 3)
        frame[120 : 120 + BLOCK, left : left + BLOCK] = 235 if number >> (BITS - 1 - bit) & 1 else 16
    return frame


def read(frame: av.VideoFrame) -> int:
    """The number that a frame of the same shape carries."""
    grey = frame.to_ndarray(format="gray")
    scale = grey.shape[1] / WIDTH
    number = 0
    for bit in range(BITS):
        middle = (16 + bit * (BLOCK + 3) + BLOCK / 2) * scale
        number = number << 1 | int(grey[round((120 + BLOCK / 2) * scale), round(middle)] > 128)
    return number


def draw(path: Path, stamps: Sequence[Fraction], codec: str = "libx264", rate: Fraction = Fraction(25)) -> Path:
    """Writes frames 0, 1, 2 ... shown from the seconds `stamps` on."""
    with av.open(str(path), "w") as film:
        stream = film.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, TICKS)
        stream.codec_context.framerate, stream.codec_context.gop_size = rate, 30
        packets = []
        for number, second in enumerate(stamps):
            frame = av.VideoFrame.from_ndarray(picture(number), format="gray").reformat(format="yuv420p")
            frame.pts, frame.time_base = round(second * TICKS), Fraction(1, TICKS)
            packets += stream.encode(frame)
        for packet in [*packets, *stream.encode(None)]:
            # the last frame is shown as long as the others
            packet.duration = round(TICKS / rate)
            film.mux(packet)
    return path


def numbers(path: Path) -> list[tuple[Fraction, int]]:
    """When each frame is shown, and its number."""
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        assert stream.time_base
        return [((frame.pts or 0) * stream.time_base, read(frame)) for frame in film.decode(stream)]
