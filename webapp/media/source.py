"""Where the bytes of a file come from: the first copy that answers."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from media_archive.catalogue.models import Rendition
from media_archive.context import Context
from media_archive.errors import ArchiveError, NotFound, Unavailable
from media_archive.logs import Log
from media_archive.storage.models import Copy, File
from media_archive.storage.service import Stores
from webapp.door import archive
from webapp.media.ranges import Span

CHUNK = 256 << 10
#: the playlist of a hundred hours is some megabytes
MOST_TEXT = 16 << 20
#: copies in a row that give nothing before a download is given up
MOST_COPIES = 4
log = Log()


def find(session: Session, item: UUID, prefix: str) -> File:
    """The file with that id, or of the rendition with that id; its digest must begin with `prefix`."""
    with_copies = selectinload(File.copies)
    file = session.scalars(select(File).where(File.id == item).options(with_copies)).one_or_none()
    if file is None:
        made = select(File).join(Rendition, Rendition.file_id == File.id).where(Rendition.id == item)
        file = session.scalars(made.options(with_copies)).one_or_none()
    if file is None or not file.sha256.startswith(prefix.lower()):
        raise unknown(item)
    return file


def unknown(item: UUID) -> NotFound:
    """What is said where there is no such file, or none that may be seen."""
    return NotFound(
        "There is no file {id} with these bytes. It may have been made again: reload the page.", id=str(item)
    )


def open_span(file: File, span: Span) -> BinaryIO:
    """A stream of the span from the first sound copy that answers.

    Unavailable if none does, Damaged if none is sound, Offline if it must be brought back first.
    """
    return _opened(archive().stores, file, span)[0]


def _opened(stores: Stores, file: File, span: Span, last_used: Copy | None = None) -> tuple[BinaryIO, Copy]:
    """A stream, and the copy it is of; the one that was used last is tried after the others."""
    last: ArchiveError | None = None
    used = (last_used.store, last_used.key) if last_used else None
    for copy in sorted(stores.sound(file), key=lambda copy: (copy.store, copy.key) == used):
        try:
            return stores.open(copy.store, copy.key, span.start, span.end), copy
        except ArchiveError as exc:
            log.warning("copy unreadable", store=copy.store, key=copy.key, reason=str(exc))
            last = exc
    raise Unavailable(
        "No copy of {name} answers at the moment. The stores' page says which one is away.", name=file.name
    ) from last


def stream(file: File, span: Span) -> Iterator[bytes]:
    """The bytes of the span; where a copy breaks off, is moved away or ends early, the next one goes on from there.

    Opens the first copy at once, so that what cannot be read is refused before anything is sent.
    """
    context = archive()
    return _pieces(context, file, span, *_opened(context.stores, file, span))


def _pieces(context: Context, file: File, span: Span, source: BinaryIO, copy: Copy) -> Iterator[bytes]:
    at, fresh = span.start, 0
    while True:
        try:
            for piece in chunks(source, span.end - at):
                at += len(piece)
                fresh = 0
                yield piece
        except (ArchiveError, OSError) as exc:
            log.warning("copy broke off", store=copy.store, key=copy.key, reason=str(exc))
        if at >= span.end or fresh == MOST_COPIES:
            return
        fresh += 1
        with context.reading() as session:
            file = session.scalars(select(File).where(File.id == file.id).options(selectinload(File.copies))).one()
        try:
            source, copy = _opened(context.stores, file, Span(at, span.end), copy)
        except ArchiveError as exc:
            log.error("no copy goes on", file=str(file.id), at=at, reason=str(exc))
            return


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
