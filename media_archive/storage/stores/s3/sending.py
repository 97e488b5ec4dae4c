"""Sending an object to S3 without overwriting one."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.exceptions import ClientError

from media_archive.errors import Conflict, Invalid, Unavailable
from media_archive.storage.stores.contents import Contents
from media_archive.storage.stores.s3.client import MISSING, explained, refuses_class
from media_archive.storage.stores.store import STANDARD

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

WRITER = "writer"
#: a conflict between two uploads at one moment is no answer: ask again
TRIES = 5


def unpaced(_count: int) -> None:
    """Lets everything move as fast as it goes."""


@dataclass(frozen=True)
class Target:
    """Where an object goes."""

    client: "S3Client"
    store: str
    bucket: str
    key: str
    storage_class: str = STANDARD
    #: what every request that makes an object says besides, such as how the service is to encrypt it
    making: Mapping[str, Any] = field(default_factory=dict)
    #: told how many bytes are about to move; waits while that would be too fast
    pace: Callable[[int], None] = unpaced

    @property
    def place(self) -> dict[str, Any]:
        return {"Bucket": self.bucket, "Key": self.key}

    @property
    def wish(self) -> dict[str, Any]:
        return (
            {**self.making} if self.storage_class == STANDARD else {**self.making, "StorageClass": self.storage_class}
        )


def send_whole(target: Target, contents: Contents) -> None:
    """Sends contents that fit into memory in one request; Conflict if the key exists."""
    writer, body = uuid4().hex, contents.read(0, contents.size)
    target.pace(len(body))
    with own(target, writer):
        for attempt in range(1, TRIES + 1):
            try:
                target.client.put_object(
                    **target.place, **target.wish, Body=body, IfNoneMatch="*", Metadata={WRITER: writer}
                )
            except ClientError as exc:
                if exc.response["Error"].get("Code") != "ConditionalRequestConflict" or attempt == TRIES:
                    raise
            else:
                return


@contextmanager
def own(target: Target, writer: str) -> Iterator[None]:
    """Says in the archive's words what goes wrong inside; Conflict with an object of this very writer is none.

    The writer's mark tells our own object from another's when an answer was lost and the client asked again. Invalid
    where the service has no such storage class.
    """
    try:
        with explained(target.store, target.key):
            yield
    except Conflict:
        if written_by(target) != writer:
            raise
    except Unavailable as exc:
        if target.storage_class == STANDARD or not refuses_class(exc, surely=True):
            raise
        raise Invalid(
            "The store {store} has no storage class {name}. Mend the storage profile: name another, or none.",
            store=target.store,
            name=target.storage_class,
        ) from exc


def written_by(target: Target) -> str | None:
    """The mark of whoever wrote the object; None if there is none."""
    with explained(target.store, target.key):
        try:
            return target.client.head_object(**target.place)["Metadata"].get(WRITER, "")
        except ClientError as exc:
            if exc.response["Error"].get("Code") in MISSING:
                return None
            raise
