"""Sending a large object to S3 in parts side by side, and taking up again what was interrupted.

An upload under way is noted in scratch, in a file that its writer locks; a lock dies with its holder. Whoever sends
the same bytes to the same key later finds the note, asks the service which parts it has, and sends the others. A part
counts as sent when its ETag is the MD5 of our bytes there; services that encrypt with keys of their own give other
ETags, and get such parts again.
"""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING, cast
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from media_archive.errors import ArchiveError, Conflict, NotFound
from media_archive.storage.stores.contents import Contents
from media_archive.storage.stores.s3.client import explained
from media_archive.storage.stores.s3.notes import Begun, Note, note_of
from media_archive.storage.stores.s3.sending import WRITER, Target, own, written_by

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

MIB = 1 << 20
#: S3 allows 10,000 parts of at most 5 GiB and at least 5 MiB
MOST_PARTS = 9_000
PART = 8 * MIB
#: parts on their way at once; what they hold is their number times PART, or LARGEST_HELD each at most
SIDE_BY_SIDE = 4
LARGEST_HELD = 32 * MIB
#: what is read at once of a part that is too large to be held
PIECE = MIB


def send_parts(target: Target, contents: Contents, scratch: Path) -> None:
    """Sends contents in parts; Conflict if the key exists. What breaks off can be taken up again.

    Services that ignore `If-None-Match` on completed multipart uploads leave a moment between the look at the
    key and the completion in which two large uploads to one key may both succeed; under a digest they are equal.
    """
    with note_of(scratch, target) as note:
        begun, sent = _taken_up(target, note, contents) or (_begin(target, note, contents.size), {})
        with own(target, begun.writer):
            try:
                parts = _send_missing(target, begun, contents, sent)
                contents.check()
                _complete(target, begun, parts)
            except (ClientError, BotoCoreError, ArchiveError, OSError) as exc:
                if not _interrupted(exc):
                    _abort(target, begun)
                    note.forget()
                raise
            note.forget()


def part_length(size: int) -> int:
    """Bytes of each part but the last of an object of that size."""
    return max(PART, -(-size // MOST_PARTS // MIB) * MIB)


def _begin(target: Target, note: Note, size: int) -> Begun:
    writer = uuid4().hex
    with own(target, writer):
        started = target.client.create_multipart_upload(**target.place, **target.wish, Metadata={WRITER: writer})
    begun = Begun(started["UploadId"], writer, size, part_length(size))
    note.write(begun)
    return begun


def _taken_up(target: Target, note: Note, contents: Contents) -> "tuple[Begun, dict[int, str]] | None":
    """An upload of these bytes that broke off, and the ETags of its parts that need not be sent again."""
    begun = note.read()
    if begun is None:
        return None
    if (begun.size, begun.length) == (contents.size, part_length(contents.size)):
        try:
            with explained(target.store, target.key):
                return begun, dict(_matching(target, begun, contents))
        except (Conflict, NotFound):  # the service does not know it any more
            note.forget()
            return None
    _abort(target, begun)
    note.forget()
    return None


def _matching(target: Target, begun: Begun, contents: Contents) -> Iterator[tuple[int, str]]:
    pages = target.client.get_paginator("list_parts").paginate(**target.place, UploadId=begun.upload_id)
    for page in pages:
        for part in page.get("Parts", []):
            start, length = begun.span(part["PartNumber"])
            if part["Size"] == length and part["ETag"].strip('"') == _md5(contents, start, length):
                yield part["PartNumber"], part["ETag"]


def _md5(contents: Contents, start: int, length: int) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    for at in range(start, start + length, PIECE):
        digest.update(contents.read(at, min(PIECE, start + length - at)))
    return digest.hexdigest()


def _send_missing(
    target: Target, begun: Begun, contents: Contents, sent: dict[int, str]
) -> list["CompletedPartTypeDef"]:
    etags = dict(sent)
    missing = [number for number in begun.numbers if number not in sent]
    with ThreadPoolExecutor(SIDE_BY_SIDE, "part") as pool:
        sending = {pool.submit(_send, target, begun, contents, number): number for number in missing}
        try:
            for done in as_completed(sending):
                etags[sending[done]] = done.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [{"PartNumber": number, "ETag": etags[number]} for number in begun.numbers]


def _send(target: Target, begun: Begun, contents: Contents, number: int) -> str:
    start, length = begun.span(number)
    target.pace(length)
    body = contents.read(start, length) if length <= LARGEST_HELD else cast(bytes, _Window(contents, start, length))
    sent = target.client.upload_part(
        **target.place, UploadId=begun.upload_id, PartNumber=number, Body=body, ContentLength=length
    )
    return sent["ETag"]


def _complete(target: Target, begun: Begun, parts: list["CompletedPartTypeDef"]) -> None:
    if written_by(target) is not None:
        raise Conflict(
            "The store {store} already holds {key}; nothing was changed.", store=target.store, key=target.key
        )
    target.client.complete_multipart_upload(
        **target.place, UploadId=begun.upload_id, IfNoneMatch="*", MultipartUpload={"Parts": parts}
    )


def _interrupted(exc: Exception) -> bool:
    """Whether the service or the way to it failed, and not what was to be sent."""
    if isinstance(exc, ClientError):
        status = exc.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= 500 or status in (408, 429)
    return isinstance(exc, BotoCoreError)


def _abort(target: Target, begun: Begun) -> None:
    try:
        target.client.abort_multipart_upload(**target.place, UploadId=begun.upload_id)
    except (ClientError, BotoCoreError):
        # the sweep takes what is left; the error that brought us here is the one to tell
        return


class _Window:
    """A part as the client reads it piece by piece: it seeks to the start to send a part again."""

    def __init__(self, contents: Contents, start: int, size: int) -> None:
        self._contents, self._start, self._size, self._at = contents, start, size, 0

    def read(self, count: int | None = -1) -> bytes:
        left = self._size - self._at
        wanted = left if count is None or count < 0 else min(count, left)
        data = self._contents.read(self._start + self._at, wanted)
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = (0, self._at, self._size)[whence] + offset
        return self._at

    def tell(self) -> int:
        return self._at
