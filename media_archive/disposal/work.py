"""The job that deletes what has lain in the trash long enough."""

from sqlalchemy.orm import Session

from media_archive.context import Context
from media_archive.db import now
from media_archive.disposal import purging
from media_archive.disposal.purging import Release
from media_archive.events import service as events
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.words import Message

KIND = "purge"


def ask(context: Context) -> None:
    """Asks for the job where something is due."""
    with context.reading() as session:
        waits = bool(purging.due(session, now()))
    if waits:
        with context.transaction() as session:
            jobs.request(session, KIND)


class PurgeWork:
    """Deletes what is due, one asset after another."""

    def __init__(self, context: Context, release: Release) -> None:
        self._context, self._release = context, release

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        purging.purge_due(self._context, self._release, job.asked_by)

        def conclude(session: Session) -> None:
            """Each deletion has told of itself."""

        return conclude

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """What was begun goes on with the next such job."""
        events.record(session, job.asked_by, "deletion", "archive", None, outcome="failure", reason=problem.to_json())
