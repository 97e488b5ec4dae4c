"""What is to be deleted, who wants it, and who agreed."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from media_archive.db import Base, new_id, now


class DisposalState(StrEnum):
    """How far a deletion is."""

    #: an accessioned asset waits for a second person
    PROPOSED = "proposed"
    #: it lies in the trash until its grace ends
    TRASHED = "trashed"
    #: its bytes are being removed: there is no way back
    PURGING = "purging"
    #: taken back, or refused by the second person
    WITHDRAWN = "withdrawn"
    #: nothing is left but its tombstone
    DELETED = "deleted"


#: states in which a wish is still open
OPEN = (DisposalState.PROPOSED, DisposalState.TRASHED, DisposalState.PURGING)


class Disposal(Base):
    """One wish to delete one asset (处置). Rows stay for ever; so does the tombstone, an Event."""

    __tablename__ = "disposal"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"))
    #: no foreign key: it outlives the asset
    asset_id: Mapped[UUID] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(String(1024))
    accession_code: Mapped[str | None] = mapped_column(String(128))
    state: Mapped[DisposalState] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(String(128))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    #: the second person, where one is needed
    approved_by: Mapped[str | None] = mapped_column(String(128))
    approved_at: Mapped[datetime | None] = mapped_column()
    #: the bytes stay at least until then
    due_at: Mapped[datetime | None] = mapped_column()
    ended_by: Mapped[str | None] = mapped_column(String(128))
    ended_at: Mapped[datetime | None] = mapped_column()
    #: why it could not be carried out when it was due (a Message)
    problem: Mapped[dict[str, Any] | None] = mapped_column()
    #: what was known when it was asked for, and the stores in which its end was told of (see `bundles.telling`):
    #: {"collections": [names], "stores": [names]}
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)

    __table_args__ = (Index("ix_disposal_state", "state", "due_at"),)
