"""Long films that are being rendered in pieces by several workers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from media_archive.db import Base, new_id, now


class Division(Base):
    """One rendering of one film in pieces, from the moment it was planned."""

    __tablename__ = "division"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: no foreign key: an asset may become part of another one while its film is being rendered
    asset_id: Mapped[UUID] = mapped_column(index=True)
    #: the originals, in the order of their parts, as text
    sources: Mapped[list[Any]] = mapped_column()
    #: what each of them holds (see `streams.Streams`)
    streams: Mapped[list[Any]] = mapped_column()
    #: recipe -> version of what is made
    recipes: Mapped[dict[str, Any]] = mapped_column()
    began_at: Mapped[datetime] = mapped_column(default=now)
    #: joined, given up, or overtaken by a change of the asset
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    #: why it was given up (a Message): the film is then rendered whole
    problem: Mapped[dict[str, Any] | None] = mapped_column()

    pieces: Mapped[list["Piece"]] = relationship(back_populates="division", order_by="Piece.number")


class Piece(Base):
    """What one worker makes of a film at a time; its bytes lie in a store as a passing object (see `storage.passing`)."""

    __tablename__ = "piece"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    division_id: Mapped[UUID] = mapped_column(ForeignKey("division.id"))
    number: Mapped[int] = mapped_column()
    #: which part of the film (see `films.pieces.Share`)
    share: Mapped[dict[str, Any]] = mapped_column()
    #: where its bytes lie, and what they are; None until it is made
    store: Mapped[str | None] = mapped_column(String(64))
    sha256: Mapped[str | None] = mapped_column(String(64))
    made_at: Mapped[datetime | None] = mapped_column()

    division: Mapped[Division] = relationship(back_populates="pieces")

    __table_args__ = (UniqueConstraint("division_id", "number"),)
