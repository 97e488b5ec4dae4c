"""Writing a statement into a copy of a file; runs in the reader's process, for the copies are of strangers' files."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from media_archive.errors import Unsupported
from media_archive.metadata.writing import boxes, jpeg, packet, png, tiff, webp
from media_archive.metadata.writing.statement import Statement

WRITERS: Mapping[str, Callable[[BinaryIO, BinaryIO, Statement], None]] = {
    "jpeg": jpeg.write,
    "png": png.write,
    "webp": webp.write,
    "tiff": tiff.write,
}
#: a film may have a hundred gigabytes: it is copied once, and what is written comes behind it
EXTENDED: Mapping[str, Callable[[BinaryIO, Statement], None]] = dict.fromkeys(
    ("mp4", "mov", "3gp", "m4a"), boxes.extend
)


def embed(source: str, target: str, format_name: str, said: dict[str, Any]) -> None:
    """Makes of the copy at `source` one at `target` with the statement; `source` may be gone then.

    Unsupported, with `source` as it was, where the file does not allow it.
    """
    if format_name in EXTENDED:
        with Path(source).open("r+b") as copy:
            EXTENDED[format_name](copy, Statement.model_validate(said))
        Path(source).replace(target)
        return
    if format_name not in WRITERS:
        raise Unsupported("Nothing is written into files of the format {format}.", format=format_name)
    with Path(source).open("rb") as original, Path(target).open("w+b") as copy:
        WRITERS[format_name](original, copy, Statement.model_validate(said))


def sidecar(target: str, said: dict[str, Any], base: str | None) -> None:
    """Writes an XMP file with the statement, over the properties of the one at `base`, if any."""
    had = [Path(base).read_bytes()] if base else []
    Path(target).write_bytes(packet.packet(Statement.model_validate(said), had).main)
