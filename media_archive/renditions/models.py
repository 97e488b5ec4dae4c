"""Renditions: files made from an asset's originals by a named recipe."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Float, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from media_archive.db import Base, new_id, now
from media_archive.storage.models import File


class Rendition(Base):
    """A file made from another by a recipe at a version; it can always be made again."""

    __tablename__ = "rendition"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), index=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("file.id"), index=True)
    source_id: Mapped[UUID] = mapped_column(ForeignKey("file.id"))
    recipe: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column()
    #: pixels as displayed; None for sound
    width: Mapped[int | None] = mapped_column()
    height: Mapped[int | None] = mapped_column()
    #: seconds; None for stills
    duration: Mapped[float | None] = mapped_column(Float)
    created_at: Mapped[datetime] = mapped_column(default=now)

    file: Mapped[File] = relationship(foreign_keys=[file_id])

    __table_args__ = (UniqueConstraint("asset_id", "recipe"),)
