"""Looking for what a picture is like: among all by its hash, and among those taken at the same moment by their time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset, Kind
from media_archive.likeness.fingerprints import apart, turned, unsigned
from media_archive.likeness.index.keeping import Keeper
from media_archive.likeness.models import Fingerprint, Sort
from media_archive.likeness.rules import rules
from media_archive.storage.models import File, Role

#: pictures of one moment that are compared: no camera takes more in a few seconds
MOST_OF_A_MOMENT = 200
#: how many more neighbours are looked up than are kept
SPARE = 4


@dataclass(frozen=True)
class Alike:
    """Two assets that are alike, and why."""

    first: UUID
    second: UUID
    distance: int
    sort: Sort


def waiting(session: Session, most: int) -> list[Fingerprint]:
    """The next that were not compared yet, in the order of their positions."""
    wanted = select(Fingerprint).where(Fingerprint.compared_at.is_(None)).order_by(Fingerprint.position)
    return list(session.scalars(wanted.limit(most)))


def compare(session: Session, keeper: Keeper, one: Fingerprint) -> list[Alike]:
    """What the picture of `one` is like, the nearest first.

    The index must hold everything up to the position of `one`: whichever of two is compared later finds the other.
    """
    asset = session.get(Asset, one.asset_id)
    if asset is None or not one.comparable:
        return []
    # itself, its burst and other kinds are among them
    most = SPARE * rules().sets.neighbours
    near = _in_any_standing(session, keeper, one, asset, most)
    moment = _of_the_moment(session, asset, one)
    bursts = {other.asset_id for other, _ in moment}
    found = [
        (other, distance) for other, distance in _comparable_with(session, asset, near) if other.asset_id not in bursts
    ]
    return [
        Alike(min(asset.id, other.asset_id), max(asset.id, other.asset_id), distance, sort)
        for sort, ones in ((Sort.BURST, moment), (Sort.ALIKE, found))
        for other, distance in ones[: rules().sets.neighbours]
    ]


def _in_any_standing(
    session: Session, keeper: Keeper, one: Fingerprint, asset: Asset, most: int
) -> list[tuple[Fingerprint, int]]:
    """The nearest as they stand; of a photograph also those that are its mirror image, or lie on a side, as scans do."""
    radius = rules().distance(asset.kind)
    hashes = [one.phash, *(turned(one.phash) if asset.kind == Kind.PHOTO and rules().photo.turned else ())]
    found: dict[UUID, tuple[Fingerprint, int]] = {}
    for phash in hashes:
        for row, distance in neighbours(session, keeper, phash, radius, most):
            if row.asset_id not in found or distance < found[row.asset_id][1]:
                found[row.asset_id] = row, distance
    return sorted(found.values(), key=lambda pair: (pair[1], pair[0].asset_id))


def neighbours(session: Session, keeper: Keeper, phash: int, radius: int, most: int) -> list[tuple[Fingerprint, int]]:
    """The nearest that the catalogue still has with that hash, with their distances."""
    found = {one.asset_id: one for one in keeper.near(unsigned(phash), radius, most)}
    rows = session.scalars(select(Fingerprint).where(Fingerprint.asset_id.in_(found), Fingerprint.comparable))
    held = [(row, apart(row.phash, phash)) for row in rows]
    near = [(row, distance) for row, distance in held if distance <= radius]
    return sorted(near, key=lambda pair: (pair[1], pair[0].asset_id))


def _comparable_with(
    session: Session, asset: Asset, near: Sequence[tuple[Fingerprint, int]]
) -> list[tuple[Fingerprint, int]]:
    """Those of the same archive and kind; films of about the same length."""
    ids = [row.asset_id for row, _ in near if row.asset_id != asset.id]
    wanted = select(Asset).where(Asset.id.in_(ids), Asset.archive_id == asset.archive_id, Asset.kind == asset.kind)
    fit = {other.id for other in session.scalars(wanted) if asset.kind != Kind.FILM or _as_long(asset, other)}
    return [(row, distance) for row, distance in near if row.asset_id in fit]


def _as_long(one: Asset, other: Asset) -> bool:
    shorter, longer = sorted((one.duration or 0.0, other.duration or 0.0))
    return longer - shorter <= longer * rules().film.shorter


def _of_the_moment(session: Session, asset: Asset, one: Fingerprint) -> list[tuple[Fingerprint, int]]:
    """Photographs that the same camera took within seconds, and that look alike."""
    if asset.kind != Kind.PHOTO or not asset.taken_at or not (camera := _camera(asset)):
        return []
    span = timedelta(seconds=rules().burst.seconds)
    wanted = select(Fingerprint, Asset).join(Asset, Asset.id == Fingerprint.asset_id)
    wanted = wanted.where(
        Asset.shoot_id == asset.shoot_id,
        Asset.shown_at.between(asset.taken_at - span, asset.taken_at + span),
        Asset.taken_at.is_not(None),
        Asset.kind == Kind.PHOTO,
        Asset.id != asset.id,
        Fingerprint.comparable,
    )
    rows = session.execute(wanted.limit(MOST_OF_A_MOMENT)).all()
    frames = [row for row, other in rows if _camera(other) == camera and _is_another_exposure(asset, other)]
    formats = _formats(session, [asset.id, *(row.asset_id for row in frames)])
    held = [(row, apart(row.phash, one.phash)) for row in frames if formats.get(row.asset_id) == formats.get(asset.id)]
    near = [(row, distance) for row, distance in held if distance <= rules().burst.distance]
    return sorted(near, key=lambda pair: (pair[1], pair[0].asset_id))


def _is_another_exposure(one: Asset, other: Asset) -> bool:
    """Whether two pictures of a moment are frames: copies keep the camera and the time, but seldom the size.

    Where both tell parts of a second, those of copies are the same.
    """
    exact = one.taken_at == other.taken_at and all("." in (each.taken_text or "") for each in (one, other))
    return not exact and sorted((one.width or 0, one.height or 0)) == sorted((other.width or 0, other.height or 0))


def _formats(session: Session, ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    """The formats of the originals of each: a camera writes all frames of a burst in the same."""
    found: dict[UUID, set[str]] = {}
    wanted = select(File.asset_id, File.format).where(File.asset_id.in_(ids), File.role == Role.ORIGINAL)
    for asset_id, format_ in session.execute(wanted):
        found.setdefault(asset_id, set()).add(format_)
    return found


def _camera(asset: Asset) -> tuple[Any, ...] | None:
    """Make, model and serial number; None where the file names no camera, or only the day of capture."""
    camera = (asset.record or {}).get("camera") or {}
    told = tuple(camera.get(part) for part in ("make", "model", "serial"))
    exact = len(asset.taken_text or "") >= len("2017-06-12T09:30:00")
    return told if exact and any(told) else None
