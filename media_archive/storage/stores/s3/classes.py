"""Storage classes of an S3 service: moving an object to another, and bringing back what lies offline."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from media_archive.errors import Invalid, Unavailable
from media_archive.storage.stores.s3.client import explained, refuses_class
from media_archive.storage.stores.s3.sending import Target
from media_archive.storage.stores.store import STANDARD, Thaw

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CopySourceTypeDef

#: classes whose objects must be restored before they can be read, where the service has them
OFFLINE = frozenset({"GLACIER", "DEEP_ARCHIVE"})
#: larger objects are copied in parts of this size, inside the service: an answer must come before the client gives up
COPIED_AT_ONCE = 256 << 20


def reclass(target: Target, storage_class: str, copied_at_once: int = COPIED_AT_ONCE) -> None:
    """Moves an object to another class, inside the service; what it says of itself (its metadata) goes along."""
    with explained(target.store, target.key):
        found = target.client.head_object(**target.place)
    if found.get("StorageClass", STANDARD) == storage_class:
        return
    try:
        copy_inside(target, target.key, found["Metadata"], {"StorageClass": storage_class}, copied_at_once)
    except Unavailable as exc:
        if not refuses_class(exc, surely=False):
            raise
        raise _no_such_class(target, storage_class, found.get("StorageClass", STANDARD)) from exc
    with explained(target.store, target.key):
        got = target.client.head_object(**target.place)
    if got["ContentLength"] != found["ContentLength"]:
        raise Unavailable("The store {store} did not copy {key} whole.", store=target.store, key=target.key)
    if got.get("StorageClass", STANDARD) != storage_class:
        raise _no_such_class(target, storage_class, got.get("StorageClass", STANDARD))


def _no_such_class(target: Target, wanted: str, got: str) -> Invalid:
    return Invalid(
        "The store {store} has no storage class {name}: {key} lies in {got}. Mend the storage profile.",
        store=target.store,
        name=wanted,
        key=target.key,
        got=got,
    )


def copy_inside(
    target: Target,
    to_key: str,
    metadata: Mapping[str, str],
    wish: Mapping[str, Any],
    copied_at_once: int = COPIED_AT_ONCE,
) -> None:
    """Copies an object within its bucket. Copies in parts take no metadata along by themselves."""
    from boto3.s3.transfer import TransferConfig

    source: CopySourceTypeDef = {"Bucket": target.bucket, "Key": target.key}
    said = {**target.making, **wish, "Metadata": dict(metadata), "MetadataDirective": "REPLACE"}
    config = TransferConfig(multipart_threshold=copied_at_once, multipart_chunksize=copied_at_once, max_concurrency=4)
    with explained(target.store, target.key):
        target.client.copy(source, target.bucket, to_key, ExtraArgs=said, Config=config)


def restore(target: Target, days: int) -> None:
    """Asks for an offline object to be readable for `days`."""
    wish: Any = {"Days": days, "GlacierJobParameters": {"Tier": "Bulk"}}
    with explained(target.store, target.key):
        target.client.restore_object(**target.place, RestoreRequest=wish)


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
