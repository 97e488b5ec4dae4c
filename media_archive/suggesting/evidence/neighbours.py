"""By what people linked to the pictures that were taken just before and after, in the same shoot."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.catalogue.shown import shown
from media_archive.catalogue.subjects.models import Link
from media_archive.geo import distances
from media_archive.suggesting.evidence.pieces import Evidence
from media_archive.suggesting.rules import rules
from media_archive.words import Message

ONE = Message("A picture of the same shoot, taken {minutes} min away, is linked to it.")
BOTH = Message("The pictures before and after it in the shoot are linked to it.")
#: pictures of a burst, and of one moment, are more than one asks for
SPARE = 20


@dataclass(frozen=True, slots=True)
class Near:
    """A picture taken before or after, and how many minutes lie between."""

    asset_id: UUID
    before: bool
    minutes: float


def window() -> timedelta:
    """How far from a picture its neighbours may be."""
    return timedelta(minutes=rules().neighbours.minutes)


def evidence(session: Session, asset: Asset) -> list[Evidence]:
    """What the links of its neighbours say; what was given for the whole shoot says nothing of one picture."""
    if asset.taken_at is None:
        return []
    around = {one.asset_id: one for one in _around(session, asset)}
    wanted = select(Link.asset_id, Link.subject_id, Link.role).where(
        Link.asset_id.in_(around), Link.said_by != "shoot", Link.starts.is_(None)
    )
    found: dict[tuple[UUID, str], list[Near]] = {}
    for asset_id, subject_id, role in session.execute(wanted):
        found.setdefault((subject_id, role), []).append(around[asset_id])
    return [_evidence(subject_id, role, ones) for (subject_id, role), ones in found.items()]


def _around(session: Session, asset: Asset) -> list[Near]:
    """The nearest in time to each side that are near in space too."""
    assert asset.taken_at
    found = []
    for before in (True, False):
        place = Asset.shown_at <= asset.taken_at if before else Asset.shown_at > asset.taken_at
        edge = asset.taken_at - window() if before else asset.taken_at + window()
        limit = Asset.shown_at >= edge if before else Asset.shown_at <= edge
        wanted = select(Asset.id, Asset.taken_at, Asset.latitude, Asset.longitude).where(
            Asset.shoot_id == asset.shoot_id, place, limit, Asset.taken_at.is_not(None), Asset.id != asset.id, shown()
        )
        order = Asset.shown_at.desc() if before else Asset.shown_at
        rows = session.execute(wanted.order_by(order).limit(rules().neighbours.most * SPARE)).all()
        close = [row for row in rows if _is_close(asset, row.latitude, row.longitude)]
        found += [Near(row.id, before, _minutes(asset.taken_at, row.taken_at)) for row in close]
    return found


def _is_close(asset: Asset, latitude: float | None, longitude: float | None) -> bool:
    if None in (asset.latitude, asset.longitude, latitude, longitude):
        return True
    ends = (asset.longitude, asset.latitude), (longitude, latitude)
    return distances.between(*ends) <= rules().neighbours.far  # type: ignore[arg-type]


def _minutes(one: datetime, other: datetime) -> float:
    return abs((one - other).total_seconds()) / 60


def _evidence(subject_id: UUID, role: str, ones: Sequence[Near]) -> Evidence:
    told = rules().neighbours
    nearest = min(one.minutes for one in ones)
    fading = math.exp(-0.5 * (nearest / told.fades) ** 2)
    if len({one.before for one in ones}) == 2:
        farther = max(min(one.minutes for one in ones if one.before is side) for side in (True, False))
        weight = told.both * math.exp(-0.5 * (farther / (2 * told.fades)) ** 2)
        if weight >= told.weight * fading:
            return Evidence(subject_id, "neighbours", weight, role, BOTH)
    said = Message(ONE.template, {"minutes": round(nearest)})
    return Evidence(subject_id, "neighbours", told.weight * fading, role, said)
