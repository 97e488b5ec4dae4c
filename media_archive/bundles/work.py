"""The job that writes the catalogue into the stores."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.bundles import writing
from media_archive.context import Context
from media_archive.errors import Unavailable
from media_archive.events import service as events
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job, State
from media_archive.jobs.runner import Conclusion
from media_archive.words import Message

KIND = "bundle"


def ask(context: Context) -> None:
    """Asks for a bundle in the stores where one is due, unless that is under way."""
    stores = writing.due(context)
    if not stores:
        return
    with context.transaction() as session:
        running = select(Job.id).where(Job.kind == KIND, Job.state.in_((State.WANTED, State.RUNNING))).limit(1)
        if session.scalar(running) is None:
            jobs.request(session, KIND)


class BundleWork:
    """Writes a bundle where one is due."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`. What one store refuses is tried again; the others have theirs by then."""
        stores = writing.due(self._context)
        done = writing.write(self._context, stores, job.asked_by) if stores else []
        bad = [one for one in done if one.problem]
        if bad and bad[0].problem:
            raise Unavailable(
                "No bundle could be written into the store {store}: {reason}", store=bad[0].store, reason=bad[0].problem
            )
        return lambda _: None

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """The next turn asks again."""
        events.record(session, job.asked_by, "backup", "bundle", None, outcome="failure", reason=problem.to_json())
