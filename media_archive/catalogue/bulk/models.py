"""Changes of many assets at once, and what each asset said before."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from media_archive.db import Base, new_id, now


class BulkEdit(Base):
    """One change of all assets that a query finds; done by a job, and undone by another."""

    __tablename__ = "bulk_edit"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"))
    #: which assets: {"q", "kind", "subjects" ...} or {"ids": [...]}
    chosen: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: field -> {"how": "set" | "add" | "remove" | "replace" | "clear", "value", "with"}
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: the edit that this one undoes
    undoes: Mapped[UUID | None] = mapped_column(ForeignKey("bulk_edit.id"), index=True)
    #: asked, running, done, failed, undone, partly-undone
    state: Mapped[str] = mapped_column(String(16), default="asked")
    #: assets to look at, changed, as they were asked already, refused
    wanted: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    asked_by: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    ended_at: Mapped[datetime | None] = mapped_column()


class BulkChange(Base):
    """What a bulk edit does to one asset; all of them are written before the first is done."""

    __tablename__ = "bulk_change"

    edit_id: Mapped[UUID] = mapped_column(ForeignKey("bulk_edit.id"), primary_key=True)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True, index=True)
    #: waiting, changed, unchanged, refused, undone
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: why it was refused (a Message)
    problem: Mapped[dict[str, Any] | None] = mapped_column()

    __table_args__ = (Index("ix_bulk_change_state", "edit_id", "state", "asset_id"),)
