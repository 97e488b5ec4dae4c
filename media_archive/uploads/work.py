"""The job that takes a delivery in: laid out as it lay with its sender, then given to the ingest like any folder."""

from pathlib import Path, PurePosixPath
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Archive
from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import NotFound
from media_archive.events import service as events
from media_archive.ingest.find import LITTER_FOLDERS
from media_archive.ingest.intake import key_of
from media_archive.ingest.models import Outcome, Receipt
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.uploads import placing
from media_archive.uploads.deliveries import Template
from media_archive.uploads.models import Delivery, Stage, Upload
from media_archive.words import Message


class TakeInWork:
    """Takes in what was handed over; a run that was cut off goes on where it stopped."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        delivery, wish, uploads = self._read(job.target)
        if delivery.stage in (Stage.TAKEN_IN, Stage.CLEARED):
            return lambda _session: None
        settings = self._context.settings
        came = [one for one in uploads if not one.left_out]
        refused = placing.lay_out(settings, delivery.id, came) if came else {}
        root = placing.tree(settings, delivery.id).resolve()
        intake_id = None
        if len(came) > len(refused):
            intake_id = receive(self._context, [root], wish, who=delivery.owner, laid_out=True).intake_id

        def conclude(session: Session) -> None:
            _settle(session, delivery.id, root, intake_id, refused)

        return conclude

    def _read(self, delivery_id: UUID | None) -> tuple[Delivery, Wish, list[Upload]]:
        with self._context.reading() as session:
            delivery = session.get(Delivery, delivery_id)
            if delivery is None:
                raise NotFound("There is no such delivery. The page Upload lists yours.")
            archive = session.get_one(Archive, delivery.archive_id)
            uploads = session.scalars(select(Upload).where(Upload.delivery_id == delivery.id).order_by(Upload.path))
            return delivery, Template.of(delivery.template).wish(archive.code), list(uploads)

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """Everything that arrived stays; handing over again goes on with it."""
        delivery = session.get(Delivery, job.target)
        if delivery is not None:
            delivery.problem = problem.to_json()
        events.record(
            session, job.asked_by, "ingestion", "delivery", job.target, outcome="failure", reason=problem.to_json()
        )


def _settle(
    session: Session, delivery_id: UUID, root: Path, intake_id: UUID | None, refused: dict[UUID, Message]
) -> None:
    """Gives every upload its outcome."""
    delivery = session.get_one(Delivery, delivery_id)
    uploads = session.scalars(select(Upload).where(Upload.delivery_id == delivery_id, Upload.left_out.is_(False))).all()
    keys = {key_of(root / one.path): one for one in uploads}
    receipts = select(Receipt).where(Receipt.intake_id == intake_id)
    for one in session.scalars(receipts) if intake_id else ():
        if upload := keys.get(one.path_key):
            upload.outcome, upload.stored_sha256 = str(one.outcome), one.sha256
            upload.reason, upload.asset_id = one.reason, one.asset_id
    for upload in uploads:
        if upload.id in refused:
            upload.outcome, upload.reason = Outcome.REFUSED.value, refused[upload.id].to_json()
        elif upload.outcome is None and _is_litter(upload.path):
            # folders of the system are passed over as a whole: what lies in them has no receipt of its own
            upload.outcome = Outcome.SKIPPED.value
    delivery.stage, delivery.taken_at, delivery.problem = Stage.TAKEN_IN, now(), None
    events.record(session, delivery.owner, "accession", "delivery", delivery.id, files=len(uploads))


def _is_litter(path: str) -> bool:
    folders = PurePosixPath(path).parts[:-1]
    return any(part.startswith(".") or part.casefold() in LITTER_FOLDERS for part in folders)
