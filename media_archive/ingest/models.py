"""Ingest runs and what became of each file they found."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from media_archive.catalogue.models import Shoot
from media_archive.db import Base, new_id, now


class Outcome(StrEnum):
    """What became of a file that was found."""

    ADDED = "added"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    SKIPPED = "skipped"


class Intake(Base):
    """One run of the ingest into a shoot; an interrupted one is continued by asking for the same again."""

    __tablename__ = "intake"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    shoot_id: Mapped[UUID] = mapped_column(ForeignKey("shoot.id"), index=True)
    #: absolute paths that were asked for
    paths: Mapped[list[Any]] = mapped_column()
    #: files and bytes found so far; complete once `counted_at` is set
    found: Mapped[int] = mapped_column(default=0)
    found_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    asked_by: Mapped[str] = mapped_column(String(128))
    started_at: Mapped[datetime] = mapped_column(default=now)
    counted_at: Mapped[datetime | None] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()
    #: who runs it now, see `jobs.holder`; a run that nobody holds and that has not ended was interrupted
    held_by: Mapped[str | None] = mapped_column(String(128))
    held_until: Mapped[datetime | None] = mapped_column()
    #: why it stopped before its end (a Message)
    problem: Mapped[dict[str, Any] | None] = mapped_column()

    shoot: Mapped[Shoot] = relationship()


class Receipt(Base):
    """What became of one file of a run."""

    __tablename__ = "receipt"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    intake_id: Mapped[UUID] = mapped_column(ForeignKey("intake.id"))
    #: SHA-256 of the path's bytes: paths may be too long for an index, or not text
    path_key: Mapped[str] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(String(8192))
    raw_path: Mapped[bytes | None] = mapped_column(LargeBinary)
    size: Mapped[int] = mapped_column(BigInteger)
    #: nanoseconds since 1970, as the file system has it
    modified_ns: Mapped[int] = mapped_column(BigInteger)
    outcome: Mapped[Outcome] = mapped_column(String(16))
    #: why it was refused or skipped, or what is to be known of it (a Message)
    reason: Mapped[dict[str, Any] | None] = mapped_column()
    asset_id: Mapped[UUID | None] = mapped_column(ForeignKey("asset.id"), index=True)
    sha256: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        UniqueConstraint("intake_id", "path_key"),
        Index("ix_receipt_outcome", "intake_id", "outcome"),
    )
