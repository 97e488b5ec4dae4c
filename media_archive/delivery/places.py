"""Files outside the archive that a delivery makes: complete under their name, or not there at all."""

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from media_archive.errors import ArchiveError, Conflict, Invalid, NoSpace, Unavailable

LONGEST_NAME = 255


def explain(path: Path, exc: OSError) -> ArchiveError:
    """The archive's word for what went wrong while `path` was written."""
    if exc.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoSpace("The disk is full: {path} cannot be written. Free some space, then try again.", path=str(path))
    reason = exc.strerror or str(exc)
    return Unavailable("{path} cannot be written: {reason}. Choose another place.", path=str(path), reason=reason)


@contextmanager
def draft(target: Path, force: bool = False) -> Iterator[Path]:
    """A path to write to; it takes the name of `target` at the end of the block, and vanishes if the block fails.

    Raises Conflict where `target` exists, unless `force` lets it be replaced.
    """
    _refuse_taken(target, force)
    path = beside(target)
    try:
        try:
            yield path
            with path.open("rb+") as file:
                os.fsync(file.fileno())
            _refuse_taken(target, force)
            path.replace(target)
        except OSError as exc:
            raise explain(target, exc) from exc
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def beside(target: Path, mark: str = "part") -> Path:
    """A hidden name in the folder of `target` for work in progress."""
    return target.with_name(f".media-archive-{os.getpid()}-{abs(hash(target.name))}.{mark}")


def _refuse_taken(target: Path, force: bool) -> None:
    if not force and os.path.lexists(target):
        raise Conflict("{path} exists already. Choose another name, or replace it with --force.", path=str(target))


def refuse_own(path: Path, own: Iterable[Path]) -> None:
    """Raises Invalid for a place inside the archive's own folders, where nothing but the archive writes."""
    for one in own:
        if path.resolve().is_relative_to(one.resolve()):
            raise Invalid(
                "{path} lies inside the archive's own folder {own}. Choose another place.", path=str(path), own=str(one)
            )


def folder(path: Path) -> Path:
    """The folder, made if it is not there."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise explain(path, exc) from exc
    return path


def fitting(stem: str, suffix: str) -> str:
    """A file name of at most 255 bytes that no file system takes for a path, the suffix kept."""
    clean = "".join("_" if sign in "/\\\0" or sign < " " else sign for sign in stem).lstrip(".") or "_"
    return clean.encode()[: LONGEST_NAME - len(suffix.encode())].decode("utf-8", "ignore") + suffix


def free_name(where: Path, stem: str, suffix: str) -> Path:
    """A name in the folder that nothing has: "stem.jpg", "stem (2).jpg" and so on."""
    number, path = 1, where / fitting(stem, suffix)
    while os.path.lexists(path):
        number += 1
        path = where / fitting(stem, f" ({number}){suffix}")
    return path
