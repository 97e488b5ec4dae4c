"""How many pictures are drawn at once: a few readers, and a bound on those who wait for them."""

import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from media_archive.config import Settings
from media_archive.errors import Unavailable
from media_archive.tools.isolation import Limits, Reader

BUSY = "Too many pictures are being asked for at once. Try again in a moment."


class Turns:
    """Readers to draw with, and one to prepare pictures with, so that nobody's tiles wait for another's panorama."""

    def __init__(self, settings: Settings) -> None:
        limits = Limits(memory=settings.reader_memory, seconds=settings.reader_seconds, niceness=0)
        slow = Limits(memory=settings.reader_memory, seconds=settings.reader_seconds, niceness=5)
        self._seconds = settings.reader_seconds
        self._places = threading.BoundedSemaphore(settings.iiif_waiting)
        #: the last one that was used comes first: while there is little to do, one child is enough
        self._free: queue.LifoQueue[Reader] = queue.LifoQueue()
        for _ in range(settings.iiif_readers):
            self._free.put(Reader(limits))
        self._preparing = Reader(slow)

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place among those who are served; Unavailable at once if there is none."""
        if not self._places.acquire(blocking=False):
            raise Unavailable(BUSY)
        try:
            yield
        finally:
            self._places.release()

    def draw(self, function: str, *args: Any) -> Any:
        """Calls `function` in the next free reader."""
        deadline = time.monotonic() + self._seconds
        try:
            reader = self._free.get(timeout=self._seconds)
        except queue.Empty:
            raise Unavailable(BUSY) from None
        try:
            return reader.call(function, *args, timeout=max(1.0, deadline - time.monotonic()))
        finally:
            self._free.put(reader)

    def prepare(self, function: str, *args: Any, timeout: float) -> Any:
        """Calls `function` in the reader that prepares pictures, after those who asked before."""
        return self._preparing.call(function, *args, timeout=timeout)

    def close(self) -> None:
        """Ends the readers."""
        self._preparing.close()
        with_readers = [self._free.get() for _ in range(self._free.qsize())]
        for reader in with_readers:
            reader.close()
            self._free.put(reader)
