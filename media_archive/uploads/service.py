"""Uploads in pieces: begun, told how far they are, joined, ended. What the protocol tus 1.0.0 asks of a server.

Their rows say what they are; how far they are says the file alone (see `arriving`). An upload is its sender's: to
others it does not exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from media_archive.config import Settings
from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import Conflict, Invalid, NotFound, TooLarge
from media_archive.storage.stores import disk
from media_archive.uploads import arriving, naming
from media_archive.uploads.models import Delivery, Stage, Upload

#: files of one delivery
MOST_FILES = 100_000
#: parts that one upload may be joined of
MOST_PARTS = 1000
#: other files of one name in one folder
MOST_NAMESAKES = 100
#: unfinished uploads whose missing bytes are counted when the room on the disk is looked at
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Wanted:
    """An upload as its sender asks for it."""

    #: bytes; None where the sender will say later
    size: int | None
    #: the header Upload-Metadata, as it is told again
    told: str = ""
    #: path below the folder that is sent, as bytes; None for a part
    path: bytes | None = None
    modified_ns: int | None = None
    sha256: str | None = None


def place(settings: Settings, upload_id: UUID) -> Path:
    """Where the bytes of an upload arrive."""
    return settings.incoming / "parts" / str(upload_id)


def check_room(session: Session, settings: Settings, size: int | None) -> None:
    """NoSpace if the disk could not hold `size` more bytes beside all that was begun; TooLarge beyond the setting."""
    if size is not None and size > settings.upload_most:
        raise TooLarge(
            "The file has {size} bytes, and at most {most} may be uploaded. Bring it in from a folder of the server.",
            size=size,
            most=settings.upload_most,
        )
    settings.incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = select(Upload.id, Upload.size).where(Upload.finished_at.is_(None), Upload.left_out.is_(False))
    begun = session.execute(unfinished.order_by(Upload.created_at.desc()).limit(MOST_COUNTED)).all()
    missing = sum(max(0, (known or 0) - _there(place(settings, number))) for number, known in begun)
    disk.room(arriving.PLACE, settings.incoming, settings.keep_free, missing + (size or 0))


def there(settings: Settings, upload_id: UUID) -> int:
    """How many bytes have come, whether or not they would survive a loss of power."""
    return _there(place(settings, upload_id))


def _there(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def begin(session: Session, settings: Settings, delivery: Delivery | None, owner: str, wanted: Wanted) -> Upload:
    """A new upload; a part belongs to no delivery. One of the same file is given again, with what has come of it: the
    answer to the first request may have been lost.
    """
    check_room(session, settings, wanted.size)
    upload = Upload(owner=owner, size=wanted.size, told=wanted.told, sha256=wanted.sha256)
    if delivery is not None:
        path = naming.path_of(wanted.path or b"")
        if begun := _same(named(session, delivery, path), wanted):
            return begun
        _check_open(delivery)
        _check_count(session, delivery)
        upload.delivery_id, upload.modified_ns = delivery.id, wanted.modified_ns
        upload.path = _free(session, delivery, path)
        upload.path_key = naming.key_of(upload.path)
    if wanted.size == 0:
        upload.finished_at = now()
    session.add(upload)
    session.flush()
    return upload


def _same(there: Upload | None, wanted: Wanted) -> Upload | None:
    """`there` if it is the same file beyond doubt. A name and a size are not enough: cameras count anew on every card."""
    told = wanted.sha256 is not None or wanted.modified_ns is not None
    if there is None or not told or there.left_out or there.parts:
        return None
    return there if (there.size, there.told) == (wanted.size, wanted.told) else None


def named(session: Session, delivery: Delivery, path: str) -> Upload | None:
    """The upload of that path."""
    wanted = select(Upload).where(Upload.delivery_id == delivery.id, Upload.path_key == naming.key_of(path))
    return session.scalars(wanted).one_or_none()


def _free(session: Session, delivery: Delivery, path: str) -> str:
    """`path`, or where a file lies there already the same name in a folder of its own: nothing is overwritten."""
    if named(session, delivery, path) is None:
        return path
    for number in range(2, MOST_NAMESAKES):
        if named(session, delivery, other := naming.another(path, number)) is None:
            return other
    raise Conflict("The delivery has many files {path} already. Send this one under another name.", path=path)


def _check_open(delivery: Delivery) -> None:
    if delivery.stage != Stage.OPEN:
        raise Conflict("The delivery has been handed over: nothing more can be added. Begin another one.")


def _check_count(session: Session, delivery: Delivery) -> None:
    count = session.scalar(select(func.count()).select_from(Upload).where(Upload.delivery_id == delivery.id)) or 0
    if count >= MOST_FILES:
        raise Conflict("The delivery has {most} files already. Hand it over, and begin another one.", most=MOST_FILES)


def own(session: Session, upload_id: UUID, owner: str) -> Upload:
    """The upload, if it is `owner`'s; NotFound otherwise, and where it was joined into another."""
    found = session.get(Upload, upload_id)
    if found is None or found.owner != owner or found.left_out or found.joined_into:
        raise NotFound("There is no such upload: it was ended, or lay still for too long. Begin it anew.")
    return found


