"""The city's subjects: what they are, how they were called and when, and what ties assets to them."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Float, ForeignKey, Index, String, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from media_archive.db import Base, new_id, now
from media_archive.events.models import Serial
from media_archive.words import Message

if TYPE_CHECKING:
    from media_archive.catalogue.models import Asset


class SubjectKind(StrEnum):
    """What of the city a subject is."""

    PROJECT = "project"
    LANDMARK = "landmark"
    STREET = "street"
    PIPELINE = "pipeline"
    PLACE = "place"
    EVENT = "event"
    PERSON = "person"
    ORGANISATION = "organisation"


#: how messages name the kinds of subjects
SUBJECT_WORDS = {
    SubjectKind.PROJECT: Message("project"),
    SubjectKind.LANDMARK: Message("landmark"),
    SubjectKind.STREET: Message("street"),
    SubjectKind.PIPELINE: Message("pipeline"),
    SubjectKind.PLACE: Message("place"),
    SubjectKind.EVENT: Message("event"),
    SubjectKind.PERSON: Message("person"),
    SubjectKind.ORGANISATION: Message("organisation"),
}


class Subject(Base):
    """A thing of the city that media show (主题实体): a project, a landmark, a street."""

    __tablename__ = "subject"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"))
    kind: Mapped[SubjectKind] = mapped_column(String(16))
    #: number in its own world, such as a project's; unique among its kind where there is one
    code: Mapped[str | None] = mapped_column(String(128))
    #: the name in force; former and other names lie in `names`
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str] = mapped_column(Text, default="")
    #: what is known of its kind (see `kinds.toml`): {"developer": "…", "built": "1987"}
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: where the knowledge comes from (texts)
    sources: Mapped[list[Any]] = mapped_column(default=list)
    #: GeoJSON geometry, WGS-84 degrees, longitude first (RFC 7946)
    geometry: Mapped[dict[str, Any] | None] = mapped_column()
    #: the geometry as it was given: {"geometry" (where the numbers differ), "datum", "grid" (PROJ, of the local one),
    #: "source", "accuracy" (metres)}; None where there is no more to say
    geometry_given: Mapped[dict[str, Any] | None] = mapped_column()
    #: the box around `geometry`, WGS-84 degrees
    west: Mapped[float | None] = mapped_column(Float)
    south: Mapped[float | None] = mapped_column(Float)
    east: Mapped[float | None] = mapped_column(Float)
    north: Mapped[float | None] = mapped_column(Float)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("subject.id"), index=True)
    #: the subject that took this one over; its address leads there, and lists leave it out
    merged_into: Mapped[UUID | None] = mapped_column(index=True)
    #: grows with every change: whoever changes it says which one he saw
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)

    parent: Mapped["Subject | None"] = relationship(remote_side=[id])
    names: Mapped[list["SubjectName"]] = relationship(
        back_populates="subject", order_by="SubjectName.valid_from", cascade="all, delete-orphan"
    )

    __table_args__ = (
        UniqueConstraint("archive_id", "kind", "code"),
        Index("ix_subject_name", "archive_id", "kind", "name"),
        Index("ix_subject_box", "south", "north", "west", "east"),
        Index("ix_subject_changed_at", "changed_at"),
    )


class SubjectName(Base):
    """A name of a subject and the time it was in force."""

    __tablename__ = "subject_name"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"), index=True)
    name: Mapped[str] = mapped_column(String(255), index=True)
    #: official, former, popular, abbreviated or other script
    kind: Mapped[str] = mapped_column(String(16), default="official")
    #: as precise as known: "1987", "1987-05", "1987-05-01"; None for open
    valid_from: Mapped[str | None] = mapped_column(String(10))
    valid_to: Mapped[str | None] = mapped_column(String(10))

    subject: Mapped[Subject] = relationship(back_populates="names")


class Relation(Base):
    """What one subject is to another, beside its parent: renamed from, replaced by, part of, contains."""

    __tablename__ = "subject_relation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"))
    other_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    #: when it began: "1987", "1987-05", "1987-05-01"; None where nobody knows
    since: Mapped[str | None] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Text, default="")
    said_by: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("subject_id", "kind", "other_id"),)


class Link(Base):
    """An asset shows, or is about, a subject. What a machine only suspects is a `Suggestion`, and no link."""

    __tablename__ = "link"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"))
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"))
    #: shows, taken_from or about
    role: Mapped[str] = mapped_column(String(16), default="shows")
    #: stage of the project that it shows (see `kinds.toml`)
    stage: Mapped[str | None] = mapped_column(String(32))
    #: part of a film in seconds, as exact rationals "n/d"; None for the whole
    starts: Mapped[str | None] = mapped_column(String(64))
    ends: Mapped[str | None] = mapped_column(String(64))
    #: login of a person, "shoot" if given for the whole shoot, or the rule that suggested it
    said_by: Mapped[str] = mapped_column(String(128))
    #: who accepted it, where a rule had suggested it
    confirmed_by: Mapped[str | None] = mapped_column(String(128))
    confidence: Mapped[float] = mapped_column(Float, default=1.0)
    created_at: Mapped[datetime] = mapped_column(default=now)

    asset: Mapped["Asset"] = relationship(back_populates="links")
    subject: Mapped[Subject] = relationship()

    __table_args__ = (
        # a film may show a subject in several stretches
        Index("uq_link", "asset_id", "subject_id", "role", func.coalesce(starts, ""), unique=True),
        Index("ix_link_subject", "subject_id", "asset_id"),
    )


class Suggestion(Base):
    """A link that a rule suspects, and what people decided of it; refused ones stay, so that none comes twice."""

    __tablename__ = "suggestion"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"))
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"))
    role: Mapped[str] = mapped_column(String(16), default="shows")
    #: the rule whose evidence is strongest: position, view, words, neighbours
    rule: Mapped[str] = mapped_column(String(32))
    #: 0 to 1
    confidence: Mapped[float] = mapped_column(Float)
    #: every piece of evidence: {"rule": {...}} for people to read
    why: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: open, accepted or refused
    state: Mapped[str] = mapped_column(String(16), default="open")
    decided_by: Mapped[str | None] = mapped_column(String(128))
    decided_at: Mapped[datetime | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=now)

    asset: Mapped["Asset"] = relationship()
    subject: Mapped[Subject] = relationship()

    __table_args__ = (
        UniqueConstraint("asset_id", "subject_id", "role"),
        Index("ix_suggestion_state", "state", "subject_id", "asset_id"),
    )


class SuggestionOutbox(Base):
    """What suggestions are to be made anew for; written in the transaction that changed it (see `suggesting`)."""

    __tablename__ = "suggestion_outbox"

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    #: an asset whose words or position changed; it may be gone by now
    asset_id: Mapped[UUID | None] = mapped_column()
    #: what was linked to that asset changed: pictures taken around it are looked at instead
    around: Mapped[bool] = mapped_column(default=False)
    #: a subject that changed: what lies in its box, or has its words, is looked at
    subject_id: Mapped[UUID | None] = mapped_column()
    #: how far that has come, where there is much of it
    reached: Mapped[dict[str, Any] | None] = mapped_column()
    at: Mapped[datetime] = mapped_column(default=now)
