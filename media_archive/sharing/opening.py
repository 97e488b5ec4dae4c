"""What a share link shows: worked out anew at each opening, by what its maker may then, and nothing that is withheld."""

import hashlib
from uuid import UUID

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from media_archive.access import service as access
from media_archive.access import zones
from media_archive.access.models import User
from media_archive.access.zones import Zone
from media_archive.catalogue.collections import service as collections
from media_archive.catalogue.collections.models import CollectionItem
from media_archive.catalogue.models import Asset, Kind, Rendition
from media_archive.catalogue.seeing.viewer import Sight
from media_archive.catalogue.shown import VIEWER, Viewer, shown, shows
from media_archive.db import now
from media_archive.errors import NotFound, Over
from media_archive.events import service as events
from media_archive.sharing.models import Share, ShareItem
from media_archive.sharing.service import ACTION, MARKED, digest

#: renditions that a link without a watermark shows, of pictures the smallest first
PICTURES = ("thumb", "poster", "medium", "screen", "large")
PLAYED = ("proxy", "audio")
_UNKNOWN = "This link is not known. It may be incomplete: copy it again, or ask whoever sent it for a new one."
_CLOSED = "This link is closed. Ask whoever sent it for a new one."


def find(session: Session, key: str) -> Share:
    """The link of a key. NotFound where there is none, Over where it is revoked or over; `session` sees from now on
    what the link may show, and nothing else.
    """
    found = session.scalars(select(Share).where(Share.key == digest(key))).one_or_none()
    if found is None:
        raise NotFound(_UNKNOWN)
    if found.revoked_at is not None or found.expires_at <= now():
        raise Over(_CLOSED)
    maker = session.scalars(select(User).where(User.login == found.made_by)).one_or_none()
    if maker is None or not access.may(maker, ACTION, found.archive_id):
        raise Over(_CLOSED)
    session.info[VIEWER] = viewer(session, maker)
    if found.collection_id:
        try:
            collections.one(session, found.collection_id, maker.login, access.may(maker, "manage users"))
        except NotFound as exc:
            raise Over(_CLOSED) from exc
    return found


def viewer(session: Session, maker: User) -> Viewer:
    """What is shown by the rights of `maker`, as far as anybody may be shown it."""
    seen = zones.viewer(session, maker, Zone.IN_HOUSE, (ACTION,))
    return Viewer(tuple((archive, min(sight, Sight.SHARED)) for archive, sight in seen.sights))


def _inside(share: Share) -> Select[UUID]:
    if share.collection_id:
        query = select(CollectionItem.asset_id).where(CollectionItem.collection_id == share.collection_id)
        return query.where(shows(CollectionItem.asset_id)).order_by(CollectionItem.position, CollectionItem.asset_id)
    query = select(ShareItem.asset_id).where(ShareItem.share_id == share.id, shows(ShareItem.asset_id))
    return query.order_by(ShareItem.position)


def page(session: Session, share: Share, number: int, size: int) -> list[UUID]:
    """A page of what the link shows, from 1."""
    return list(session.scalars(_inside(share).offset((number - 1) * size).limit(size)))


def count(session: Session, share: Share) -> int:
    """How many it shows."""
    return session.scalar(select(func.count()).select_from(_inside(share).order_by(None).subquery())) or 0


def around(session: Session, share: Share, asset_id: UUID) -> tuple[UUID | None, UUID | None]:
    """What comes before and after one."""
    ids = list(session.scalars(_inside(share)))
    place = ids.index(asset_id)
    return (ids[place - 1] if place else None), (ids[place + 1] if place + 1 < len(ids) else None)


def one(session: Session, share: Share, asset_id: UUID) -> Asset:
    """An asset that the link shows; NotFound for every other, whatever there is."""
    inside = _inside(share).order_by(None)
    found = session.scalars(select(Asset).where(Asset.id == asset_id, Asset.id.in_(inside), shown())).one_or_none()
    if found is None:
        raise NotFound("This link shows nothing of that kind, or no longer. Go back to its first page.")
    return found


def allowed(share: Share) -> tuple[str, ...]:
    """Names of the renditions that it serves."""
    return MARKED if share.marked else (*PICTURES, *PLAYED)


def rendition(session: Session, share: Share, asset_id: UUID, name: str) -> Rendition:
    """The rendition of an asset that the link shows; NotFound where the link does not serve it."""
    held = one(session, share, asset_id)
    query = select(Rendition).where(Rendition.asset_id == held.id, Rendition.recipe == name)
    found = session.scalars(query).one_or_none() if name in allowed(share) else None
    if found is None:
        raise NotFound("This link shows nothing of that kind, or no longer. Go back to its first page.")
    return found


def made(session: Session, share: Share, ids: list[UUID]) -> dict[UUID, dict[str, Rendition]]:
    """What can be shown of assets: asset -> name -> rendition."""
    query = select(Rendition).where(Rendition.asset_id.in_(ids), Rendition.recipe.in_(allowed(share)))
    found: dict[UUID, dict[str, Rendition]] = {one: {} for one in ids}
    for one in session.scalars(query):
        found[one.asset_id][one.recipe] = one
    return found


def picture_of(made: dict[str, Rendition], *, large: bool = False) -> str | None:
    """The rendition that stands for an asset in a list, or large."""
    pictures = [name for name in (*PICTURES, "public") if name in made]
    return (pictures[-1] if large else pictures[0]) if pictures else None


def played(kind: Kind, made: dict[str, Rendition]) -> str | None:
    """The rendition that is played; None for a photograph."""
    if kind == Kind.PHOTO:
        return None
    return next((name for name in (*PLAYED, "public-proxy") if name in made), None)


def mark(share: Share) -> str:
    """What a visit holds to: another as soon as the key or the password is another."""
    return hashlib.sha256(f"{share.key}:{share.password}".encode()).hexdigest()[:24]


def note_opening(session: Session, share: Share, who: str, address: str) -> None:
    """Counts an opening and records it; Over where it was opened as often as it may."""
    room = or_(Share.most.is_(None), Share.openings < Share.most)
    counted = update(Share).where(Share.id == share.id, room).values(openings=Share.openings + 1, opened_at=now())
    if session.scalar(counted.returning(Share.id)) is None:
        raise Over(_CLOSED)
    events.record(session, who, "opening", "share", share.id, title=share.title, address=address)
