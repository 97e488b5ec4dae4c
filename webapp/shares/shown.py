"""What the page of a link shows of assets: title, year, place, credit, and where its pictures are."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from media_archive.catalogue.models import Archive, Asset, Kind, Rendition
from media_archive.catalogue.queries import caption_of, photographer_of, title_of
from media_archive.catalogue.shown import shown
from media_archive.catalogue.subjects.models import Link, Subject
from media_archive.sharing import opening
from media_archive.sharing.models import Share

#: names of subjects that stand for a place where nobody wrote one
PLACES = ("street", "landmark", "project", "place")
MOST_PLACES = 2


@dataclass(frozen=True)
class Piece:
    """One asset, as the page shows it."""

    id: UUID
    kind: str
    title: str
    caption: str | None
    year: int | None
    place: str
    credit: str
    width: int
    height: int
    duration: float | None
    picture: str | None
    large: str | None
    played: str | None
    #: what may be saved; None where nothing may
    saved: str | None


def pieces(session: Session, share: Share, token: str, ids: Sequence[UUID]) -> list[Piece]:
    """The assets of `ids`, in their order, as far as the link shows them."""
    wanted = select(Asset).where(Asset.id.in_(ids), shown()).options(selectinload(Asset.files))
    assets = {one.id: one for one in session.scalars(wanted)}
    made, places = opening.made(session, share, list(ids)), _places(session, ids)
    names = {one.id: one.name for one in session.scalars(select(Archive))}
    return [
        _piece(share, token, assets[one], made[one], places.get(one, ""), names.get(assets[one].archive_id, ""))
        for one in ids
        if one in assets
    ]


def _piece(
    share: Share, token: str, asset: Asset, made: dict[str, Rendition], place: str, archive: str
) -> Piece:  # fmt: skip
    def there(name: str | None) -> str | None:
        return url_for("shared.send", token=token, asset_id=asset.id, name=name) if name else None

    large, played = opening.picture_of(made, large=True), opening.played(Kind(asset.kind), made)
    saved = (played if asset.kind != Kind.PHOTO else large) if share.downloads else None
    author = photographer_of(asset, asset.shoot)
    said = asset.fields.get("place") or asset.shoot.fields.get("place")
    return Piece(
        id=asset.id, kind=str(asset.kind), title=title_of(asset), caption=caption_of(asset, asset.shoot),
        year=asset.year, place=str(said or place), credit=" / ".join(filter(None, (author, archive))),
        width=asset.width or 3, height=asset.height or 2, duration=asset.duration,
        picture=there(opening.picture_of(made)), large=there(large), played=there(played), saved=there(saved),
    )  # fmt: skip


def _places(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    query = select(Link.asset_id, Subject.name).join(Subject, Subject.id == Link.subject_id)
    query = query.where(Link.asset_id.in_(ids), Subject.kind.in_(PLACES)).order_by(Subject.kind, Subject.name)
    found: dict[UUID, list[str]] = {}
    for asset_id, name in session.execute(query):
        found.setdefault(asset_id, []).append(name)
    return {one: " · ".join(list(dict.fromkeys(names))[:MOST_PLACES]) for one, names in found.items()}
