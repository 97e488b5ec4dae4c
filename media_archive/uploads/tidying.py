"""What is removed of uploads by itself: what lay still for too long, and what the stores hold safely."""

import shutil
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import ArchiveError
from media_archive.events import service as events
from media_archive.ingest.models import Outcome
from media_archive.logs import Log
from media_archive.uploads import arriving, overseeing, placing
from media_archive.uploads.models import Delivery, Stage, Upload
from media_archive.uploads.safety import Fate, standing
from media_archive.uploads.service import place

log = Log()
#: deliveries and uploads looked at in one go
MOST = 200
#: begin of the names that files of a form have while it is read; after a day nobody reads it any more
DRAFT, FORGOTTEN = "form-", timedelta(days=1)


def tidy(context: Context) -> None:
    """Removes what is due. What could not be removed is tried again the next time."""
    for delivery_id in _taken_in(context):
        try:
            _clear(context, delivery_id)
        except (ArchiveError, OSError) as exc:
            log.warning("delivery.left", delivery=str(delivery_id), reason=str(exc))
    _expire(context)
    overseeing.expire(context)
    _forget_drafts(context)


def _forget_drafts(context: Context) -> None:
    """What forms left whose connection broke off."""
    folder = place(context.settings, UUID(int=0)).parent
    for draft in folder.glob(f"{DRAFT}*") if folder.is_dir() else ():
        with suppress(OSError):
            if draft.stat().st_mtime < (now() - FORGOTTEN).timestamp():
                draft.unlink()


def _taken_in(context: Context) -> list[UUID]:
    with context.reading() as session:
        wanted = select(Delivery.id).where(Delivery.stage == Stage.TAKEN_IN).order_by(Delivery.taken_at).limit(MOST)
        return list(session.scalars(wanted))


def _clear(context: Context, delivery_id: UUID) -> None:
    """Removes files that are safe, and after some days what was refused; judged again just before."""
    root = placing.tree(context.settings, delivery_id)
    here = select(Upload).where(Upload.delivery_id == delivery_id, Upload.cleared_at.is_(None))
    with context.reading() as session:
        delivery = session.get_one(Delivery, delivery_id)
        late = (delivery.taken_at or now()) + timedelta(days=context.settings.upload_days) < now()
        uploads = session.scalars(here.where(Upload.left_out.is_(False))).all()
        if uploads and not late and all(one.outcome in (None, Outcome.REFUSED) for one in uploads):
            return
        seen = standing(session, context.stores.profile, delivery)
    going = {Fate.SAFE, Fate.SKIPPED} | ({Fate.REFUSED, Fate.DIFFERENT} if late else set())
    gone = [one for one in uploads if seen.fates.get(one.id) in going]
    for one in gone:
        (root / one.path).unlink(missing_ok=True)
    if len(gone) == len(uploads):
        shutil.rmtree(root, ignore_errors=True)
    if gone or not uploads:
        with context.transaction() as session:
            _note(session, delivery_id, [one.id for one in gone], whole=len(gone) == len(uploads))


def _note(session: Session, delivery_id: UUID, gone: list[UUID], *, whole: bool) -> None:
    for start in range(0, len(gone), 500):
        for upload in session.scalars(select(Upload).where(Upload.id.in_(gone[start : start + 500]))):
            upload.cleared_at = now()
    if whole:
        delivery = session.get_one(Delivery, delivery_id)
        delivery.stage, delivery.cleared_at = Stage.CLEARED, now()
    events.record(session, "system", "deletion", "delivery", delivery_id, arrived=len(gone), whole=whole)


def _expire(context: Context) -> None:
    """Removes uploads to which nothing was added for some days, and parts that were never joined."""
    before = now() - timedelta(days=context.settings.upload_days)
    with context.reading() as session:
        waiting = select(Upload).where(Upload.created_at < before, Upload.joined_into.is_(None))
        open_ = waiting.where(Upload.finished_at.is_(None) | Upload.delivery_id.is_(None))
        found = session.scalars(open_.order_by(Upload.created_at).limit(MOST)).all()
    for upload in found:
        if _still_since(context, upload) < before:
            _end(context, upload.id)


def _still_since(context: Context, upload: Upload) -> datetime:
    try:
        return datetime.fromtimestamp(place(context.settings, upload.id).stat().st_mtime, UTC)
    except FileNotFoundError:
        return upload.created_at


def _end(context: Context, upload_id: UUID) -> None:
    try:
        with context.transaction() as session:
            upload = session.get(Upload, upload_id)
            if upload is None:
                return
            arriving.remove(place(context.settings, upload_id))
            session.delete(upload)
            events.record(session, "system", "deletion", "upload", upload_id, path=upload.path, expired=True)
    except (ArchiveError, OSError) as exc:
        log.warning("upload.left", upload=str(upload_id), reason=str(exc))
