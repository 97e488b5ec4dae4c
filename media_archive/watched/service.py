"""Watch folders: which there are, and where they may lie."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Archive
from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import Conflict, Forbidden, Invalid, NotFound
from media_archive.events import service as events
from media_archive.ingest.find import as_text
from media_archive.watched.models import Sighting, WatchFolder

LEAST_QUIET, MOST_QUIET = 1, 86_400
#: fields of a wish that are lists
MANY = ("projects", "landmarks", "streets")
FIELDS = ("shoot", "caption", "photographer", *MANY)


def add(
    context: Context, session: Session, archive: Archive, path: Path, wish: dict[str, Any], quiet: int, who: str
) -> WatchFolder:
    """A new watch folder. Forbidden outside the allowed roots, Conflict where one watches the same or a part of it."""
    folder = allowed(context, path)
    if not LEAST_QUIET <= quiet <= MOST_QUIET:
        raise Invalid(
            "Files must have rested for {least} to {most} seconds. Give another number.",
            least=LEAST_QUIET,
            most=MOST_QUIET,
        )
    catalogue.checked_name(str(wish.get("shoot", "")))
    for other in listed(session):
        there = Path(other.path)
        if folder == there or folder in there.parents or there in folder.parents:
            raise Conflict(
                "The watch folder {other} holds {path}, or lies in it: each file would come twice. Remove that one first.",
                other=other.path,
                path=as_text(folder),
            )
    found = WatchFolder(
        archive_id=archive.id,
        path=as_text(folder),
        wish={name: wish[name] for name in FIELDS if wish.get(name)},
        quiet_seconds=quiet,
        added_by=who,
    )
    session.add(found)
    session.flush()
    events.record(session, who, "creation", "watch folder", found.id, path=found.path, wish=found.wish)
    return found


def allowed(context: Context, path: Path) -> Path:
    """The folder without links in its path. Forbidden outside the roots that the administrator allows, and inside what
    the archive owns; NotFound where there is no folder.
    """
    real = path.resolve()
    roots = [Path(one).resolve() for one in context.settings.watch_roots.split(":") if one.strip()]
    if not any(root == real or root in real.parents for root in roots):
        raise Forbidden(
            "{path} lies below no folder in which watch folders may lie. An administrator sets them (watch_roots).",
            path=as_text(path),
        )
    own = [one.resolve() for one in context.own_folders]
    if any(real == one or one in real.parents or real in one.parents for one in own):
        raise Forbidden(
            "{path} holds folders of the archive itself, or lies in one. Watch another.", path=as_text(path)
        )
    if not real.is_dir():
        raise NotFound("{path} is no folder. Check the spelling, and that its disk is mounted.", path=as_text(path))
    return real


def listed(session: Session) -> Sequence[WatchFolder]:
    """All of them, by path."""
    return session.scalars(select(WatchFolder).order_by(WatchFolder.path)).all()


def called(session: Session, name: str) -> WatchFolder:
    """The watch folder with that path or id; NotFound where there is none."""
    for one in listed(session):
        if name in (one.path, str(one.id)) or as_text(Path(name).resolve()) == one.path:
            return one
    raise NotFound("There is no watch folder {name}. `media-archive watch list` lists them.", name=name[:200])


def remove(session: Session, folder: WatchFolder, who: str) -> None:
    """Looks into it no more; what lies there and what was taken in of it stays."""
    session.execute(delete(Sighting).where(Sighting.folder_id == folder.id))
    events.record(session, who, "deletion", "watch folder", folder.id, path=folder.path)
    session.delete(folder)


def pause(session: Session, folder: WatchFolder, who: str, *, paused: bool = True) -> None:
    """Does not look into it for the time being, or does again."""
    if paused != (folder.paused_at is not None):
        folder.paused_at = now() if paused else None
        events.record(session, who, "modification", "watch folder", folder.id, paused=paused)


def one(session: Session, folder_id: UUID) -> WatchFolder:
    """The watch folder of that id; NotFound where there is none that the viewer of the session sees."""
    found = session.get(WatchFolder, folder_id)
    if found is None:
        raise NotFound("There is no such watch folder. Reload the page.")
    return found


def get(session: Session, folder_id: UUID | None) -> WatchFolder:
    """The watch folder of a job; NotFound where it was removed since."""
    found = session.get(WatchFolder, folder_id) if folder_id else None
    if found is None:
        raise NotFound("This watch folder was removed.")
    return found
