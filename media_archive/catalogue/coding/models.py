"""Accession codes (档号): the counters they are drawn from, and the codes that assets had before."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from media_archive.db import Base, new_id, now


class Counter(Base):
    """The last number drawn within a scope; drawn in the transaction that uses it, so that there is no gap."""

    __tablename__ = "accession_counter"

    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"), primary_key=True)
    #: what stands before the number: "J001-ZP·2024-D30-"
    scope: Mapped[str] = mapped_column(String(128), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class Alias(Base):
    """A code that an asset had, or has elsewhere; it still leads there, and is never given again."""

    __tablename__ = "accession_alias"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"))
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), index=True)
    code: Mapped[str] = mapped_column(String(128), index=True)
    note: Mapped[str] = mapped_column(String(255), default="")
    said_by: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime] = mapped_column(default=now)
