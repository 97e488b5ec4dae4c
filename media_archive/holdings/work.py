"""The job that counts all holdings."""

from sqlalchemy.orm import Session

from media_archive.context import Context
from media_archive.holdings import service
from media_archive.holdings.counting import count
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.words import Message


class CountWork:
    """Counts what the archives hold, for the page that shows it."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        made = count(self._context)
        return lambda session: service.keep(session, made)

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """The page shows the last answer there was."""
