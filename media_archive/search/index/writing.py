"""Keeping an index up to date: one writer at a time, which follows the outbox, and builds another index where it must."""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from media_archive.errors import Conflict, Unavailable
from media_archive.logs import Log
from media_archive.search.index import feed, gathering, places, schema
from media_archive.search.index.documents import documents
from media_archive.search.index.feed import Mark

#: bytes of documents kept in memory before they become a segment
HEAP, HEAP_OF_BUILD = 64 << 20, 384 << 20
#: entries of the outbox taken into one commit
MOST = 1000
#: how long a caller waits for another process to bring the index up to date
PATIENCE = 60.0

Reading = Callable[[], AbstractContextManager[Session]]
log = Log()


class Writer:
    """Writes one index. Nothing is seen of it before `commit`."""

    def __init__(self, root: Path, folder: str, heap: int, new: bool = False) -> None:
        self.folder = folder
        path = root / folder
        index = schema.made(path) if new else schema.opened(path)
        self._writer = index.writer(heap, 1)
        index.reload()
        self.mark = None if new else Mark.of(places.Snapshot(index.searcher(), index, ()).mark)

    def replace(self, session: Session, ids: Sequence[UUID]) -> None:
        """Writes the assets of `ids` as they are now; those that are gone or in the trash go out."""
        for one in ids:
            self._writer.delete_documents_by_term("id", one.hex)
        self.add(gathering.of_ids(session, ids))

    def add(self, sources: Sequence[gathering.Source]) -> None:
        """Writes assets of which the index has nothing yet."""
        for told in documents(sources):
            self._writer.add_json(told)

    def commit(self, mark: Mark) -> None:
        """Makes all that was written visible at once, and with it how far that is."""
        self._writer.delete_documents_by_term("id", schema.MARK)
        self._writer.add_json(json.dumps({"id": schema.MARK, "mark": json.dumps(mark.told())}))
        self._writer.commit()
        self.mark = mark

    def close(self) -> None:
        """Waits for segments that are being merged, and lets the index go."""
        self._writer.wait_merging_threads()


class Keeper:
    """Keeps the index under one folder up to date with one catalogue."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._turn = threading.Lock()
        #: while this process is the one that writes
        self._lock: ExitStack | None = None
        self._writer: Writer | None = None

    def follow(self, reading: Reading, *, hold: bool = False) -> int:
        """Writes what the outbox tells of, up to its newest numbered entry; returns how many assets were written.

        With `hold` the index stays open for the next call, and a call that finds another at it leaves it to that one;
        without, it waits until all is written, whoever does it.
        """
        if not self._turn.acquire(blocking=not hold):
            return 0
        try:
            return self._follow(reading, hold)
        finally:
            self._turn.release()

    def _follow(self, reading: Reading, hold: bool) -> int:
        with reading() as session:
            wanted = feed.newest(session)
        deadline = time.monotonic() + PATIENCE
        while not self._reached(wanted, reading):
            if self._take():
                try:
                    return self._write(reading)
                finally:
                    if not hold:
                        self.release()
            if hold:
                return 0
            if time.monotonic() > deadline:
                raise Unavailable("Another process has been writing the search index for long. Try again later.")
            time.sleep(0.05)
        return 0

    def _reached(self, wanted: Mark, reading: Reading) -> bool:
        try:
            mark = Mark.of(places.reader(self.root).snapshot().mark)
        except Unavailable:
            return False
        if mark is None or mark.position < wanted.position:
            return False
        with reading() as session:
            return feed.leads_on(session, mark)

    def _take(self) -> bool:
        """Whether this process may write; from then on it alone."""
        if self._lock is None:
            with ExitStack() as stack:
                if stack.enter_context(places.locked(self.root, "writing")):
                    self._lock = stack.pop_all()
        return self._lock is not None

    def release(self) -> None:
        """Lets others write."""
        writer, self._writer = self._writer, None
        lock, self._lock = self._lock, None
        try:
            if writer:
                writer.close()
        finally:
            if lock:
                lock.close()

    def _write(self, reading: Reading) -> int:
        try:
            writer = self._current(reading)
            if writer is None:
                return build(self.root, reading)
            done = catch_up(writer, reading)
            places.tidy(self.root)
            return done
        except (OSError, ValueError) as exc:
            # opened, or built anew, by the next call
            self._writer = None
            raise Unavailable("The search index cannot be written: {reason}.", reason=str(exc)) from exc

    def _current(self, reading: Reading) -> Writer | None:
        """The writer of the index in use; None where that must be built anew."""
        folder = places.in_use(self.root)
        if self._writer and self._writer.folder != folder:
            self._writer = None
        if folder is None:
            return None
        try:
            self._writer = self._writer or Writer(self.root, folder, HEAP)
        except (OSError, ValueError) as exc:
            log.warning("index.damaged", folder=folder, reason=str(exc))
            return None
        with reading() as session:
            if self._writer.mark and feed.leads_on(session, self._writer.mark):
                return self._writer
        log.warning("index.left-behind", folder=folder)
        self._writer = None
        return None


_keepers: dict[tuple[int, Path], Keeper] = {}


def keeper(root: Path) -> Keeper:
    """This process's keeper of the indexes under `root`."""
    return _keepers.setdefault((os.getpid(), root), Keeper(root))


def catch_up(writer: Writer, reading: Reading) -> int:
    """Writes what the outbox has behind the writer's mark; returns how many assets."""
    done = 0
    while True:
        with reading() as session:
            ids, mark = feed.behind(session, writer.mark or Mark(), MOST)
            if not ids:
                return done
            writer.replace(session, ids)
        writer.commit(mark)
        done += len(ids)


def build(root: Path, reading: Reading, told: Callable[[int], Any] = lambda _done: None) -> int:
    """Builds the index anew beside the one in use, which then gives way; returns how many assets it has.

    Conflict where another process is at it already.
    """
    with places.locked(root, "building") as mine:
        if not mine:
            raise Conflict("The search index is being built already. Wait for that.")
        with reading() as session:
            mark = feed.newest(session)
        folder = places.new_folder(root)
        writer = Writer(root, folder, HEAP_OF_BUILD, new=True)
        done = 0
        for sources in _all(reading):
            writer.add(sources)
            done += len(sources)
            told(done)
        writer.commit(mark)
        catch_up(writer, reading)
        writer.close()
        places.take_over(root, folder)
    places.tidy(root)
    return done


def _all(reading: Reading) -> Iterator[list[gathering.Source]]:
    """Everything, a batch in a view of its own: what changes between them, the outbox tells of."""
    after: UUID | None = None
    while True:
        with reading() as session:
            sources, after = gathering.behind(session, after)
        yield sources
        if after is None:
            return
