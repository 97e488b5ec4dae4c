"""Shoots as lists and pages need them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset, Rendition, Shoot
from media_archive.catalogue.shown import shown
from media_archive.storage.models import File
from webapp.media.addresses import of_digest

COVERS = 3


@dataclass
class Line:
    """One shoot of the list."""

    shoot: Shoot
    assets: int = 0
    first: datetime | None = None
    last: datetime | None = None
    covers: list[str] = field(default_factory=list)


def page(session: Session, before: UUID | None, limit: int) -> tuple[list[Line], UUID | None]:
    """Shoots, newest first, and the id to go on from."""
    query = select(Shoot).order_by(Shoot.id.desc()).limit(limit + 1)
    if before:
        query = query.where(Shoot.id < before)
    shoots = session.scalars(query).all()
    lines = {shoot.id: Line(shoot) for shoot in shoots[:limit]}
    _count(session, lines)
    for shoot_id, line in lines.items():
        line.covers = covers(session, select(Asset.id).where(Asset.shoot_id == shoot_id))
    return list(lines.values()), shoots[limit - 1].id if len(shoots) > limit else None


def _count(session: Session, lines: dict[UUID, Line]) -> None:
    counted = select(Asset.shoot_id, func.count(), func.min(Asset.shown_at), func.max(Asset.shown_at))
    for shoot_id, count, first, last in session.execute(
        counted.where(Asset.shoot_id.in_(lines), shown()).group_by(Asset.shoot_id)
    ):
        line = lines[shoot_id]
        line.assets, line.first, line.last = count, first, last


def covers(session: Session, chosen: "object", most: int = COVERS) -> list[str]:
    """Addresses of small pictures of the newest of the chosen assets."""
    query = (
        select(File.id, File.sha256)
        .join(Rendition, Rendition.file_id == File.id)
        .join(Asset, Asset.id == Rendition.asset_id)
        .where(Rendition.recipe == "thumb", Asset.id.in_(chosen), shown())  # type: ignore[arg-type]
        .order_by(Asset.shown_at.desc(), Asset.id.desc())
        .limit(most)
    )
    return [of_digest(file_id, sha256, "jpg") for file_id, sha256 in session.execute(query)]


def names(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names of shoots."""
    return {row.id: row.name for row in session.execute(select(Shoot.id, Shoot.name).where(Shoot.id.in_(ids)))}
