"""What the map draws: outlines of the city's subjects, and where what was found lies."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.subjects.models import Subject
from media_archive.geo.shapes import Box, moved
from webapp.assets.choice import SUBJECTS

#: outlines in one answer, the largest first
MOST = 1500
#: decimals of degrees that a screen can show
DECIMALS = 6


def subjects(session: Session, archive_id: UUID, box: Box, kinds: tuple[str, ...] = SUBJECTS) -> dict[str, Any]:
    """The subjects that lie in the box (west, south, east, north), as GeoJSON; the largest first where there are many."""
    west, south, east, north = box
    inside = (Subject.west <= east, Subject.east >= west, Subject.south <= north, Subject.north >= south)
    query = select(Subject.id, Subject.kind, Subject.name, Subject.geometry).where(
        Subject.archive_id == archive_id, Subject.merged_into.is_(None), Subject.geometry.is_not(None),
        Subject.kind.in_(kinds), *inside,
    )  # fmt: skip
    size = (Subject.east - Subject.west) + (Subject.north - Subject.south)
    rows = session.execute(query.order_by(size.desc(), Subject.id).limit(MOST))
    return {"type": "FeatureCollection", "features": [_feature(row) for row in rows]}


def _feature(row: Any) -> dict[str, Any]:
    told = {"id": str(row.id), "kind": str(row.kind), "name": row.name}
    geometry = moved(row.geometry, lambda points: points.round(DECIMALS))
    return {"type": "Feature", "id": str(row.id), "geometry": geometry, "properties": told}
