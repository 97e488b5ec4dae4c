"""Work that was asked for."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Float, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from media_archive.db import Base, new_id, now


class State(StrEnum):
    """Where a job stands."""

    WANTED = "wanted"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class Job(Base):
    """One piece of work on one thing, safe to run twice, held by a lease while it runs."""

    __tablename__ = "job"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(32))
    queue: Mapped[str] = mapped_column(String(16))
    state: Mapped[State] = mapped_column(String(16), default=State.WANTED)
    #: what it works on: the kind says of which table
    target: Mapped[UUID | None] = mapped_column(index=True)
    shoot_id: Mapped[UUID | None] = mapped_column(index=True)
    args: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: "kind:target" while unfinished, so that the same work is asked for once; None when ended
    ticket: Mapped[str | None] = mapped_column(String(160))
    attempts: Mapped[int] = mapped_column(default=0)
    #: 0 to 1; None where it cannot be told
    progress: Mapped[float | None] = mapped_column(Float)
    #: why the last attempt failed (a Message)
    problem: Mapped[dict[str, Any] | None] = mapped_column()
    run_after: Mapped[datetime] = mapped_column(default=now)
    held_by: Mapped[str | None] = mapped_column(String(128))
    held_until: Mapped[datetime | None] = mapped_column()
    asked_by: Mapped[str] = mapped_column(String(128), default="system")
    created_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (
        UniqueConstraint("ticket"),
        Index("ix_job_due", "queue", "state", "run_after"),
        Index("ix_job_held", "state", "held_until"),
    )
