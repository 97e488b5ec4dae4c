"""Plans: what must be copied, changed in class or released so that every file lies where the profile wants it."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from media_archive.db import Base, new_id, now


class PlanState(StrEnum):
    """How far a plan is."""

    MADE = "made"
    APPLYING = "applying"
    DONE = "done"
    CANCELLED = "cancelled"


class Action(StrEnum):
    """What a step does with a file."""

    #: a further copy in a tier
    COPY = "copy"
    #: the copy in a store changes its storage class
    RECLASS = "reclass"
    #: a copy that no rule needs is removed, after its grace
    RELEASE = "release"
    #: a copy is read back because its rule says it is time
    AUDIT = "audit"


class StepState(StrEnum):
    """How far a step is."""

    PLANNED = "planned"
    DONE = "done"
    FAILED = "failed"
    #: when its turn came, it was no longer right: a hold, another rule, too few other copies
    DROPPED = "dropped"


class Plan(Base):
    """What one look at the catalogue found to be done."""

    __tablename__ = "storage_plan"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: name of the profile, and a digest of what it said
    profile: Mapped[str] = mapped_column(String(64))
    edition: Mapped[str] = mapped_column(String(64))
    #: which assets it was made for, as it was asked; empty for all
    query: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[PlanState] = mapped_column(String(16), default=PlanState.MADE)
    #: sums by rule and action, and costs (see `planner`)
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_by: Mapped[str] = mapped_column(String(128), default="system")
    applied_by: Mapped[str | None] = mapped_column(String(128))
    created_at: Mapped[datetime] = mapped_column(default=now)
    applied_at: Mapped[datetime | None] = mapped_column()
    #: why it rests, and until when: a full store, one that does not answer, the day's budget
    problem: Mapped[dict[str, Any] | None] = mapped_column()
    rests_until: Mapped[datetime | None] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()


class Step(Base):
    """One thing that a plan does with one file."""

    __tablename__ = "storage_step"

    #: in the order in which they are done
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("storage_plan.id"), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    action: Mapped[Action] = mapped_column(String(16))
    #: a plan is paper: what it speaks of may be gone when it is applied, and no removal waits for a plan
    file_id: Mapped[UUID] = mapped_column()
    #: the copy that is read, changed or released
    copy_id: Mapped[UUID | None] = mapped_column()
    #: names of tiers of the profile
    from_tier: Mapped[str | None] = mapped_column(String(64))
    to_tier: Mapped[str | None] = mapped_column(String(64))
    #: the rule that asks for it (its name, or its number from 1)
    rule: Mapped[str] = mapped_column(String(128))
    bytes: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[StepState] = mapped_column(String(16), default=StepState.PLANNED)
    #: why it failed or was dropped (a Message)
    problem: Mapped[dict[str, Any] | None] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (Index("ix_storage_step_state", "plan_id", "state", "position"),)


class StorageOverview(Base):
    """The last sums over the whole catalogue (see `overview`)."""

    __tablename__ = "storage_overview"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(default=now)
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
