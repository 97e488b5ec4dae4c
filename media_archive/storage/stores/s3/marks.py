"""The mark of a store in its bucket: whose place it is. Without it the bucket or the prefix is the wrong one."""

import tomllib
from contextlib import suppress
from datetime import UTC, datetime

from botocore.exceptions import ClientError

from media_archive.errors import Conflict, Invalid, Unavailable
from media_archive.storage.stores.contents import Contents
from media_archive.storage.stores.s3.client import MISSING, explained
from media_archive.storage.stores.s3.sending import Target, send_whole

KEY = "media-archive/store"
LONGEST = 4096


def name_in(mark: Target) -> str | None:
    """The name of the store whose place it is; None if it is nobody's."""
    with explained(mark.store, mark.key):
        try:
            answer = mark.client.get_object(**mark.place)
        except ClientError as exc:
            if exc.response["Error"].get("Code") in MISSING:
                return None
            raise
        with answer["Body"] as body:
            told = body.read(LONGEST)
    try:
        return str(tomllib.loads(told.decode("utf-8")).get("name"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return "?"


def check(mark: Target) -> None:
    """Raises Unavailable unless it is the place of the store `mark.store`."""
    found = name_in(mark)
    if found is None:
        raise Unavailable(
            "The bucket {bucket} does not hold the store {store}. If bucket or prefix are wrong, mend the storage profile;"
            " if the store is new, run `media-archive init`.",
            bucket=mark.bucket,
            store=mark.store,
        )
    if found != mark.store:
        raise Unavailable(
            "The bucket {bucket} holds the store {found}, not {store}. Mend bucket or prefix in the storage profile.",
            bucket=mark.bucket,
            found=found,
            store=mark.store,
        )


def make(mark: Target) -> None:
    """Makes it the place of the store `mark.store`; raises Unavailable if it is another's, Invalid if objects there are
    overwritten."""
    founded = datetime.now(UTC).isoformat(timespec="seconds")
    text = f'# A store of Media Archive.\nname = "{mark.store}"\nfounded = {founded}\n'.encode()
    contents = Contents("", len(text), lambda start, count: text[start : start + count])
    if name_in(mark) is None:
        with suppress(Conflict):  # another process was faster
            send_whole(mark, contents)
    check(mark)
    try:
        send_whole(mark, contents)
    except Conflict:
        return
    raise Invalid(
        "The S3 service of the store {store} overwrites objects: it ignores If-None-Match. Use one that knows it.",
        store=mark.store,
    )
