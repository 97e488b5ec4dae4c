"""What files say of themselves, outside any archive: files and whole trees that nobody has taken in."""

import hashlib
import os
import stat
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from media_archive.errors import Unavailable
from media_archive.ingest.find import LITTER, LITTER_FOLDERS, PassedOver
from media_archive.ingest.refusing import reason
from media_archive.metadata import service as metadata
from media_archive.metadata.record import Record
from media_archive.metadata.service import Examined, Probed
from media_archive.tools.isolation import Limits, Reader
from media_archive.words import Message

#: bytes hashed before it is asked whether anybody still waits
BLOCK = 1 << 20
#: what programs and cameras write beside a file, under its stem or behind its whole name
SIDECARS = (".xmp", ".XMP", ".srt", ".SRT")
NOTHING = Examined(None, Probed(Record()))


@dataclass(frozen=True)
class Told:
    """One file: its bytes, what it is, what it says; size and digest are None where it cannot be reached."""

    path: Path
    size: int | None
    sha256: str | None
    examined: Examined
    #: why it could not be read, or not to its end; None if it was
    problem: Message | None

    @property
    def kind(self) -> str | None:
        """photo, film, sound or sidecar; a film without a picture is sound."""
        identified, record = self.examined.identified, self.examined.probed.record
        if identified is None:
            return None
        return (
            "sound"
            if identified.format.kind == "film" and record.audio and not record.video
            else identified.format.kind
        )


@dataclass(frozen=True)
class How:
    """How files are read: the zone of clocks without an offset, the seconds for one file, processes side by side."""

    zone: str
    seconds: float
    workers: int
    #: address space that a process may use beyond its start, in bytes
    memory: int


def tell(paths: Iterable[Path], how: How) -> Generator[Told, None, None]:
    """What each file of `paths` says, in the order of `files`, as soon as it is known; memory does not grow with them."""
    crew = _Crew(how)
    under_way: deque[Future[Told]] = deque()
    try:
        for found in files(paths):
            under_way.append(crew.take(found))
            while len(under_way) > 2 * how.workers or (under_way and under_way[0].done()):
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        crew.stop()


class _Crew:
    """Threads that each have a reader of their own."""

    def __init__(self, how: How) -> None:
        self._how = how
        self._own = threading.local()
        self._readers: list[Reader] = []
        self._stopped = threading.Event()
        self._threads = ThreadPoolExecutor(how.workers, "probe", initializer=self._equip)

    def _equip(self) -> None:
        limits = Limits(memory=self._how.memory, seconds=self._how.seconds, niceness=0, silent=True)
        self._own.reader = Reader(limits)
        self._readers.append(self._own.reader)

    def take(self, found: Path | PassedOver) -> Future[Told]:
        """Sets a thread on what was found."""
        return self._threads.submit(self._tell, found)

    def _tell(self, found: Path | PassedOver) -> Told:
        if isinstance(found, PassedOver):
            return Told(found.path, None, None, NOTHING, found.reason)
        return tell_one(found, self._how, self._own.reader, self._stopped)

    def stop(self) -> None:
        """Ends threads and readers, whatever they are doing."""
        self._stopped.set()
        self._threads.shutdown(wait=False, cancel_futures=True)
        for reader in self._readers:
            reader.stop()
        self._threads.shutdown()
        for reader in self._readers:
            reader.close()


def tell_one(path: Path, how: How, reader: Reader, stopped: threading.Event) -> Told:
    """What the file at `path` says; nothing about the file raises, but InterruptedError once it is `stopped`."""
    try:
        size, sha256 = _hashed(path, stopped)
    except InterruptedError:
        raise
    except OSError as exc:
        return Told(
            path, None, None, NOTHING, Message("It cannot be read: {reason}.", {"reason": exc.strerror or str(exc)})
        )
    if sha256 is None:
        return Told(path, None, None, NOTHING, Message("It is no regular file."))
    if not size:
        return Told(path, size, sha256, NOTHING, Message("The file is empty."))
    try:
        examined = metadata.examine(path, zone=how.zone, beside=sidecars(path), by=reader)
    except Unavailable as exc:
        return Told(path, size, sha256, NOTHING, exc.message)
    problem = examined.probed.problem
    if path.stat().st_size != size:
        problem = Message("The file changed while it was read. Look again when it is whole.")
    elif examined.identified is None:
        problem = problem or reason(examined.stranger)
    return Told(path, size, sha256, examined, problem)


def _hashed(path: Path, stopped: threading.Event) -> tuple[int, str | None]:
    """Size and SHA-256 of a file; no digest of what is no regular file: reading a pipe might never end."""
    if not stat.S_ISREG(path.stat().st_mode):
        return 0, None
    digest, block = hashlib.sha256(), bytearray(BLOCK)
    with path.open("rb", buffering=0) as source:
        while taken := source.readinto(block):
            if stopped.is_set():
                # a film of hundreds of gigabytes takes minutes, and Ctrl-C must not wait for them
                raise InterruptedError
            digest.update(memoryview(block)[:taken])
        return source.tell(), digest.hexdigest()


def sidecars(path: Path) -> list[Path]:
    """The sidecars beside a file: of its stem (clip.xmp), or of its whole name (clip.mp4.xmp)."""
    if path.suffix in SIDECARS:
        return []
    named = (path.parent / f"{stem}{ending}" for stem in (path.stem, path.name) for ending in SIDECARS)
    # as os.path asks it: a name of 255 bytes has no room for another ending, which is no error here
    return [one for one in named if os.path.isfile(one)]  # noqa: PTH113


def files(paths: Iterable[Path]) -> Iterator[Path | PassedOver]:
    """The files named and those below the folders named, folder by folder and by name.

    Below a folder links are not followed, and hidden files and litter are left out. What cannot be entered is told.
    """
    for path in paths:
        if os.path.isdir(path):  # noqa: PTH112 - what cannot even be asked for is told like every other file
            yield from _below(path)
        else:
            yield path


def _below(root: Path) -> Iterator[Path | PassedOver]:
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                found = sorted(_worth_a_look(entries), key=lambda one: os.fsencode(one[0]))
        except OSError as exc:
            why = Message("The folder cannot be read: {reason}.", {"reason": exc.strerror or str(exc)})
            yield PassedOver(folder, why, refused=True)
            continue
        yield from (folder / name for name, is_folder in found if not is_folder)
        waiting += [folder / name for name, is_folder in reversed(found) if is_folder]


def _worth_a_look(entries: Iterable["os.DirEntry[str]"]) -> Iterator[tuple[str, bool]]:
    """Name, and whether it is a folder."""
    for entry in entries:
        name = entry.name
        if name.startswith(".") or name.casefold() in LITTER:
            continue
        if entry.is_dir(follow_symlinks=False):
            if name.casefold() not in LITTER_FOLDERS:
                yield name, True
        elif entry.is_file(follow_symlinks=False):
            yield name, False
