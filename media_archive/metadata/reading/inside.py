"""What films and recordings say in places that MediaInfo passes over: boxes of MP4, chunks of WAV, packages of MXF."""

import os
from pathlib import Path
from typing import Any

from media_archive.metadata.reading import movie, mxf, riff, xmp
from media_archive.metadata.recognition.window import Window

#: what an MP4 or QuickTime file may begin with
BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
HEAD = 16 << 10


def read(path: Path) -> dict[str, dict[str, Any]]:
    """By reader what it found: movie, riff, mxf, xmp. Bounded whatever the file's size."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        size = os.fstat(descriptor).st_size
        head = os.pread(descriptor, HEAD, 0)
        return _read(Window(head, size, path.name, lambda offset, length: os.pread(descriptor, length, offset)))
    finally:
        os.close(descriptor)


def _read(window: Window) -> dict[str, dict[str, Any]]:
    start = window.head[:8]
    if start[4:8] in BOXES:
        found, packet = {"movie": movie.read(window)}, movie.packet(window)
    elif start[:4] in riff.STARTS:
        found, packet = {"riff": riff.read(window)}, riff.packet(window)
    else:
        found, packet = {"mxf": mxf.read(window)}, b""
    if packet:
        found["xmp"] = xmp.read(packet)
    return {name: told for name, told in found.items() if told}
