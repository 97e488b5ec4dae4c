"""Entering a new asset into the catalogue: its rows, its event, its place in the outbox and the work it needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue import service
from media_archive.catalogue.models import Asset, Kind, Shoot
from media_archive.catalogue.subjects import service as city
from media_archive.catalogue.subjects.models import Subject
from media_archive.db import new_id
from media_archive.events import service as events
from media_archive.jobs import service as jobs
from media_archive.storage.models import Copy, File, Phase, Role


@dataclass(frozen=True)
class Stored:
    """A file whose bytes lie in a store, read back and matched."""

    role: Role
    name: str
    raw_name: bytes | None
    folder: str
    size: int
    sha256: str
    fingerprint: str | None
    media_type: str
    format: str
    modified_at: datetime | None
    store: str
    key: str
    verified_at: datetime
    #: its number where one recording spans several originals
    part: int | None = None
    storage_class: str = "STANDARD"
    #: name of the key that the store encrypted them with
    key_id: str | None = None


def original(session: Session, archive_id: UUID, sha256: str) -> File | None:
    """The original of `archive_id` with these bytes."""
    same = select(File).where(File.archive_id == archive_id, File.sha256 == sha256, File.role == Role.ORIGINAL)
    return session.scalars(same).one_or_none()


def register(
    session: Session,
    shoot: Shoot,
    kind: Kind,
    files: Sequence[Stored],
    subjects: Sequence[Subject],
    who: str,
    grouping: str | None = None,
) -> Asset:
    """A new asset of `shoot` with its files and copies, linked to `subjects`; asks for its probe.

    `grouping` is the rule that put the files together.
    """
    taken = min((file.modified_at for file in files if file.modified_at), default=None)
    asset = Asset(id=new_id(), archive_id=shoot.archive_id, shoot_id=shoot.id, kind=kind, grouping=grouping)
    if taken:
        asset.shown_at = taken
    session.add(asset)
    session.flush()
    _add_files(session, asset, files)
    city.link(session, asset.id, subjects, said_by="shoot")
    _record(session, asset, files, who)
    return asset


def attach(session: Session, asset: Asset, files: Sequence[Stored], who: str) -> None:
    """Further files of an asset that is there already; asks for its probe again."""
    _add_files(session, asset, files)
    _record(session, asset, files, who)


def mend(session: Session, file: File, stored: Stored, who: str) -> None:
    """The bytes of `file` came in again and were read back: its copy in that place is good now, or there is one now."""
    there = next((copy for copy in file.copies if (copy.store, copy.key) == (stored.store, stored.key)), None)
    if there is None:
        session.add(_copy(file.id, stored))
    elif there.problem is None and there.verified_at:
        return
    else:
        there.problem, there.verified_at, there.audited_at = None, stored.verified_at, stored.verified_at
        there.phase, there.condemned_at, there.key_id = Phase.HERE, None, stored.key_id
    events.record(session, who, "replication", "asset", file.asset_id, stores=[stored.store], files=1)


def _add_files(session: Session, asset: Asset, files: Sequence[Stored]) -> None:
    for file in files:
        row = File(
            id=new_id(),
            archive_id=asset.archive_id,
            asset_id=asset.id,
            role=file.role,
            name=file.name,
            raw_name=file.raw_name,
            folder=file.folder,
            size=file.size,
            sha256=file.sha256,
            fingerprint=file.fingerprint,
            media_type=file.media_type,
            format=file.format,
            part=file.part,
            modified_at=file.modified_at,
        )
        session.add(row)
        session.add(_copy(row.id, file))


def _copy(file_id: UUID, stored: Stored) -> Copy:
    return Copy(
        file_id=file_id,
        store=stored.store,
        key=stored.key,
        storage_class=stored.storage_class,
        key_id=stored.key_id,
        verified_at=stored.verified_at,
    )


def _record(session: Session, asset: Asset, files: Sequence[Stored], who: str) -> None:
    names = [{"name": file.name, "sha256": file.sha256, "size": file.size} for file in files]
    rule = {"grouping": asset.grouping} if asset.grouping else {}
    events.record(session, who, "ingestion", "asset", asset.id, files=names, **rule)
    service.touch(session, asset.id)
    jobs.request(session, "probe", asset.id, shoot_id=asset.shoot_id, who=who)


def when_modified(modified_ns: int) -> datetime | None:
    """A file system's time as an instant; None where it is out of any calendar."""
    try:
        return datetime.fromtimestamp(modified_ns / 1e9, UTC)
    except (OverflowError, OSError, ValueError):
        return None
