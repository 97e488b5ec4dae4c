"""What a folder store asks of the operating system, with the system's errors in the archive's words."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from media_archive.errors import ArchiveError, Damaged, NoSpace, NotFound, Unavailable
from media_archive.storage.stores.store import Progress
from media_archive.storage.stores.streams import pour

FULL = (errno.ENOSPC, errno.EDQUOT)
NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK)


def explain(store: str, where: Path, exc: OSError) -> ArchiveError:
    """The archive's word for what went wrong at `where` in `store`."""
    facts = {"store": store, "path": str(where), "reason": exc.strerror or str(exc)}
    if exc.errno in FULL:
        return NoSpace("The disk of the store {store} is full ({path}). Free some space, then try again.", **facts)
    if exc.errno == errno.EROFS:
        return Unavailable(
            "The store {store} is read-only ({path}). Mount its disk for writing, then try again.", **facts
        )
    if exc.errno in (errno.EACCES, errno.EPERM):
        return Unavailable("The store {store} refuses access to {path}: {reason}. Check its owner and mode.", **facts)
    if exc.errno == errno.ENOENT:
        return NotFound("The store {store} has nothing at {path}.", **facts)
    if exc.errno == errno.EIO:
        return Damaged("The disk of the store {store} cannot read or write {path}: {reason}. Check the disk.", **facts)
    return Unavailable("The store {store} does not answer ({path}): {reason}. Check its disk.", **facts)


@contextmanager
def explained(store: str, where: Path) -> Iterator[None]:
    """Turns errors of the operating system inside the block into the archive's."""
    try:
        yield
    except OSError as exc:
        raise explain(store, where, exc) from exc


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Makes one folder, durably, unless it is there."""
    if not folder.is_dir():
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def publish(store: str, draft: Path, place: Path) -> bool:
    """Gives a finished file its name for good; False, and nothing changed, if the name is taken."""
    with explained(store, place):
        make_folder(place.parent)
        try:
            os.link(draft, place)
        except FileExistsError:
            return False
        except OSError as exc:
            if exc.errno not in NO_LINKS:
                raise
            raise Unavailable(
                "The file system under {path} has no hard links, so nothing can be stored there safely."
                " Use ext4, XFS, Btrfs, ZFS or NFS.",
                path=str(place.parent),
            ) from exc
        sync_folder(place.parent)
    return True


def digest_from_medium(store: str, file: Path, progress: Progress | None = None) -> str:
    """SHA-256 of a synced file, asked of the disk: what the page cache holds of it is dropped first."""
    with explained(store, file), file.open("rb", buffering=0) as stream:
        os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_SEQUENTIAL)
        return pour(stream, progress=progress)[0]


def room(store: str, folder: Path, keep_free: int, needed: int = 0) -> None:
    """Raises NoSpace if writing `needed` bytes would leave less than `keep_free` on the disk of `folder`."""
    with explained(store, folder):
        system = os.statvfs(folder)
    free = system.f_bavail * system.f_frsize
    if free < keep_free + needed:
        raise NoSpace(
            "The disk of the store {store} has {free} bytes left; {needed} more are to be stored and {keep_free} are"
            " to stay free. Free some space, or lower keep_free.",
            store=store,
            free=free,
            needed=needed,
            keep_free=keep_free,
        )
