"""Requests for originals or for a use: how far each is, and what may follow."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from media_archive.db import Base, new_id, now
from media_archive.errors import Conflict


class Step(StrEnum):
    """How far a request is."""

    ASKED = "asked"
    #: the archive asked something back
    QUERIED = "queried"
    #: the package is being made
    APPROVED = "approved"
    READY = "ready"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    #: the use was reported
    CLOSED = "closed"


#: what waits for the archive's word, or for the requester's
OPEN = (Step.ASKED, Step.QUERIED)


class UseRequest(Base):
    """Somebody asks an archive for originals or for a use of what it holds."""

    __tablename__ = "use_request"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: the archive that decides. Not called `archive_id`: requesters of other archives see their own requests too
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"))
    asked_by: Mapped[str] = mapped_column(String(128))
    title: Mapped[str] = mapped_column(String(1024))
    #: a key of `wishes.PURPOSES`, and the requester's words
    purpose: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    #: the day until which it is used: "2027-06-30"; None where nobody said
    use_until: Mapped[str | None] = mapped_column(String(10))
    #: a key of `wishes.FORMS`; the archive may approve another
    form: Mapped[str] = mapped_column(String(16))
    contact: Mapped[str] = mapped_column(String(512), default="")
    state: Mapped[Step] = mapped_column(String(16), default=Step.ASKED)
    question: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str | None] = mapped_column(String(128))
    decided_at: Mapped[datetime | None] = mapped_column()
    #: under which conditions it was approved, or why it was refused
    word: Mapped[str] = mapped_column(Text, default="")
    #: days that the package may be taken away, and how many assets are in it
    days: Mapped[int | None] = mapped_column()
    granted: Mapped[int] = mapped_column(default=0)
    #: the parcel, as long as it is kept
    parcel_id: Mapped[UUID | None] = mapped_column(index=True)
    take_until: Mapped[datetime | None] = mapped_column()
    taken: Mapped[int] = mapped_column(default=0)
    taken_at: Mapped[datetime | None] = mapped_column()
    #: when the use is to be reported, and what was: {"published", "date", "address", "note", "deleted"}
    report_due: Mapped[datetime | None] = mapped_column()
    report: Mapped[dict[str, Any] | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        Index("ix_use_request_owner", "owner_id", "state"),
        Index("ix_use_request_asker", "asked_by", "state"),
    )

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.state in OPEN

    def ask_back(self, question: str, who: str) -> None:
        """The archive needs to know more first."""
        self._must_be(Step.ASKED)
        self.state, self.question, self.decided_by = Step.QUERIED, question, who

    def answer_back(self, answer: str) -> None:
        """The requester answers."""
        self._must_be(Step.QUERIED)
        self.state, self.answer = Step.ASKED, answer

    def withdraw(self) -> None:
        """The requester needs it no longer."""
        self._must_be(*OPEN)
        self.state = Step.WITHDRAWN

    def refuse(self, reason: str, who: str) -> None:
        """The archive refuses."""
        self._must_be(*OPEN)
        self.state, self.word, self.decided_by, self.decided_at = Step.REFUSED, reason, who, now()

    def approve(self, form: str, conditions: str, days: int, granted: int, who: str) -> None:
        """The archive approves `granted` of the assets; the package is to be made."""
        self._must_be(*OPEN)
        self.state, self.form, self.word, self.days, self.granted = Step.APPROVED, form, conditions, days, granted
        self.decided_by, self.decided_at = who, now()

    def arrive(self, take_until: datetime, report_due: datetime) -> None:
        """The package is made."""
        self._must_be(Step.APPROVED)
        self.state, self.take_until, self.report_due = Step.READY, take_until, report_due

    def close(self, report: dict[str, Any]) -> None:
        """The requester tells what became of it."""
        self._must_be(Step.READY)
        self.state, self.report = Step.CLOSED, report

    def is_overdue(self, moment: datetime) -> bool:
        """Whether the use should have been reported before `moment`."""
        return self.state == Step.READY and self.report_due is not None and self.report_due <= moment

    def can_be_taken(self, moment: datetime) -> bool:
        """Whether the package may be taken away at `moment`."""
        made = self.state in (Step.READY, Step.CLOSED)
        return made and self.take_until is not None and self.take_until > moment

    def _must_be(self, *states: Step) -> None:
        if self.state not in states:
            raise Conflict(
                "That cannot be done with a request that is as far as this one. Reload the page: it says what can."
            )


class UseItem(Base):
    """An asset of a request."""

    __tablename__ = "use_item"

    request_id: Mapped[UUID] = mapped_column(ForeignKey("use_request.id"), primary_key=True)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column()
    #: None until the request was decided
    approved: Mapped[bool | None] = mapped_column()
