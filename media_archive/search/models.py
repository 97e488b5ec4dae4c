"""What the search reads: one row of folded text an asset, and the outbox that keeps it current."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from media_archive.db import Base, now


class Document(Base):
    """The words an asset can be found by, folded (see `search.text`)."""

    __tablename__ = "document"

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    indexed_at: Mapped[datetime] = mapped_column(default=now)
