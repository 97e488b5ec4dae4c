"""Share links and what they show."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from media_archive.db import Base, new_id, now


class Share(Base):
    """A link that shows assets to whoever has it. Only the SHA-256 of its key is kept."""

    __tablename__ = "share"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(255))
    #: what its maker tells those who open it
    note: Mapped[str] = mapped_column(Text, default="")
    #: the collection that it shows as it stands at each opening; None where it shows its `share_item`s.
    #: No foreign key: a collection may be removed, and the link is then closed
    collection_id: Mapped[UUID | None] = mapped_column()
    #: login of the person by whose rights it shows
    made_by: Mapped[str] = mapped_column(String(128), index=True)
    #: Argon2id; None where it needs none
    password: Mapped[str | None] = mapped_column(String(255))
    #: whether only what carries the watermark is shown
    marked: Mapped[bool] = mapped_column(default=False)
    #: whether renditions may be saved
    downloads: Mapped[bool] = mapped_column(default=False)
    #: how often it may be opened; None where nobody said
    most: Mapped[int | None] = mapped_column()
    openings: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column()
    revoked_at: Mapped[datetime | None] = mapped_column()
    revoked_by: Mapped[str | None] = mapped_column(String(128))

    __table_args__ = (Index("ix_share_archive", "archive_id", "id"),)


class ShareItem(Base):
    """An asset that a link shows, and its place there."""

    __tablename__ = "share_item"

    share_id: Mapped[UUID] = mapped_column(ForeignKey("share.id"), primary_key=True)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column()
