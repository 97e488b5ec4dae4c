"""The job that ingests a folder of the server."""

from pathlib import Path

from sqlalchemy.orm import Session

from media_archive.context import Context
from media_archive.events import service as events
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.words import Message


def arguments(path: Path, wish: Wish) -> dict[str, object]:
    """What the job is given; the inverse of what `IngestWork` reads."""
    return {
        "paths": [str(path)],
        "shoot": wish.shoot,
        "archive": wish.archive,
        "caption": wish.caption,
        "photographer": wish.photographer,
        "projects": list(wish.projects),
        "landmarks": list(wish.landmarks),
        "streets": list(wish.streets),
    }


class IngestWork:
    """Receives what a page asked for; a run that was cut off is taken up again by the same job."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        given = dict(job.args)
        paths = [Path(path) for path in given.pop("paths")]
        wish = Wish(
            shoot=given["shoot"],
            archive=given["archive"],
            caption=given["caption"],
            photographer=given["photographer"],
            projects=tuple(given["projects"]),
            landmarks=tuple(given["landmarks"]),
            streets=tuple(given["streets"]),
        )
        receive(self._context, paths, wish, who=job.asked_by)
        return lambda _session: None

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """The page of the shoot shows the job with its reason."""
        events.record(
            session, job.asked_by, "ingestion", "shoot", job.shoot_id, outcome="failure", reason=problem.to_json()
        )
