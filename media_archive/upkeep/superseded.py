"""Renditions that newer ones have taken the place of: their files are removed when nothing has shown them for a week.

They can be made again, so no copy is to remain; what keeps every copy of an asset, such as a hold, keeps these too.
"""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset, Rendition
from media_archive.context import Context
from media_archive.db import now
from media_archive.disposal.forgetting import forget_files
from media_archive.errors import ArchiveError
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.logs import Log
from media_archive.placement.releasing import release
from media_archive.storage.models import Copy, File, Role
from media_archive.words import Message

log = Log()

KIND = "clear-renditions"
#: a page that was opened before may still show the older one
GRACE = timedelta(days=7)
BETWEEN = timedelta(days=1)
#: there is one at a time: its target is the same for ever
ONLY = UUID(int=0)
ROWS = 500


def ask(context: Context) -> None:
    """Asks for the job once a day."""
    with context.transaction() as session:
        lately = select(Job.id).where(Job.target == ONLY, Job.kind == KIND, Job.created_at > now() - BETWEEN)
        if session.scalar(lately.where(Job.created_at <= now()).limit(1)) is None:
            jobs.request(session, KIND, ONLY)


def clear(context: Context, who: str = "system") -> int:
    """Removes what was superseded; returns how many files. What makes trouble holds up no other."""
    done = 0
    for file_id in _superseded(context):
        try:
            done += _clear(context, file_id, who)
        except ArchiveError as exc:
            log.warning("superseded.stays", file=str(file_id), reason=str(exc))
    return done


def _superseded(context: Context) -> Iterator[UUID]:
    """In batches, in the order of ids: what stays behind is passed by."""
    shown = select(Rendition.file_id).where(Rendition.file_id == File.id).exists()
    asked = select(File.id).where(File.role == Role.RENDITION, File.created_at <= now() - GRACE, ~shown)
    after = UUID(int=0)
    while True:
        with context.reading() as session:
            batch = session.scalars(asked.where(File.id > after).order_by(File.id).limit(ROWS)).all()
        if not batch:
            return
        yield from batch
        after = batch[-1]


def _clear(context: Context, file_id: UUID, who: str) -> bool:
    def still(session: Session, _asset: Asset) -> Message | None:
        return Message("It is shown again.") if _is_shown(session, file_id) else None

    with context.reading() as session:
        copies = session.scalars(select(Copy.id).where(Copy.file_id == file_id)).all()
    if not all(release(context, copy_id, who, still).gone for copy_id in copies):
        return False
    with context.transaction() as session:
        if _is_shown(session, file_id) or session.scalar(select(Copy.id).where(Copy.file_id == file_id).limit(1)):
            return False
        forget_files(session, select(File.id).where(File.id == file_id))
    return True


def _is_shown(session: Session, file_id: UUID) -> bool:
    return session.scalar(select(Rendition.id).where(Rendition.file_id == file_id).limit(1)) is not None


class ClearWork:
    """Removes superseded renditions."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`. Each removal is written when it is done."""
        clear(self._context, job.asked_by)
        return lambda _session: None

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """The next day tries again; the log has the reason."""
