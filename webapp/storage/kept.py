"""The overview as this process last made it."""

import threading
import time

from media_archive.context import Context
from media_archive.db import now
from media_archive.jobs import service as jobs
from media_archive.placement import overview
from media_archive.placement.overview import Overview

SECONDS = 60.0


class Kept:
    """The overview of an archive, made anew when it is older than a minute; whoever comes meanwhile waits for the same."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: tuple[Context, float, Overview] | None = None

    def of(self, context: Context) -> Overview:
        """The overview, at most a minute old."""
        with self._lock:
            if self._made and self._made[0] is context and time.monotonic() - self._made[1] < SECONDS:
                return self._made[2]
            made = overview.look(context)
            self._made = (context, time.monotonic(), made)
            return made


_kept = Kept()


def seen(context: Context) -> Overview | None:
    """The overview; of a large catalogue the last that a job made, and None where that is still at it for the first time."""
    with context.reading() as session:
        if overview.is_large(session):
            found = overview.latest(session)
        else:
            return _kept.of(context)
    if found is None or now() - found.at > overview.STALE:
        with context.transaction() as session:
            jobs.request(session, overview.KIND)
    return found
