"""Where the bytes of a file come from: the first copy that answers."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from media_archive.catalogue.models import Rendition
from media_archive.errors import ArchiveError, NotFound, Unavailable
from media_archive.storage.models import File
from webapp.door import archive
from webapp.media.ranges import Span

CHUNK = 256 << 10
#: the playlist of a hundred hours is some megabytes
MOST_TEXT = 16 << 20
log = structlog.get_logger(__name__)


def find(session: Session, item: UUID, prefix: str) -> File:
    """The file with that id, or of the rendition with that id; its digest must begin with `prefix`."""
    with_copies = selectinload(File.copies)
    file = session.scalars(select(File).where(File.id == item).options(with_copies)).one_or_none()
    if file is None:
        made = select(File).join(Rendition, Rendition.file_id == File.id).where(Rendition.id == item)
        file = session.scalars(made.options(with_copies)).one_or_none()
    if file is None or not file.sha256.startswith(prefix.lower()):
        raise NotFound(
            "There is no file {id} with these bytes. It may have been made again: reload the page.", id=str(item)
        )
    return file


def open_span(file: File, span: Span) -> BinaryIO:
    """A stream of the span from the first sound copy that answers; Unavailable if none does, Damaged if none is sound."""
    stores = archive().stores
    last: ArchiveError | None = None
    for copy in stores.sound(file):
        try:
            return stores.open(copy.store, copy.key, span.start, span.end)
        except ArchiveError as exc:
            log.warning("copy unreadable", store=copy.store, key=copy.key, reason=str(exc))
            last = exc
    raise Unavailable(
        "No copy of {name} answers at the moment. The stores' page says which one is away.", name=file.name
    ) from last


def text(file: File) -> str:
    """All of a small text file, such as a playlist; a larger one is cut off."""
    with io.TextIOWrapper(open_span(file, Span(0, min(file.size, MOST_TEXT))), "utf-8", errors="replace") as lines:
        return lines.read()


def local_path(file: File) -> Path | None:
    """A path the front server can read, if a copy has one."""
    for copy in archive().stores.sound(file):
        path = archive().stores.path(copy.store, copy.key)
        if path is not None and path.is_file():
            return path
    return None


def chunks(stream: BinaryIO, length: int) -> Iterator[bytes]:
    """At most `length` bytes of `stream`, a piece at a time; closes it."""
    with stream:
        left = length
        while left > 0:
            piece = stream.read(min(CHUNK, left))
            if not piece:
                # a shorter answer than its Content-Length tells the browser that it was cut off
                log.error("a copy is shorter than its file", missing=left)
                return
            left -= len(piece)
            yield piece
