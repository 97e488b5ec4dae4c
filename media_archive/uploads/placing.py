"""Laying what arrived out as it lay with its sender: the folder that the ingest is given."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from media_archive.config import Settings
from media_archive.storage.stores import disk
from media_archive.uploads import arriving
from media_archive.uploads.models import Upload
from media_archive.uploads.service import place
from media_archive.words import Message

BLOCK = 64 << 20


def tree(settings: Settings, delivery_id: UUID) -> Path:
    """The folder of a delivery."""
    return settings.incoming / "deliveries" / str(delivery_id)


def lay_out(settings: Settings, delivery_id: UUID, uploads: Sequence[Upload]) -> dict[UUID, Message]:
    """Puts every upload where its path says; safe to repeat after a kill. Returns why some could not be.

    Raises NoSpace or Unavailable where the disk does not do what it should.
    """
    root = tree(settings, delivery_id)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    refused: dict[UUID, Message] = {}
    for upload in uploads:
        try:
            _lay(settings, root / upload.path, upload)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            refused[upload.id] = Message("A file and a folder of the delivery have the same name. Rename one of them.")
        except FileNotFoundError:
            refused[upload.id] = Message("What had arrived of it is gone from the disk. Send it again.")
        except OSError as exc:
            if exc.errno in (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ):
                refused[upload.id] = Message("The disk cannot hold a file of this name. Rename it.")
                continue
            raise disk.explain(arriving.PLACE, root / upload.path, exc) from exc
    return refused


def _lay(settings: Settings, there: Path, upload: Upload) -> None:
    if there.is_file():
        return
    there.parent.mkdir(parents=True, exist_ok=True)
    arrived = place(settings, upload.id)
    if upload.parts:
        _join(arrived, [place(settings, UUID(part)) for part in upload.parts])
    elif upload.size == 0:
        arrived.parent.mkdir(parents=True, exist_ok=True)
        arrived.touch()
    if upload.modified_ns is not None:
        os.utime(arrived, ns=(upload.modified_ns, upload.modified_ns))
    arrived.rename(there)
    disk.sync_folder(there.parent)
    for part in upload.parts or ():
        place(settings, UUID(part)).unlink(missing_ok=True)


def _join(whole: Path, parts: Sequence[Path]) -> None:
    """Lays the bytes of `parts` one behind the other; the system shares or copies them, Python sees none."""
    with whole.open("wb") as target:
        for part in parts:
            with part.open("rb") as source:
                left = os.fstat(source.fileno()).st_size
                while left:
                    done = _copy(source.fileno(), target.fileno(), min(left, BLOCK))
                    left -= done
        os.fsync(target.fileno())


def _copy(source: int, target: int, count: int) -> int:
    try:
        done = os.copy_file_range(source, target, count)
    except OSError as exc:
        if exc.errno not in (errno.EXDEV, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL):
            raise
        done = os.sendfile(target, source, None, count)
    if not done:
        raise OSError(errno.EIO, "a part ended before its end")
    return done
