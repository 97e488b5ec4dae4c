"""What the tools found in a file, beside the normalised record made of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from media_archive.db import Base, new_id, now


class Findings(Base):
    """The raw findings of one tool in one file."""

    __tablename__ = "findings"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("file.id"), index=True)
    tool: Mapped[str] = mapped_column(String(64))
    tool_version: Mapped[str] = mapped_column(String(128))
    found: Mapped[dict[str, Any]] = mapped_column()
    found_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("file_id", "tool"),)
