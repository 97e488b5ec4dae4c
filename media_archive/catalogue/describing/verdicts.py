"""What is decided while culling: one field of one asset at a time, by keys, faster than answers come.

A verdict says what the person saw in the field, not which version of the asset: who judges forty pictures a minute is
not held up because somebody else wrote a caption meanwhile. A verdict that comes twice does nothing the second time.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from media_archive.catalogue.describing import checking, service
from media_archive.catalogue.describing.scheme import Scheme
from media_archive.catalogue.describing.values import value_of
from media_archive.catalogue.models import Asset
from media_archive.catalogue.shown import asset as shown_asset
from media_archive.errors import Conflict, Invalid

#: what is decided so
FIELDS = ("flag", "rating", "label")


@dataclass(frozen=True)
class Verdict:
    """The asset's `field` is to be `value`; `was` is what the person saw there."""

    asset_id: UUID
    field: str
    value: Any
    was: Any


@dataclass(frozen=True)
class Standing:
    """What holds for an asset after a verdict."""

    flag: str | None
    rating: int | None
    label: str | None


def standing(asset: Asset) -> Standing:
    """What is decided of the asset so far."""
    return Standing(asset.flag, asset.rating, asset.label)


def judge(session: Session, verdict: Verdict, who: str, scheme: Scheme, zone: str) -> Standing:
    """Carries the verdict out; Conflict where somebody else decided otherwise since it was seen."""
    if verdict.field not in FIELDS:
        raise Invalid("{field} cannot be set. These can: {known}.", field=verdict.field[:64], known=", ".join(FIELDS))
    asset = shown_asset(session, verdict.asset_id)
    service.locked(session, asset)
    field = scheme.field(verdict.field)
    wanted = checking.kept(scheme, field, verdict.value, zone)
    now = value_of(asset, asset.shoot, field).value
    if now == wanted:
        return standing(asset)
    if now != verdict.was:
        raise Conflict("Somebody else decided otherwise meanwhile. Look at it as it is now, then decide again.")
    service.edit(session, asset, {verdict.field: wanted}, who, zone, scheme=scheme)
    return standing(asset)
