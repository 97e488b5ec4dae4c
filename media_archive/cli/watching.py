"""Bars on stderr while an ingest runs, and waiting for the work it asked for."""

import sys
import threading
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from media_archive.archive import Archive
from media_archive.cli.speech import inform, say, told
from media_archive.ingest import intake
from media_archive.ingest.wish import Summary
from media_archive.jobs import service as jobs
from media_archive.jobs.kinds import QUEUES
from media_archive.words import Message

#: nobody took up any work for so long: there is no worker, so this process does it
PATIENCE_SECONDS = 8.0
LOOK_SECONDS = 0.5


class Bars:
    """A Watch that draws bars on a terminal, and is silent elsewhere."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._lock = threading.Lock()
        self._files = [0, 0]
        self._notes: list[Message] = []
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[count]}"),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._bytes: TaskID = self._progress.add_task("ingest", total=None, count="")
        self._work: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()
        for note in self._notes:
            say(told(note))

    def expects(self, files: int, size: int) -> None:
        self._files[1] = files
        self._progress.update(self._bytes, total=size)

    def reads(self, size: int) -> None:
        self._progress.advance(self._bytes, size)

    def settles(self, files: int) -> None:
        with self._lock:
            self._files[0] += files
        self._progress.update(self._bytes, count=f"{self._files[0]}/{self._files[1]} files")

    def notes(self, message: Message) -> None:
        self._notes.append(message)

    def works(self, done: int, total: int) -> None:
        """So many of the jobs are done."""
        if self._work is None:
            self._work = self._progress.add_task("renditions", total=total, count="")
        self._progress.update(self._work, completed=done, total=total, count=f"{done}/{total} jobs")


def wait_for(archive: Archive, summary: Summary, bars: Bars) -> Summary:
    """Until no job of the shoot is unfinished and all of it can be found; does the work itself where nobody does."""
    before, since = (-1, -1), time.monotonic()
    while True:
        with archive.reading() as session:
            counts, busy = jobs.counts(session, summary.shoot_id), jobs.somebody_works(session)
        unfinished = counts["wanted"] + counts["running"]
        ended = counts["done"] + counts["dead"]
        bars.works(ended, ended + unfinished)
        if not unfinished:
            break
        if busy or (ended, counts["running"]) != before:
            before, since = (ended, counts["running"]), time.monotonic()
        elif time.monotonic() - since > PATIENCE_SECONDS:
            _do_it_here(archive, summary)
        time.sleep(LOOK_SECONDS)
    archive.index()
    with archive.reading() as session:
        return intake.summary(session, summary.intake_id)


def _do_it_here(archive: Archive, summary: Summary) -> None:
    inform("No worker took up the work, so this command does it. `media-archive serve` starts workers.")
    runner = archive.runner()
    left = True
    while left:
        left = False
        runner.sweep()
        for queue in QUEUES:
            left |= runner.drain(queue, seconds=2, shoot_id=summary.shoot_id)
        with archive.reading() as session:
            counts = jobs.counts(session, summary.shoot_id)
        left = bool(counts["wanted"])
        if left:
            time.sleep(LOOK_SECONDS)
    sys.stderr.flush()
