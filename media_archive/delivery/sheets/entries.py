"""What stands on a contact sheet: which assets, and of each its picture and its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from media_archive.catalogue.collections.models import CollectionItem
from media_archive.catalogue.models import Asset, Rendition, Shoot
from media_archive.catalogue.queries import caption_of, photographer_of, title_of
from media_archive.catalogue.shown import shown, shows
from media_archive.delivery.sheets.wishes import MOST, Caption
from media_archive.errors import Invalid
from media_archive.storage.models import File, Role

#: renditions that are a picture of an asset
PICTURES = ("thumb", "screen", "poster", "large")


@dataclass(frozen=True)
class Entry:
    """One asset on the sheet."""

    asset_id: UUID
    kind: str
    #: the lines under the picture, empty ones left out
    words: tuple[str, ...]
    #: seconds; None for stills
    duration: float | None
    #: its pictures, smallest first: file, width, height
    pictures: tuple[tuple[File, int, int], ...]

    def picture(self, pixels: float) -> tuple[File, int, int] | None:
        """The smallest picture with that many pixels along its long edge, else the largest; None if there is none."""
        enough = (one for one in self.pictures if max(one[1], one[2]) >= pixels)
        return next(enough, self.pictures[-1] if self.pictures else None)


def of_shoot(session: Session, shoot: Shoot) -> list[UUID]:
    """The shoot's assets in the order they were taken."""
    query = select(Asset.id).where(Asset.shoot_id == shoot.id, shown())
    return _bounded(session.scalars(query.order_by(Asset.shown_at, Asset.id).limit(MOST + 1)).all())


def of_collection(session: Session, collection_id: UUID) -> list[UUID]:
    """The collection's assets in its own order."""
    query = select(CollectionItem.asset_id).where(CollectionItem.collection_id == collection_id)
    query = query.where(shows(CollectionItem.asset_id))
    order = (CollectionItem.position, CollectionItem.asset_id)
    return _bounded(session.scalars(query.order_by(*order).limit(MOST + 1)).all())


def _bounded(ids: Sequence[UUID]) -> list[UUID]:
    if len(ids) > MOST:
        raise Invalid("More than {most} assets do not fit a contact sheet. Choose fewer.", most=MOST)
    return list(ids)


def read(session: Session, ids: Sequence[UUID], captions: Sequence[Caption]) -> list[Entry]:
    """The entries of `ids` in their order; those that are gone are left out."""
    query = select(Asset).where(Asset.id.in_(ids), shown()).options(joinedload(Asset.shoot))
    assets = {asset.id: asset for asset in session.scalars(query)}
    originals, pictures = _originals(session, ids), _pictures(session, ids)
    return [
        Entry(
            one,
            str(assets[one].kind),
            _words(assets[one], originals.get(one, []), captions),
            assets[one].duration if assets[one].kind != "photo" else None,
            tuple(pictures.get(one, ())),
        )
        for one in ids
        if one in assets
    ]


def _originals(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[File]]:
    query = select(File).where(File.asset_id.in_(ids), File.role == Role.ORIGINAL)
    found: dict[UUID, list[File]] = {}
    for file in session.scalars(query.order_by(File.part, File.created_at, File.id)):
        found.setdefault(file.asset_id, []).append(file)
    return found


def _pictures(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[tuple[File, int, int]]]:
    query = select(Rendition).where(Rendition.asset_id.in_(ids), Rendition.recipe.in_(PICTURES))
    found: dict[UUID, list[tuple[File, int, int]]] = {}
    for made in session.scalars(query.options(joinedload(Rendition.file).selectinload(File.copies))):
        if made.width and made.height:
            found.setdefault(made.asset_id, []).append((made.file, made.width, made.height))
    return {one: sorted(sizes, key=lambda size: max(size[1:])) for one, sizes in found.items()}


def _words(asset: Asset, originals: Sequence[File], captions: Sequence[Caption]) -> tuple[str, ...]:
    said = {
        "title": title_of(asset, originals),
        "taken": _taken(asset.taken_text or ""),
        "code": asset.accession_code,
        "photographer": photographer_of(asset, asset.shoot),
        "caption": caption_of(asset, asset.shoot),
        "shoot": asset.shoot.name,
        "file": originals[0].name if originals else None,
    }
    return tuple(" ".join(str(said[name]).split()) for name in captions if said[name])


def _taken(written: str) -> str:
    """To the minute, as the camera's clock showed it; one that shows universal time, as films do, says so."""
    return written[:16].replace("T", " ") + (" UTC" if written.endswith("Z") else "")
