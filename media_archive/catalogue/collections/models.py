"""Selections of assets: in an order of their own, or by a query that stays current; and pictures of then and now."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Float, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from media_archive.db import Base, new_id, now

if TYPE_CHECKING:
    from media_archive.catalogue.models import Asset


class Collection(Base):
    """An ordered selection of assets (专题、收藏夹), or a saved query."""

    __tablename__ = "collection"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"))
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
