"""Reading an object from S3 to its end, over broken connections."""

import io
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from media_archive.errors import Unavailable
from media_archive.storage.stores.s3_client import explained

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from botocore.response import StreamingBody

    from media_archive.storage.stores.s3_upload import Target

#: times a broken answer is taken up again without a byte in between
TRIES = 3


class Answer(io.RawIOBase):
    """Bytes [start, end) of an object; asks again from where it stopped when the connection breaks."""

    def __init__(self, target: "Target", start: int, end: int | None) -> None:
        self._target, self._at = target, start
        self._body: StreamingBody | None = None
        with explained(target.store, target.key):
            head = target.client.head_object(**target.place)
        self._etag = head["ETag"]
        self._end = head["ContentLength"] if end is None else min(end, head["ContentLength"])
        if self._at < self._end:
            with explained(target.store, target.key):
                self._body = self._ask()

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

    def _read(self, view: memoryview) -> int:
        for attempt in range(1, TRIES + 1):
            try:
                self._body = self._body or self._ask()
                if count := self._body.readinto(view):  # type: ignore[arg-type]  # a buffer, whatever the stubs say
                    return int(count)
                raise Unavailable("The store {store} gave less of {key} than it holds. Try again.", **self._facts)
            except (BotoCoreError, Unavailable):
                if attempt == TRIES:
                    raise
                self._body = None
        raise AssertionError("unreachable")

    def _ask(self) -> "StreamingBody":
        try:
            answer = self._target.client.get_object(
                **self._target.place, Range=f"bytes={self._at}-{self._end - 1}", IfMatch=self._etag
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
