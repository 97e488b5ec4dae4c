"""A store in a bucket of an S3 service.

Objects lie under `prefix` + key; what was set aside lies under `prefix` + "damaged/". An ETag is never taken for
a digest.
"""

import re
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast
from urllib.parse import quote
from uuid import uuid4

from media_archive.errors import Conflict, Damaged, Invalid, NotFound, Unavailable
from media_archive.storage.stores import disk
from media_archive.storage.stores.s3_client import Service, client_of, explained
from media_archive.storage.stores.s3_stream import Answer
from media_archive.storage.stores.s3_upload import Target, upload, written_by
from media_archive.storage.stores.store import STANDARD, Progress, Stat, Stored, Thaw, agreed, valid_key
from media_archive.storage.stores.streams import buffered, pour, valid_range

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CopySourceTypeDef

MARK = "media-archive/store"
#: uploads of this size and more go in parts; S3 takes up to 5 GiB whole
SINGLE = 256 << 20
#: CopyObject's limit
LARGEST_COPY = 5 << 30
ABANDONED = timedelta(days=2)
#: classes whose objects must be restored before they can be read, where the service has them
OFFLINE = frozenset({"GLACIER", "DEEP_ARCHIVE"})


class S3Store:
    """Objects in `bucket`, in `storage_class`. Streams are spooled in `scratch`: S3 wants the key before the bytes."""

    def __init__(
        self,
        name: str,
        bucket: str,
        service: Service,
        scratch: Path,
        *,
        prefix: str = "",
        storage_class: str = STANDARD,
        keep_free: int = 0,
        single: int = SINGLE,
        offline: Collection[str] = OFFLINE,
    ) -> None:
        self._name, self._bucket, self._prefix = name, bucket, prefix
        self._class, self._scratch, self._keep_free, self._single = storage_class, scratch, keep_free, single
        self._service, self._offline = service, frozenset(offline)

    @property
    def name(self) -> str:
        return self._name

    def found(self) -> None:
        self._make_bucket()
        mark = self._target(MARK)
        if written_by(mark) is None:
            with tempfile.TemporaryFile() as nothing:
                upload(mark, nothing, 0, self._single)
        with tempfile.TemporaryFile() as nothing:
            try:
                upload(mark, nothing, 0, self._single)
            except Conflict:
                return
        raise Invalid(
            "The S3 service of the store {store} overwrites objects: it ignores If-None-Match. Use one that knows it.",
            store=self._name,
        )

    def check(self, writing: bool = False) -> None:
        client = client_of(self._service)
        try:
            with explained(self._name, self._bucket):
                client.head_bucket(Bucket=self._bucket)
        except NotFound as exc:
            raise Unavailable(
                "The bucket {bucket} of the store {store} is missing. Run `media-archive init`.",
                bucket=self._bucket,
                store=self._name,
            ) from exc
        if writing:
            self._room()

    def put(self, key: str, source: BinaryIO) -> Stored:
        target = self._target(valid_key(key))
        with self._spool() as spool:
            sha256, size = pour(source, self._into(spool))
            upload(target, spool, size, self._single)
        return Stored(key, size, sha256)

    def keep(
        self, source: BinaryIO, *, size: int | None = None, sha256: str | None = None, progress: Progress | None = None
    ) -> Stored:
        self._room(size or 0)
        with self._spool() as spool:
            digest, count = pour(source, self._into(spool), progress)
            agreed((digest, count), size, sha256)
            fresh = self._send(digest, spool, count)
        return Stored(digest, count, digest, fresh=fresh)

    def open(self, key: str, start: int = 0, end: int | None = None) -> BinaryIO:
        valid_range(start, end)
        return buffered(Answer(self._target(valid_key(key)), start, end))

    def digest(self, key: str, progress: Progress | None = None) -> str:
        with self.open(key) as stream:
            return pour(stream, progress=progress)[0]

    def stat(self, key: str) -> Stat:
        target = self._target(valid_key(key))
        with explained(self._name, key):
            head = target.client.head_object(**target.place)
        storage_class = head.get("StorageClass", STANDARD)
        thaw, until = thawed(head.get("Restore"), storage_class in self._offline)
        return Stat(head["ContentLength"], storage_class, head["LastModified"].astimezone(UTC), thaw, until)

    def batches(self) -> Iterator[list[str]]:
        pages = client_of(self._service).get_paginator("list_objects_v2")
        # the delimiter leaves out what lies deeper: the mark and what was set aside
        for page in self._pages(pages.paginate(Bucket=self._bucket, Prefix=self._prefix, Delimiter="/")):
            if batch := [found["Key"].removeprefix(self._prefix) for found in page.get("Contents", [])]:
                yield batch

    def reclass(self, key: str, storage_class: str) -> None:
        found = self.stat(key)
        if found.storage_class == storage_class:
            return
        target = self._target(key)
        place: CopySourceTypeDef = {"Bucket": self._bucket, "Key": target.key}
        with explained(self._name, key):
            # the transfer manager copies in parts past CopyObject's limit, inside the service
            target.client.copy(place, self._bucket, target.key, ExtraArgs={"StorageClass": storage_class})
        got = self.stat(key)
        if (got.size, got.storage_class) != (found.size, storage_class):
            raise Invalid(
                "The store {store} has no storage class {name}: {key} lies in {got}. Mend the storage profile.",
                store=self._name,
                name=storage_class,
                key=key,
                got=got.storage_class,
            )

    def restore(self, key: str, days: int) -> Thaw:
        found = self.stat(key)
        if found.thaw in (Thaw.ONLINE, Thaw.UNDER_WAY):
            return found.thaw
        target = self._target(key)
        wish: Any = {"Days": days, "GlacierJobParameters": {"Tier": "Bulk"}}
        with explained(self._name, key):
            target.client.restore_object(**target.place, RestoreRequest=wish)
        return self.stat(key).thaw

    def url(self, key: str, seconds: int, *, name: str, media_type: str) -> str | None:
        target = self._target(valid_key(key))
        saved = f"attachment; filename*=UTF-8''{quote(name)}"
        wish = {**target.place, "ResponseContentDisposition": saved, "ResponseContentType": media_type}
        with explained(self._name, key):
            return target.client.generate_presigned_url("get_object", Params=wish, ExpiresIn=seconds)

    def delete(self, key: str) -> None:
        self.stat(key)
        target = self._target(key)
        with explained(self._name, key):
            target.client.delete_object(**target.place)

    def set_aside(self, key: str) -> str:
        size = self.stat(key).size
        target = self._target(key)
        aside = f"{self._prefix}damaged/{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{uuid4().hex[:8]}/{key}"
        with explained(self._name, key):
            # the transfer manager copies in parts past CopyObject's limit, inside the service
            target.client.copy({"Bucket": self._bucket, "Key": target.key}, self._bucket, aside)
            if target.client.head_object(Bucket=self._bucket, Key=aside)["ContentLength"] != size:
                raise Unavailable("The store {store} did not copy {key} whole.", store=self._name, key=key)
            target.client.delete_object(**target.place)
        return aside

    def path(self, key: str) -> Path | None:
        valid_key(key)
        return None

    def sweep(self) -> int:
        client, limit, swept = client_of(self._service), datetime.now(UTC) - ABANDONED, 0
        pages = client.get_paginator("list_multipart_uploads")
        for page in self._pages(pages.paginate(Bucket=self._bucket, Prefix=self._prefix)):
            for found in page.get("Uploads", []):
                if found["Initiated"] < limit:
                    with explained(self._name, found["Key"]):
                        client.abort_multipart_upload(Bucket=self._bucket, Key=found["Key"], UploadId=found["UploadId"])
                    swept += 1
        return swept

    def _send(self, digest: str, spool: BinaryIO, size: int) -> bool:
        """Puts spooled bytes under their digest and reads them back; False if they were there, intact."""
        found = self._holds(digest, size)
        if found:
            return False
        target = self._target(digest)
        if found is False:
            self.set_aside(digest)
        try:
            upload(target, spool, size, self._single)
        except Conflict:
            if not self._holds(digest, size):
                raise
            return False
        if self.digest(digest) != digest:
            self.set_aside(digest)
            raise Damaged(
                "The store {store} gave back other bytes than were sent to it. Check the S3 service.", store=self._name
            )
        return True

    def _holds(self, digest: str, size: int) -> bool | None:
        """Whether what lies there is intact, as read now; None if nothing lies there."""
        try:
            return self.stat(digest).size == size and self.digest(digest) == digest
        except NotFound:
            return None

    def _target(self, key: str) -> Target:
        return Target(client_of(self._service), self._name, self._bucket, self._prefix + key, self._class)

    def _make_bucket(self) -> None:
        try:
            self.check()
        except Unavailable as exc:
            if not isinstance(exc.__cause__, NotFound):
                raise
            client = client_of(self._service)
            region = client.meta.region_name
            where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
            try:
                with explained(self._name, self._bucket):
                    client.create_bucket(Bucket=self._bucket, **where)  # type: ignore[arg-type]  # a region's name
            except Conflict:
                self.check()  # another process made it meanwhile

    def _pages(self, pages: Iterable[Any]) -> Iterator[Any]:
        with explained(self._name, self._bucket):
            yield from pages

    def _room(self, needed: int = 0) -> None:
        self._scratch.mkdir(parents=True, exist_ok=True)
        disk.room(f"{self._name} (scratch)", self._scratch, self._keep_free, needed)

    @contextmanager
    def _spool(self) -> Iterator[BinaryIO]:
        """A nameless file in the scratch folder: the system removes it even if this process is killed."""
        self._room()
        with tempfile.TemporaryFile(dir=self._scratch, buffering=0) as spool:
            yield cast(BinaryIO, spool)

    def _into(self, spool: BinaryIO) -> Callable[[memoryview], None]:
        def write(chunk: memoryview) -> None:
            with disk.explained(f"{self._name} (scratch)", self._scratch):
                while chunk:
                    chunk = chunk[spool.write(chunk) :]

        return write


def thawed(told: str | None, offline: bool) -> tuple[Thaw, datetime | None]:
    """What the `x-amz-restore` header says of an object, and until when it can be read.

    `ongoing-request="true"`, or `ongoing-request="false", expiry-date="Fri, 21 Dec 2012 00:00:00 GMT"` (S3 API
    reference, HeadObject).
    """
    if not offline:
        return Thaw.ONLINE, None
    if told is None:
        return Thaw.OFFLINE, None
    if 'ongoing-request="true"' in told:
        return Thaw.UNDER_WAY, None
    until = re.search(r'expiry-date="([^"]+)"', told)
    return Thaw.READY, parsedate_to_datetime(until[1]).astimezone(UTC) if until else None
