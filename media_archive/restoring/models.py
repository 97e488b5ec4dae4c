"""Requests to bring originals back from offline storage, and how far each file is."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from media_archive.db import Base, new_id, now


class RestoreState(StrEnum):
    """How far a restore is."""

    #: it waits for its batch, or for the day's budget
    WAITING = "waiting"
    #: the store was asked and is at work
    ASKED = "asked"
    READY = "ready"
    #: its time ran out, or somebody gave it back
    ENDED = "ended"
    FAILED = "failed"


class RestoreRequest(Base):
    """Somebody needs originals that are offline."""

    __tablename__ = "restore_request"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"))
    asked_by: Mapped[str] = mapped_column(String(128), index=True)
    #: what it is for, in the requester's words
    purpose: Mapped[str] = mapped_column(Text)
    #: what was asked for, as people see it: the name of a collection or of an asset
    title: Mapped[str] = mapped_column(String(1024))
    #: how many days the originals are to stay readable
    days: Mapped[int] = mapped_column()
    #: when the requester was told that all is ready; and when they had seen it
    told_at: Mapped[datetime | None] = mapped_column()
    seen_at: Mapped[datetime | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=now)
    #: when the last of it was given back or ran out
    ended_at: Mapped[datetime | None] = mapped_column()

    items: Mapped[list["RestoreItem"]] = relationship(back_populates="request")


class RestoreItem(Base):
    """One file of a request."""

    __tablename__ = "restore_item"

    request_id: Mapped[UUID] = mapped_column(ForeignKey("restore_request.id"), primary_key=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("file.id"), primary_key=True, index=True)
    #: the copy that is brought back
    copy_id: Mapped[UUID | None] = mapped_column(ForeignKey("copy.id", ondelete="SET NULL"))
    bytes: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[RestoreState] = mapped_column(String(16), default=RestoreState.WAITING)
    #: as the profile told when it was asked for: hours to the first byte, and the price of reading it
    hours: Mapped[float] = mapped_column(Float, default=0.0)
    price: Mapped[float] = mapped_column(Float, default=0.0)
    #: when it is to be looked at next, as long as it waits or is under way
    look_at: Mapped[datetime] = mapped_column(default=now)
    asked_at: Mapped[datetime | None] = mapped_column()
    ready_at: Mapped[datetime | None] = mapped_column()
    ends_at: Mapped[datetime | None] = mapped_column()
    #: why it failed, or waits (a Message)
    problem: Mapped[dict[str, Any] | None] = mapped_column()

    request: Mapped[RestoreRequest] = relationship(back_populates="items")

    __table_args__ = (Index("ix_restore_item_state", "state", "look_at"),)
