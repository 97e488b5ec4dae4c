"""Where the index lies: a folder for each one built, and a file that names the one in use, so that another takes over at once.

index/current      {"folder": "0192...", "version": 1}
index/0192.../     a Tantivy index
index/writing.lock held by the one process that writes
index/building.lock held while another index is built beside
"""

import fcntl
import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import tantivy

from media_archive.db import new_id
from media_archive.errors import Unavailable
from media_archive.search.index import schema


@dataclass(frozen=True)
class Snapshot:
    """An index as one commit left it. `generation` differs with every commit."""

    searcher: Any
    index: tantivy.Index
    generation: tuple[Any, ...]

    @cached_property
    def schema(self) -> tantivy.Schema:
        """The fields that it has."""
        return self.index.schema

    @cached_property
    def mark(self) -> dict[str, Any]:
        """How far it has followed the outbox (see `feed.Mark`); empty where that was never told."""
        hits = self.searcher.search(tantivy.Query.term_query(self.schema, "id", schema.MARK), limit=1).hits
        return json.loads(self.searcher.doc(hits[0][1])["mark"][0]) if hits else {}


class Reader:
    """The index in use, as this process reads it: looks with each question whether there is a newer commit."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._index: tantivy.Index | None = None
        self._folder = ""
        self._root = str(root)
        #: what the file that names the index said, and which it was
        self._named: tuple[tuple[int, int], str | None] = ((0, 0), None)
        self._seen: Snapshot | None = None

    def snapshot(self) -> Snapshot:
        """The newest commit; Unavailable where there is no index that this program can read."""
        for attempt in range(3):
            try:
                return self._newest()
            except (OSError, ValueError) as exc:
                # between its name and its files another may have taken over
                self._index, self._seen = None, None
                if attempt == 2:
                    raise Unavailable(
                        "The search index is not there yet or cannot be read. It is built anew by itself; try again "
                        "in a while, or run `media-archive index rebuild`."
                    ) from exc
        raise AssertionError

    def _newest(self) -> Snapshot:
        folder = self._in_use()
        if folder is None:
            raise FileNotFoundError(self.root)
        # this is done for every question: without making paths
        told = os.stat(f"{self._root}/{folder}/meta.json")  # noqa: PTH116
        generation = (folder, told.st_mtime_ns, told.st_ino)
        seen = self._seen
        if seen is not None and seen.generation == generation:
            return seen
        with self._lock:
            if self._index is None or folder != self._folder:
                self._index, self._folder = schema.opened(self.root / folder), folder
            self._index.reload()
            self._seen = Snapshot(self._index.searcher(), self._index, generation)
            return self._seen

    def _in_use(self) -> str | None:
        there = os.stat(f"{self._root}/current")  # noqa: PTH116
        which = (there.st_mtime_ns, there.st_ino)
        if self._named[0] != which:
            self._named = (which, in_use(self.root))
        return self._named[1]


_readers: dict[tuple[int, Path], Reader] = {}


def reader(root: Path) -> Reader:
    """This process's reader of the indexes under `root`."""
    return _readers.setdefault((os.getpid(), root), Reader(root))


def in_use(root: Path) -> str | None:
    """The folder of the index in use; None where there is none, or one of another version."""
    try:
        told = json.loads((root / "current").read_bytes())
        return str(told["folder"]) if told["version"] == schema.VERSION else None
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def new_folder(root: Path) -> str:
    """An empty folder for another index."""
    folder = new_id().hex
    (root / folder).mkdir(parents=True)
    return folder


def take_over(root: Path, folder: str) -> None:
    """From now on the index in `folder` is the one in use."""
    draft = root / f"current.{os.getpid()}.{threading.get_ident()}"
    with draft.open("w") as file:
        json.dump({"folder": folder, "version": schema.VERSION}, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(root / "current")


def tidy(root: Path) -> None:
    """Removes indexes that are out of use, unless one is being built."""
    with locked(root, "building") as mine:
        keep = in_use(root)
        if not mine or keep is None:
            return
        for other in root.iterdir():
            if other.is_dir() and other.name != keep:
                shutil.rmtree(other, ignore_errors=True)


@contextmanager
def locked(root: Path, name: str) -> Iterator[bool]:
    """Whether this caller alone, of all processes and threads, is in here under that name; asks once and waits for nobody."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / f"{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
