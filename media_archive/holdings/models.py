"""What was counted last of all holdings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from media_archive.db import Base, new_id, now


class HoldingsFigures(Base):
    """The last count of everything that the archives hold (see `figures`)."""

    __tablename__ = "holdings_figures"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(default=now)
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
