"""The append-only record of what was done (PREMIS: event)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from media_archive.db import Base, new_id, now

Serial = BigInteger().with_variant(Integer, "sqlite")


class Event(Base):
    """A fact about what happened. Rows are only ever added; `seal` gives each its place in the chain."""

    __tablename__ = "event"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: its place in the chain, without gaps; None until sealed
    position: Mapped[int | None] = mapped_column(Serial, unique=True)
    at: Mapped[datetime] = mapped_column(default=now)
    #: login of a person, or "system"
    who: Mapped[str] = mapped_column(String(128))
    #: PREMIS event type: ingestion, fixity check, creation, metadata extraction, modification, deletion ...
    what: Mapped[str] = mapped_column(String(64))
    #: kind of the object it happened to: asset, file, copy, shoot, subject, user ...
    object_kind: Mapped[str] = mapped_column(String(32))
    object_id: Mapped[UUID | None] = mapped_column()
    #: success, failure or warning
    outcome: Mapped[str] = mapped_column(String(16), default="success")
    tool: Mapped[str] = mapped_column(String(160), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: SHA-256 over this row and the digest before it; None until sealed
    digest: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (
        Index("ix_event_object", "object_kind", "object_id"),
        Index("ix_event_at", "at"),
        Index("ix_event_who", "who", "at"),
    )
