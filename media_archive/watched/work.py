"""Looking into watch folders again and again, and taking in what has come to rest. Files stay where they are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Archive
from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import ArchiveError
from media_archive.events import service as events
from media_archive.ingest.intake import key_of
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Summary, Wish
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job, State
from media_archive.jobs.runner import Conclusion
from media_archive.watched import looking, service
from media_archive.watched.looking import Look, Seen
from media_archive.watched.models import WatchFolder
from media_archive.words import Message


@dataclass
class Looked:
    """What a look into one watch folder came to."""

    path: str
    files: int = 0
    waiting: int = 0
    taken: list[Summary] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """For `watch scan --json`."""
        return {
            "path": self.path,
            "files": self.files,
            "waiting": self.waiting,
            "taken": [one.to_json() for one in self.taken],
        }


def ask(context: Context) -> None:
    """Asks for a look into every folder where one is due."""
    before = now() - timedelta(seconds=context.settings.watch_seconds)
    due = select(WatchFolder.id).where(
        WatchFolder.paused_at.is_(None), (WatchFolder.scanned_at.is_(None)) | (WatchFolder.scanned_at <= before)
    )
    with context.reading() as session:
        ids = session.scalars(due).all()
    for folder_id in ids:
        with context.transaction() as session:
            # a look every half minute must not fill the list of jobs for good
            session.execute(delete(Job).where(Job.target == folder_id, Job.kind == "watch", Job.state == State.DONE))
            jobs.request(session, "watch", folder_id)


def scan(context: Context, folder_id: UUID | None) -> Looked:
    """Looks into one folder, and takes in what rests. Raises what keeps it from that; the folder's row then says why."""
    with context.reading() as session:
        folder = service.get(session, folder_id)
        archive = session.get_one(Archive, folder.archive_id)
    try:
        # looked at anew each time: the folder may have become a link to elsewhere, or another disk
        root = service.allowed(context, Path(folder.path))
        seen = looking.look(root, context.own_folders)
        with context.transaction() as session:
            found = looking.compare(session, service.get(session, folder.id), seen)
        summaries = _take(context, folder, archive.code, root, seen, found)
    except ArchiveError as exc:
        _noted(context, folder.id, exc.message)
        raise
    _noted(context, folder.id, None)
    return Looked(folder.path, found.files, found.waiting, summaries)


def _take(
    context: Context, folder: WatchFolder, code: str, root: Path, seen: Sequence[Seen], found: Look
) -> list[Summary]:
    summaries = []
    for name, keys in _by_shoot(folder, root, [one for one in seen if one.key in found.ripe], context).items():
        ripe = frozenset(keys)
        wish = _wish(folder, code, name)

        def rests(candidate: Any, ripe: frozenset[str] = ripe) -> bool:
            return key_of(candidate.path) in ripe

        summaries.append(receive(context, [root], wish, who=folder.added_by, only=rests))
        with context.transaction() as session:
            looking.taken(session, folder, ripe)
    return summaries


def _by_shoot(folder: WatchFolder, root: Path, ripe: Sequence[Seen], context: Context) -> dict[str, list[str]]:
    """Name of the shoot -> keys: "{folder}" is the first folder below the watched one, "{day}" today."""
    day = now().astimezone(ZoneInfo(context.settings.time_zone)).date().isoformat()
    made: dict[str, list[str]] = defaultdict(list)
    for one in ripe:
        below = one.candidate.folder.split("/")[0] or root.name
        name = str(folder.wish.get("shoot", "")).replace("{folder}", below).replace("{day}", day)
        made[name].append(one.key)
    return made


def _wish(folder: WatchFolder, code: str, shoot: str) -> Wish:
    told: dict[str, Any] = {
        name: tuple(value) if name in service.MANY else value for name, value in folder.wish.items() if name != "shoot"
    }
    return Wish(shoot=shoot[:255], archive=code, **told)


def _noted(context: Context, folder_id: UUID, problem: Message | None) -> None:
    with context.transaction() as session:
        folder = session.get(WatchFolder, folder_id)
        if folder is None:
            return
        told = problem.to_json() if problem else None
        if told and told != folder.problem:
            events.record(session, "system", "ingestion", "watch folder", folder.id, outcome="failure", reason=told)
        folder.scanned_at, folder.problem = now(), told


class WatchWork:
    """Looks into one watch folder."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        scan(self._context, job.target)
        return lambda _session: None

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """The folder says why; the next look is asked for all the same."""
