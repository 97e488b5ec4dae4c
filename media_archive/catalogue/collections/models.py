"""Selections of assets: in an order of their own, or by a query that stays current; parts of films; pictures of then and now."""

from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Float, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from media_archive.db import Base, new_id, now

if TYPE_CHECKING:
    from media_archive.catalogue.models import Asset

#: exact seconds are written "n/d"
EXACT = 40


class Purpose(StrEnum):
    """What a collection is kept for."""

    ALBUM = "album"
    #: what one person likes (收藏)
    FAVOURITES = "favourites"
    #: parts of films (素材箱, see `cutting`)
    BIN = "bin"


class Collection(Base):
    """An ordered selection of assets (专题、收藏夹), or a saved query."""

    __tablename__ = "collection"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"))
    purpose: Mapped[Purpose] = mapped_column(String(16), default=Purpose.ALBUM, server_default="album")
    name: Mapped[str] = mapped_column(String(255))
    note: Mapped[str] = mapped_column(Text, default="")
    #: the collection that it lies in
    parent_id: Mapped[UUID | None] = mapped_column(index=True)
    #: what a saved query asks for: {"q": "…", "kind": "film"}; None where the assets were put in by hand
    query: Mapped[dict[str, Any] | None] = mapped_column()
    #: who sees it: "archive" (everybody of the archive), "private" (who made it and `shared_with`)
    visibility: Mapped[str] = mapped_column(String(16), default="archive")
    #: logins of others who may see it, and of those who may also change it: {"see": [], "change": []}
    shared_with: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str] = mapped_column(String(128), default="system")
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)

    items: Mapped[list["CollectionItem"]] = relationship(order_by="CollectionItem.position")


class CollectionItem(Base):
    """An asset's place in a collection."""

    __tablename__ = "collection_item"

    collection_id: Mapped[UUID] = mapped_column(ForeignKey("collection.id"), primary_key=True)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True, index=True)
    #: grows along the collection; gaps are left, so that moving one asset writes one row
    position: Mapped[int] = mapped_column()
    note: Mapped[str] = mapped_column(Text, default="")

    asset: Mapped["Asset"] = relationship()


class Comparison(Base):
    """Two pictures of one place, then and now, saved side by side (今昔对比)."""

    __tablename__ = "comparison"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"))
    title: Mapped[str] = mapped_column(String(1024), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    #: what both show, or where both were taken (WGS-84 degrees)
    subject_id: Mapped[UUID | None] = mapped_column(ForeignKey("subject.id"), index=True)
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    then_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"))
    now_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"))
    created_by: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("then_id", "now_id"),)


class Marker(Base):
    """A place in a film or recording that somebody wrote something at (标记)."""

    __tablename__ = "marker"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), index=True)
    #: exact seconds from the first frame
    at: Mapped[str] = mapped_column(String(EXACT))
    #: one of `markers.COLOURS`
    colour: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def seconds(self) -> Fraction:
        """Exact seconds from the first frame."""
        return Fraction(self.at)


class Clip(Base):
    """A part of a film that lies in a bin; the order of a bin is its rough cut (粗剪)."""

    __tablename__ = "clip"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    collection_id: Mapped[UUID] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"))
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), index=True)
    #: exact seconds from the first frame: of the first that belongs to it, and of the first that does not any more
    begins: Mapped[str] = mapped_column(String(EXACT))
    ends: Mapped[str] = mapped_column(String(EXACT))
    #: grows along the bin; gaps are left, so that moving one clip writes one row
    position: Mapped[int] = mapped_column()
    note: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_clip_order", "collection_id", "position"),)

    @property
    def span(self) -> tuple[Fraction, Fraction]:
        """Exact seconds: where it begins, and the first moment behind it."""
        return Fraction(self.begins), Fraction(self.ends)

    @property
    def length(self) -> Fraction:
        """Exact seconds that it lasts."""
        return Fraction(self.ends) - Fraction(self.begins)
