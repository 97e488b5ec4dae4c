"""What people send: deliveries, and the files in them that arrive in pieces."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from media_archive.db import Base, new_id, now


class Stage(StrEnum):
    """How far a delivery is."""

    #: files may be added
    OPEN = "open"
    #: it was handed over: the ingest takes it in
    HANDED_OVER = "handed over"
    #: every file has its outcome; what arrived lies beside the stores until enough copies are verified
    TAKEN_IN = "taken in"
    #: nothing of it is left where it arrived
    CLEARED = "cleared"


class Delivery(Base):
    """Files that one person sends together; what they are is said first (交接批)."""

    __tablename__ = "delivery"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"))
    #: login of who sends it: beside them only those see it who see to arrivals
    owner: Mapped[str] = mapped_column(String(128))
    stage: Mapped[Stage] = mapped_column(String(16), default=Stage.OPEN)
    #: what is known of all of it (see `deliveries.Template`)
    template: Mapped[dict[str, Any]] = mapped_column(default=dict)
    shoot_id: Mapped[UUID | None] = mapped_column(ForeignKey("shoot.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    handed_at: Mapped[datetime | None] = mapped_column()
    taken_at: Mapped[datetime | None] = mapped_column()
    cleared_at: Mapped[datetime | None] = mapped_column()
    #: why it could not be taken in (a Message)
    problem: Mapped[dict[str, Any] | None] = mapped_column()

    __table_args__ = (Index("ix_delivery_owner", "owner", "created_at"), Index("ix_delivery_stage", "stage"))


class Upload(Base):
    """One file that is sent in pieces (tus 1.0.0), or that stays with its sender because the archive has its bytes.

    How much of it has come is told by the file on disk alone.
    """

    __tablename__ = "upload"

    #: random, so that it cannot be guessed from others
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    owner: Mapped[str] = mapped_column(String(128))
    #: None for a part, which belongs to what is joined of it
    delivery_id: Mapped[UUID | None] = mapped_column(ForeignKey("delivery.id"))
    #: below the folder that was sent; "" for a part
    path: Mapped[str] = mapped_column(String(4096), default="")
    #: SHA-256 of the path: paths may be too long for an index; None for a part
    path_key: Mapped[str | None] = mapped_column(String(64))
    #: bytes; None while the sender does not know
    size: Mapped[int | None] = mapped_column(BigInteger)
    #: the header Upload-Metadata as it came
    told: Mapped[str] = mapped_column(Text, default="")
    #: nanoseconds since 1970: when the sender's file was last changed
    modified_ns: Mapped[int | None] = mapped_column(BigInteger)
    #: as the sender computed it
    sha256: Mapped[str | None] = mapped_column(String(64))
    #: the uploads that it is joined of, in order
    parts: Mapped[list[Any] | None] = mapped_column()
    #: for a part: what it was joined into
    joined_into: Mapped[UUID | None] = mapped_column(ForeignKey("upload.id"))
    #: the archive has these bytes, and the sender kept them
    left_out: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    #: when its last byte was there
    finished_at: Mapped[datetime | None] = mapped_column()
    #: what became of it in the ingest: outcome, digest of what was stored, why (a Message), the asset
    outcome: Mapped[str | None] = mapped_column(String(16))
    stored_sha256: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[dict[str, Any] | None] = mapped_column()
    asset_id: Mapped[UUID | None] = mapped_column()
    #: when what had arrived was removed
    cleared_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (
        UniqueConstraint("delivery_id", "path_key"),
        Index("ix_upload_finished_at", "finished_at", "created_at"),
        Index("ix_upload_joined_into", "joined_into"),
    )
