"""Walking the folders of a shoot: what is a candidate, and what is passed over and why."""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from media_archive.errors import Invalid, NotFound
from media_archive.words import Message

#: left behind by operating systems and NAS boxes; never somebody's work
LITTER = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r", "lost.dir", "indexervolumeguid"})
LITTER_FOLDERS = frozenset(
    {"__macosx", "@eadir", "#recycle", "$recycle.bin", "system volume information", "lost+found", "recycler"}
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A regular file that may be media."""

    path: Path
    #: its folder below the path that was asked for, as text; "" at the top
    folder: str
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Something that is not looked into; `refused` where somebody should know, else it is only counted."""

    path: Path
    reason: Message
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Folder:
    """What one folder holds, by name."""

    candidates: Sequence[Candidate]
    passed_over: Sequence[PassedOver]
    #: None for a single file that was asked for by name
    path: Path | None = None
    #: names of the folders in it that are entered
    below: Sequence[str] = ()


def as_text(path: Path | str) -> str:
    """A path as text that a database can hold: UTF-8, else GB18030 as old Chinese disks have it, else escaped."""
    raw = os.fsencode(path)
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def raw_if_odd(path: Path | str) -> bytes | None:
    """The bytes of a path whose name is not UTF-8; None for the others, whose text says it all."""
    raw = os.fsencode(path)
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw
    return None


def checked(paths: Sequence[Path], own: Sequence[Path]) -> list[Path]:
    """The paths made absolute; refuses what is not there, or lies inside the archive's `own` folders."""
    if not paths:
        raise Invalid("No folder or file was named. Name at least one.")
    absolute = []
    for path in paths:
        if not os.path.exists(path):  # noqa: PTH110 - raises for no name, however long
            raise NotFound(
                "{path} does not exist. Check the spelling, and that the card or disk is mounted.", path=as_text(path)
            )
        real = path.resolve()
        if any(real == one.resolve() or one.resolve() in real.parents for one in own):
            raise Invalid(
                "{path} lies inside the archive's own folders. Ingest from where the files came from.",
                path=as_text(path),
            )
        absolute.append(real)
    return absolute


def folders(paths: Iterable[Path], own: Iterable[Path]) -> Iterator[Folder]:
    """Every folder below `paths`, depth first and by name; links are not followed, `own` folders are not entered."""
    # the walk goes by real paths, and a home is often a link to a bigger disk
    closed = frozenset(one.resolve() for one in own)
    for path in paths:
        if path.is_dir():
            yield from _walk(path, closed)
        else:
            yield _sorted_out([path], "")


def _walk(root: Path, closed: frozenset[Path]) -> Iterator[Folder]:
    waiting = [(root, "")]
    while waiting:
        path, name = waiting.pop()
        try:
            with os.scandir(path) as entries:
                found = sorted((Path(entry.path) for entry in entries), key=lambda one: os.fsencode(one.name))
        except OSError as exc:
            reason = Message("The folder cannot be read: {reason}.", {"reason": exc.strerror or str(exc)})
            yield Folder([], [PassedOver(path, reason, refused=True)], path)
            continue
        below, passed_over = _subfolders(found, closed)
        waiting += [(one, f"{name}/{as_text(one.name)}".lstrip("/")) for one in reversed(below)]
        inside = set(below) | {one.path for one in passed_over}
        rest = _sorted_out([one for one in found if one not in inside], name)
        names = [as_text(one.name) for one in below]
        yield Folder(rest.candidates, [*passed_over, *rest.passed_over], path, names)


def _subfolders(found: Sequence[Path], closed: frozenset[Path]) -> tuple[list[Path], list[PassedOver]]:
    below, passed_over = [], []
    for path in found:
        if path.is_symlink() or not path.is_dir():
            continue
        if path in closed:
            passed_over.append(PassedOver(path, Message("the archive's own folder")))
        elif path.name.startswith(".") or path.name.casefold() in LITTER_FOLDERS:
            passed_over.append(PassedOver(path, Message("hidden or system folder")))
        else:
            below.append(path)
    return below, passed_over


def _sorted_out(paths: Sequence[Path], folder: str) -> Folder:
    candidates: list[Candidate] = []
    passed_over: list[PassedOver] = []
    for path in paths:
        one = _look(path, folder)
        if isinstance(one, Candidate):
            candidates.append(one)
        else:
            passed_over.append(one)
    return Folder(candidates, passed_over)


def _look(path: Path, folder: str) -> Candidate | PassedOver:
    try:
        status = path.lstat()
    except OSError as exc:
        return PassedOver(
            path, Message("It cannot be read: {reason}.", {"reason": exc.strerror or str(exc)}), refused=True
        )
    if stat.S_ISLNK(status.st_mode):
        return PassedOver(path, Message("a link; its target is taken where it lies"))
    if not stat.S_ISREG(status.st_mode):
        return PassedOver(path, Message("not a regular file"))
    if path.name.startswith(".") or path.name.casefold() in LITTER:
        return PassedOver(path, Message("hidden or system file"))
    return Candidate(path, folder, status.st_size, status.st_mtime_ns)
