"""Folders that are looked into again and again, and what was seen in them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from media_archive.db import Base, new_id, now


class WatchFolder(Base):
    """A folder of a camera, a NAS or another program, out of which files are taken in as they come to rest."""

    __tablename__ = "watch_folder"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"))
    path: Mapped[str] = mapped_column(String(4096))
    #: what is known of all of it (see `ingest.wish.Wish`); "{folder}" and "{day}" in the shoot's name are filled in
    wish: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: seconds for which size and date of a file must have stood still
    quiet_seconds: Mapped[int] = mapped_column(default=60)
    added_by: Mapped[str] = mapped_column(String(128), default="system")
    added_at: Mapped[datetime] = mapped_column(default=now)
    #: since when it is not looked into for the time being
    paused_at: Mapped[datetime | None] = mapped_column()
    scanned_at: Mapped[datetime | None] = mapped_column()
    #: why the last look failed (a Message)
    problem: Mapped[dict[str, Any] | None] = mapped_column()


class Sighting(Base):
    """A file as it was seen in a watch folder."""

    __tablename__ = "sighting"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    folder_id: Mapped[UUID] = mapped_column(ForeignKey("watch_folder.id"))
    #: SHA-256 of the path's bytes
    path_key: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    modified_ns: Mapped[int] = mapped_column(BigInteger)
    #: since when it has that size and date
    since: Mapped[datetime] = mapped_column(default=now)
    #: when it was given to the ingest with that size and date
    taken_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (UniqueConstraint("folder_id", "path_key"),)
