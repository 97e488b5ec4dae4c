"""Where the samples of a track lie in an MP4 or QuickTime file, and when they begin (ISO/IEC 14496-12, 8.6 and 8.7)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat

from media_archive.metadata.recognition.boxes import Box, first, inside
from media_archive.metadata.recognition.window import Window

#: entries of one table that are read: an hour of motion data at 100 a second
MOST_ENTRIES = 400_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample: offset and size in bytes, start and length in seconds."""

    offset: int
    size: int
    time: float
    duration: float


def handler(window: Window, track: Box) -> bytes:
    """What kind of track it is: b"vide", b"soun", b"tmcd", b"meta" ..."""
    box = first(window, track, b"mdia", b"hdlr")
    return window.at(box.start + 8, 4) if box else b""


def described(window: Window, track: Box) -> tuple[bytes, bytes]:
    """Four letters and content of the first sample description; empty where there is none."""
    box = first(window, track, b"mdia", b"minf", b"stbl", b"stsd")
    if box is None:
        return b"", b""
    entry = window.at(box.start + 8, min(box.end - box.start - 8, 4096))
    length = int.from_bytes(entry[:4], "big")
    return entry[4:8], entry[8:length]


def samples(window: Window, track: Box, sizes: frozenset[int] | None = None) -> Iterator[Sample]:
    """The samples of `track` in order; only those of one of `sizes` where it is given."""
    table = first(window, track, b"mdia", b"minf", b"stbl")
    header = first(window, track, b"mdia", b"mdhd")
    if table is None or header is None:
        return
    head = window.at(header.start, 24)
    scale = int.from_bytes(head[20:24] if head[:1] == b"\x01" else head[12:16], "big")
    boxes = {box.kind: box for box in inside(window, table, b"stts", b"stsz", b"stsc", b"stco", b"co64")}
    if not scale or not {b"stts", b"stsz", b"stsc"} <= boxes.keys():
        return
    times = _times(_numbers(window, boxes[b"stts"], 8, "II"), scale)
    offsets = _offsets(window, boxes, _sizes(window, boxes[b"stsz"]))
    for (offset, size), (time, duration) in zip(offsets, times, strict=False):
        if sizes is None or size in sizes:
            yield Sample(offset, size, time, duration)


def _numbers(window: Window, box: Box, start: int, form: str) -> list[tuple[int, ...]]:
    """The entries of a table whose count lies four bytes before `start`."""
    width = struct.calcsize(f">{form}")
    count = int.from_bytes(window.at(box.start + start - 4, 4), "big")
    count = min(count, (box.end - box.start - start) // width, MOST_ENTRIES)
    data = window.at(box.start + start, max(count, 0) * width)
    return list(struct.iter_unpack(f">{form}", data[: len(data) // width * width]))


def _sizes(window: Window, box: Box) -> Iterator[int]:
    same, count = struct.unpack(">II", window.at(box.start + 4, 8).ljust(8, b"\0"))
    if same:
        return repeat(same, min(count, MOST_ENTRIES))
    return (size for (size,) in _numbers(window, box, 12, "I"))


def _offsets(window: Window, boxes: dict[bytes, Box], sizes: Iterator[int]) -> Iterator[tuple[int, int]]:
    wide = b"co64" in boxes
    if not wide and b"stco" not in boxes:
        return
    chunks = _numbers(window, boxes[b"co64" if wide else b"stco"], 8, "Q" if wide else "I")
    runs = _numbers(window, boxes[b"stsc"], 8, "III")
    run, held = 0, 0
    for number, (chunk,) in enumerate(chunks, 1):
        offset = chunk
        while run < len(runs) and runs[run][0] <= number:
            held, run = runs[run][1], run + 1
        for _ in range(held):
            size = next(sizes, None)
            if size is None:
                return
            yield offset, size
            offset += size


def _times(runs: list[tuple[int, ...]], scale: int) -> Iterator[tuple[float, float]]:
    now = 0
    for count, length in runs:
        for _ in range(min(count, MOST_ENTRIES)):
            yield now / scale, length / scale
            now += length
