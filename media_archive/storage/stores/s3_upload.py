"""Sending an object to S3 without overwriting one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from media_archive.errors import ArchiveError, Conflict
from media_archive.storage.stores.s3_client import MISSING, explained
from media_archive.storage.stores.store import STANDARD

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

WRITER = "writer"
#: S3 allows 10,000 parts of at most 5 GiB
MOST_PARTS = 9_000
SMALLEST_PART = 64 << 20
#: a conflict between two uploads at one moment is no answer: ask again
TRIES = 5


@dataclass(frozen=True)
class Target:
    """Where an object goes."""

    client: "S3Client"
    store: str
    bucket: str
    key: str
    storage_class: str

    @property
    def place(self) -> dict[str, Any]:
        return {"Bucket": self.bucket, "Key": self.key}

    @property
    def wish(self) -> dict[str, Any]:
        return {} if self.storage_class == STANDARD else {"StorageClass": self.storage_class}


def upload(target: Target, source: BinaryIO, size: int, single: int) -> None:
    """Sends `size` bytes of a seekable source, in parts if they are more than `single`; Conflict if the key exists.

    The writer's mark tells our own object from another's when an answer was lost and the client asked again.
    Services that ignore `If-None-Match` on completed multipart uploads leave a moment between the look at the
    key and the completion in which two large uploads to one key may both succeed; under a digest they are equal.
    """
    writer = uuid4().hex
    try:
        with explained(target.store, target.key):
            if size <= single:
                _send_whole(target, source, size, writer)
            else:
                _send_parts(target, source, size, writer)
    except Conflict:
        if written_by(target) != writer:
            raise


def written_by(target: Target) -> str | None:
    """The mark of whoever wrote the object; None if there is none."""
    with explained(target.store, target.key):
        try:
            return target.client.head_object(**target.place)["Metadata"].get(WRITER, "")
        except ClientError as exc:
            if exc.response["Error"].get("Code") in MISSING:
                return None
            raise


def _send_whole(target: Target, source: BinaryIO, size: int, writer: str) -> None:
    for attempt in range(1, TRIES + 1):
        source.seek(0)
        try:
            target.client.put_object(
                **target.place,
                **target.wish,
                Body=source,
                ContentLength=size,
                IfNoneMatch="*",
                Metadata={WRITER: writer},
            )
        except ClientError as exc:
            if exc.response["Error"].get("Code") != "ConditionalRequestConflict" or attempt == TRIES:
                raise
        else:
            return


def _send_parts(target: Target, source: BinaryIO, size: int, writer: str) -> None:
    started = target.client.create_multipart_upload(**target.place, **target.wish, Metadata={WRITER: writer})
    upload_id = started["UploadId"]
    try:
        parts = list(_parts(target, source, size, upload_id))
        if written_by(target) is not None:
            raise Conflict(
                "The store {store} already holds {key}; nothing was changed.", store=target.store, key=target.key
            )
        target.client.complete_multipart_upload(
            **target.place, UploadId=upload_id, IfNoneMatch="*", MultipartUpload={"Parts": parts}
        )
    except (ClientError, BotoCoreError, ArchiveError, OSError):
        _abort(target, upload_id)
        raise


def _parts(target: Target, source: BinaryIO, size: int, upload_id: str) -> Iterator["CompletedPartTypeDef"]:
    length = max(SMALLEST_PART, -(-size // MOST_PARTS))
    for number, start in enumerate(range(0, size, length), start=1):
        body = _Window(source, start, min(length, size - start))
        sent = target.client.upload_part(
            **target.place,
            UploadId=upload_id,
            PartNumber=number,
            Body=body,  # type: ignore[arg-type]  # it has the three methods that are called
            ContentLength=body.size,
        )
        yield {"PartNumber": number, "ETag": sent["ETag"]}


def _abort(target: Target, upload_id: str) -> None:
    try:
        target.client.abort_multipart_upload(**target.place, UploadId=upload_id)
    except (ClientError, BotoCoreError):
        # the sweep takes what is left; the error that brought us here is the one to tell
        return


class _Window:
    """A part of a seekable file, as the client reads it: it seeks to the start to send a part again."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file, self._start, self.size, self._at = file, start, size, 0

    def read(self, count: int | None = -1) -> bytes:
        left = self.size - self._at
        wanted = left if count is None or count < 0 else min(count, left)
        self._file.seek(self._start + self._at)
        data = self._file.read(wanted)
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = (0, self._at, self.size)[whence] + offset
        return self._at

    def tell(self) -> int:
        return self._at
