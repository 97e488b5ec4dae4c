"""Files of a plain form, for browsers without scripts: they stream to the disk where uploads arrive, never to memory."""

import os
from typing import IO, Any
from uuid import UUID, uuid4

from flask import Flask, Request, request

from media_archive.storage.stores import disk
from media_archive.uploads import deliveries, service
from media_archive.uploads.service import Wanted
from media_archive.uploads.tidying import DRAFT
from webapp.door import archive, reading, transaction, user
from webapp.uploads.tus import ANY_LENGTH

ENDPOINT = "uploads.send"
MOST_PARTS = 20_000


class Arriving(Request):
    """A request whose files lie where uploads arrive."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.endpoint != ENDPOINT:
            return super()._get_file_stream(total_content_length, content_type, filename, content_length)
        folder = service.place(archive().settings, uuid4()).parent
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / f"{DRAFT}{uuid4()}").open("x+b")


def install(app: Flask) -> None:
    """To be called before anything reads a form."""
    app.request_class = Arriving
    app.before_request(_widen)


def _widen() -> None:
    if request.endpoint == ENDPOINT:
        request.max_content_length = ANY_LENGTH
        request.max_form_parts = MOST_PARTS


def take_files(delivery_id: UUID) -> int:
    """Makes a finished upload of every file of the form; returns how many. What is taken counts even if a later fails."""
    with reading() as session:
        deliveries.own(session, delivery_id, user().login)
    count = 0
    try:
        for sent in request.files.getlist("files"):
            if sent.filename:
                _take(delivery_id, sent.filename, sent.stream)
                count += 1
    finally:
        for _, sent in request.files.items(multi=True):
            draft = getattr(sent.stream, "name", "")
            sent.close()
            if isinstance(draft, str) and draft and os.path.exists(draft):  # noqa: PTH110 - not ours to resolve
                os.unlink(draft)  # noqa: PTH108
    return count


def _take(delivery_id: UUID, name: str, stream: Any) -> None:
    stream.flush()
    os.fsync(stream.fileno())
    size = os.fstat(stream.fileno()).st_size
    with transaction() as session:
        delivery = deliveries.own(session, delivery_id, user().login)
        wanted = Wanted(size, path=name.replace("\\", "/").encode("utf-8", "surrogateescape"))
        upload = service.begin(session, archive().settings, delivery, user().login, wanted)
        there = service.place(archive().settings, upload.id)
        os.rename(stream.name, there)  # noqa: PTH104
        disk.sync_folder(there.parent)
        service.finish(upload, size)
