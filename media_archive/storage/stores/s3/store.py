"""A store in a bucket of an S3 service.

Objects lie under `prefix` + key; what was set aside lies under `prefix` + "damaged/", the mark that tells whose place it
is under `prefix` + "media-archive/store". An ETag is never taken for
a digest.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote
from uuid import uuid4

from media_archive.errors import Conflict, Damaged, NotFound, Unavailable
from media_archive.storage.stores.contents import Contents, Scratch
from media_archive.storage.stores.s3 import classes, marks
from media_archive.storage.stores.s3.client import Service, client_of, explained
from media_archive.storage.stores.s3.parts import send_parts
from media_archive.storage.stores.s3.reading import Answer, Held, held
from media_archive.storage.stores.s3.sending import Target, send_whole, unpaced
from media_archive.storage.stores.store import STANDARD, Progress, Stat, Stored, Thaw, agreed, comparable, valid_key
from media_archive.storage.stores.streams import buffered, valid_range

#: more than this goes in parts, side by side; up to this is held in memory
SINGLE = 16 << 20
ABANDONED = timedelta(days=2)


class S3Store:
    """Objects in `bucket`, in `storage_class`. S3 wants the key before the bytes: streams are laid down in `scratch`
    first, unless they are files there already. `pace` is told what is about to move, and may wait."""

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
        offline: Collection[str] = classes.OFFLINE,
        pace: Callable[[int], None] = unpaced,
    ) -> None:
        self._name, self._bucket, self._prefix, self._class = name, bucket, prefix, storage_class
        self._scratch = Scratch(name, scratch, keep_free, single)
        self._service, self._offline, self._pace = service, frozenset(offline), pace
        self._marked = False

    @property
    def name(self) -> str:
        return self._name

    @property
    def root(self) -> Path | None:
        return None

    def found(self) -> None:
        self._make_bucket()
        marks.make(self._target(marks.KEY))

    def check(self, writing: bool = False) -> None:
        self._find_bucket()
        self._ready(anew=True)
        if writing:
            self._scratch.room()

    def put(self, key: str, source: BinaryIO) -> Stored:
        target = self._target(valid_key(key))
        self._ready()
        with self._scratch.contents(source) as contents:
            self._upload(target, contents)
        return Stored(key, contents.size, contents.sha256, storage_class=self._class)

    def keep(
        self, source: BinaryIO, *, size: int | None = None, sha256: str | None = None, progress: Progress | None = None
    ) -> Stored:
        self._ready()
        with self._scratch.contents(source, progress, size) as contents:
            agreed((contents.sha256, contents.size), size, sha256)
            return self._keep(contents)

    def open(self, key: str, start: int = 0, end: int | None = None) -> BinaryIO:
        valid_range(start, end)
        with self._present(key):
            return buffered(Answer(self._target(valid_key(key)), start, end))

    def digest(self, key: str, progress: Progress | None = None) -> str:
        return self._held(key, progress).sha256

    def stat(self, key: str) -> Stat:
        target = self._target(valid_key(key))
        with self._present(key):
            head = target.client.head_object(**target.place)
        storage_class = head.get("StorageClass", STANDARD)
        thaw, until = classes.thawed(head.get("Restore"), storage_class in self._offline)
        return Stat(head["ContentLength"], storage_class, head["LastModified"].astimezone(UTC), thaw, until)

    def batches(self) -> Iterator[list[str]]:
        self._ready()
        pages = client_of(self._service).get_paginator("list_objects_v2")
        # the delimiter leaves out what lies deeper: the mark and what was set aside
        for page in self._pages(pages.paginate(Bucket=self._bucket, Prefix=self._prefix, Delimiter="/")):
            if batch := [found["Key"].removeprefix(self._prefix) for found in page.get("Contents", [])]:
                yield batch

    def reclass(self, key: str, storage_class: str) -> None:
        with self._present(key):
            classes.reclass(self._target(valid_key(key)), storage_class)

    def restore(self, key: str, days: int) -> Thaw:
        found = self.stat(key)
        if found.thaw in (Thaw.ONLINE, Thaw.UNDER_WAY):
            return found.thaw
        classes.restore(self._target(key), days)
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
        target = self._target(valid_key(key))
        aside = f"{self._prefix}damaged/{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{uuid4().hex[:8]}/{key}"
        with self._present(key):
            found = target.client.head_object(**target.place)
            classes.copy_inside(target, aside, found["Metadata"], {})
            copied = target.client.head_object(Bucket=self._bucket, Key=aside)
            if copied["ContentLength"] != found["ContentLength"]:
                raise Unavailable("The store {store} did not copy {key} whole.", store=self._name, key=key)
            target.client.delete_object(**target.place)
        return aside

    def path(self, key: str) -> Path | None:
        valid_key(key)
        return None

    def sweep(self) -> int:
        self._ready()
        client, limit, swept = client_of(self._service), datetime.now(UTC) - ABANDONED, 0
        pages = client.get_paginator("list_multipart_uploads")
        for page in self._pages(pages.paginate(Bucket=self._bucket, Prefix=self._prefix)):
            for found in page.get("Uploads", []):
                if found["Initiated"] < limit:
                    with explained(self._name, found["Key"]):
                        client.abort_multipart_upload(Bucket=self._bucket, Key=found["Key"], UploadId=found["UploadId"])
                    swept += 1
        return swept

    def _keep(self, contents: Contents) -> Stored:
        """Puts bytes under their digest and reads them back; rotten ones that lie there are set aside."""
        target = self._target(contents.sha256)
        there = self._intact(contents) if contents.size > self._scratch.held else None
        if there is None:
            try:
                self._upload(target, contents)
            except Conflict:
                there = self._intact(contents)
                if there is None:
                    self._upload(target, contents)
        if there:
            return self._stored(there, fresh=False)
        back = self._held(contents.sha256)
        if back.sha256 != contents.sha256:
            self.set_aside(contents.sha256)
            raise Damaged(
                "The store {store} gave back other bytes than were sent to it. Check the S3 service.", store=self._name
            )
        return self._stored(back, fresh=True)

    def _upload(self, target: Target, contents: Contents) -> None:
        if contents.size > self._scratch.held:
            send_parts(target, contents, self._scratch.folder)
        else:
            send_whole(target, contents)

    def _intact(self, contents: Contents) -> Held | None:
        """What lies there, as read now, if it is these bytes; anything else there is set aside."""
        try:
            if comparable(self._name, contents.sha256, self.stat(contents.sha256)).size == contents.size:
                found = self._held(contents.sha256)
                if found.sha256 == contents.sha256:
                    return found
            self.set_aside(contents.sha256)
        except NotFound:
            return None
        return None

    def _held(self, key: str, progress: Progress | None = None) -> Held:
        with self._present(key):
            return held(self._target(valid_key(key)), progress)

    def _stored(self, found: Held, *, fresh: bool) -> Stored:
        return Stored(found.sha256, found.size, found.sha256, fresh, found.storage_class)

    def _target(self, key: str) -> Target:
        return Target(
            client_of(self._service),
            self._name,
            self._bucket,
            self._prefix + key,
            self._class,
            self._service.making,
            self._pace,
        )

    @contextmanager
    def _present(self, key: str) -> Iterator[None]:
        """Says what goes wrong; nothing is missing that is looked for in the wrong place, or in none."""
        self._ready()
        try:
            with explained(self._name, key):
                yield
        except NotFound:
            self._ready(anew=True)
            raise

    def _ready(self, anew: bool = False) -> None:
        """Raises Unavailable unless the bucket is this store's place; looked at once, and `anew` where that is asked."""
        if not self._marked or anew:
            marks.check(self._target(marks.KEY))
            self._marked = True

    def _find_bucket(self) -> None:
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

    def _make_bucket(self) -> None:
        try:
            self._find_bucket()
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
                self._find_bucket()  # another process made it meanwhile

    def _pages(self, pages: Iterable[Any]) -> Iterator[Any]:
        with explained(self._name, self._bucket):
            yield from pages