def offset(settings: Settings, upload: Upload) -> int:
    """How many bytes have come for good; Busy while more are coming."""
    if upload.finished_at is not None and upload.size is not None:
        return upload.size
    return arriving.length(place(settings, upload.id))


def size_told(session: Session, settings: Settings, upload: Upload, size: int) -> None:
    """The sender says now how long it will be; Conflict if that was said otherwise before."""
    if upload.size is not None and upload.size != size:
        raise Conflict("The upload's length was told as {size} before.", size=upload.size)
    if upload.size is None:
        check_room(session, settings, max(0, size - _there(place(settings, upload.id))))
        upload.size = size


def finish(upload: Upload, there: int) -> None:
    """Notes that all has come, if it has; safe to repeat."""
    if upload.finished_at is None and upload.size is not None and there == upload.size:
        upload.finished_at = now()


def expires(settings: Settings, upload: Upload) -> datetime | None:
    """When it is removed if nothing more comes; None for one that has come to its end."""
    if upload.finished_at is not None and upload.delivery_id is not None:
        return None
    try:
        last = datetime.fromtimestamp(place(settings, upload.id).stat().st_mtime, UTC)
    except FileNotFoundError:
        last = upload.created_at
    return last + timedelta(days=settings.upload_days)


def join(
    session: Session, settings: Settings, delivery: Delivery, owner: str, parts: Sequence[UUID], wanted: Wanted
) -> Upload:
    """A file made of finished parts, in order. Their bytes are laid together when the delivery is taken in.

    The same parts again give the same upload. Raises Invalid for what is no finished part of `owner`'s.
    """
    if not parts or len(parts) > MOST_PARTS or len(set(parts)) < len(parts):
        raise Invalid("An upload is joined of 1 to {most} different parts.", most=MOST_PARTS)
    there = {one.id: one for one in session.scalars(select(Upload).where(Upload.id.in_(parts)).with_for_update())}
    found = [there[number] for number in parts if number in there and there[number].owner == owner]
    if len(found) == len(parts) and (whole := _joined(session, found, parts)):
        return whole
    if len(found) < len(parts) or any(one.delivery_id or one.joined_into or not one.finished_at for one in found):
        raise Invalid(
            "Some parts are unknown, not finished, or joined already. Send them to their end, then join them."
        )
    size = sum(one.size or 0 for one in found)
    whole = begin(session, settings, delivery, owner, Wanted(size, wanted.told, wanted.path, wanted.modified_ns))
    whole.parts, whole.finished_at = [str(number) for number in parts], now()
    session.execute(update(Upload).where(Upload.id.in_(parts)).values(joined_into=whole.id))
    return whole


def _joined(session: Session, found: Sequence[Upload], parts: Sequence[UUID]) -> Upload | None:
    whole = session.get(Upload, found[0].joined_into) if found[0].joined_into else None
    return whole if whole and whole.parts == [str(number) for number in parts] else None


def end(context: Context, upload_id: UUID, owner: str) -> None:
    """Ends an upload and removes what has come; Conflict once its delivery was handed over, Busy while bytes come in."""
    with context.reading() as session:
        upload = own(session, upload_id, owner)
        if upload.delivery_id is not None:
            _check_open(session.get_one(Delivery, upload.delivery_id))
    remove_bytes(context.settings, [upload])
    with context.transaction() as session:
        forget(session, own(session, upload_id, owner))


def remove_bytes(settings: Settings, uploads: Sequence[Upload]) -> None:
    """Removes what has come of uploads that nobody handed over, and of the parts they are joined of."""
    for upload in uploads:
        for number in (*map(UUID, upload.parts or ()), upload.id):
            arriving.remove(place(settings, number))


def forget(session: Session, upload: Upload) -> None:
    """Removes the row of an upload and of the parts it was joined of."""
    session.execute(delete(Upload).where(Upload.joined_into == upload.id))
    session.delete(upload)
