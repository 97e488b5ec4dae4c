"""Reading an object from S3 to its end, over broken connections."""

import hashlib
import io
import re
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from media_archive.errors import Unavailable
from media_archive.storage.stores.s3.client import explained
from media_archive.storage.stores.store import STANDARD, Interrupted, Progress

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from botocore.response import StreamingBody

    from media_archive.storage.stores.s3.sending import Target

#: times a broken answer is taken up again without a byte in between
TRIES = 3
#: an object is read back in ranges of so many bytes, so many of them ahead of the hash
RANGE = 8 << 20
AHEAD = 4
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """An object as one answer described it."""

    size: int
    etag: str
    storage_class: str


@dataclass(frozen=True, slots=True)
class Held:
    """What an object holds, as read from its start to its end."""

    sha256: str
    size: int
    storage_class: str


class Answer(io.RawIOBase):
    """Bytes [start, end) of an object; asks again from where it stopped when the connection breaks."""

    def __init__(self, target: "Target", start: int, end: int | None, found: Found | None = None) -> None:
        self._target, self._at = target, start
        self._body: StreamingBody | None = None
        with explained(target.store, target.key):
            self.found = found or self._look(end)
        self._end = self.found.size if end is None else min(end, self.found.size)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if self._at >= self._end:
            return 0
        with explained(self._target.store, self._target.key):
            count = self._read(memoryview(buffer)[: self._end - self._at])
        self._at += count
        return count

    def close(self) -> None:
        if self._body is not None:
            self._body.close()
        super().close()

    def _look(self, end: int | None) -> Found:
        """What the object is; its first bytes are asked for in the same breath."""
        if end is not None and end <= self._at:
            return self._head()
        try:
            # of all of it too a range is asked for: the answer then tells the whole size, and what is cut off is missed
            answer = self._target.client.get_object(**self._target.place, Range=_range(self._at, end))
        except ClientError as exc:
            if exc.response["Error"].get("Code") in ("InvalidRange", "416"):
                return self._head()
            raise
        told = re.search(r"/(\d+)$", answer.get("ContentRange", ""))
        if told is None:
            answer["Body"].close()
            raise Unavailable("The store {store} gives no ranges of its objects. Check the S3 service.", **self._facts)
        self._body = answer["Body"]
        return Found(int(told[1]), answer["ETag"], answer.get("StorageClass", STANDARD))

    def _head(self) -> Found:
        head = self._target.client.head_object(**self._target.place)
        return Found(head["ContentLength"], head["ETag"], head.get("StorageClass", STANDARD))

    def _read(self, view: memoryview) -> int:
        for attempt in range(1, TRIES + 1):
            try:
                self._body = self._body or self._ask()
                if count := self._body.readinto(view):  # type: ignore[arg-type]  # a buffer, whatever the stubs say
                    self._target.pace(count)
                    return int(count)
                raise Interrupted("The store {store} gave less of {key} than it holds. Try again.", **self._facts)
            except (BotoCoreError, Interrupted):
                if attempt == TRIES:
                    raise
                self._body = None
        raise AssertionError("unreachable")

    def _ask(self) -> "StreamingBody":
        try:
            answer = self._target.client.get_object(
                **self._target.place, Range=_range(self._at, self._end), IfMatch=self.found.etag
            )
        except ClientError as exc:
            if exc.response["Error"].get("Code") in ("PreconditionFailed", "412"):
                raise Unavailable(
                    "{key} in the store {store} was replaced while it was read. Try again.", **self._facts
                ) from exc
            raise
        return answer["Body"]

    @property
    def _facts(self) -> dict[str, str]:
        return {"store": self._target.store, "key": self._target.key}


def held(target: "Target", progress: Progress | None = None) -> Held:
    """Reads an object: a large one in ranges side by side, hashed in their order, in bounded memory."""
    digest, size = hashlib.sha256(), 0
    with Answer(target, 0, RANGE) as first:
        found = first.found
        for chunk in _chunks(first):
            digest.update(chunk)
            size += len(chunk)
            if progress:
                progress(len(chunk))
    for data in _ranges(target, found, size):
        digest.update(data)
        size += len(data)
        if progress:
            progress(len(data))
    return Held(digest.hexdigest(), size, found.storage_class)


def _chunks(answer: Answer) -> Iterator[memoryview]:
    buffer = memoryview(bytearray(min(CHUNK, max(answer.found.size, 1))))
    while count := answer.readinto(buffer):
        yield buffer[:count]


def _ranges(target: "Target", found: Found, start: int) -> Iterator[bytearray]:
    if start >= found.size:
        return
    with ThreadPoolExecutor(AHEAD, "range") as pool:
        coming: deque[Future[bytearray]] = deque()
        try:
            for at in range(start, found.size, RANGE):
                coming.append(pool.submit(_range_of, target, found, at))
                if len(coming) > AHEAD:
                    yield coming.popleft().result()
            while coming:
                yield coming.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _range_of(target: "Target", found: Found, start: int) -> bytearray:
    data = bytearray(min(RANGE, found.size - start))
    view, at = memoryview(data), 0
    with Answer(target, start, start + len(data), found) as answer:
        while at < len(data):
            at += answer.readinto(view[at:])
    return data


def _range(start: int, end: int | None) -> str:
    return f"bytes={start}-" if end is None else f"bytes={start}-{end - 1}"
