"""Founding archives, opening shoots, finding assets by what they are called."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from media_archive.catalogue.coding.models import Alias
from media_archive.catalogue.collections.models import Collection
from media_archive.catalogue.models import Archive, Asset, FingerprintOutbox, Outbox, Outcome, Rendition, Shoot
from media_archive.catalogue.subjects.models import SuggestionOutbox
from media_archive.db import now
from media_archive.errors import Invalid, NotFound
from media_archive.events import service as events
from media_archive.signs import keepable

LONGEST_NAME = 255


def found(session: Session, code: str, name: str, who: str = "system") -> Archive:
    """The archive `code`; founded if there is none."""
    archive = session.scalars(select(Archive).where(Archive.code == code)).one_or_none()
    if archive is None:
        archive = Archive(code=code, name=name)
        session.add(archive)
        session.flush()
        events.record(session, who, "creation", "archive", archive.id, code=code, name=name)
    return archive


def archive_by_code(session: Session, code: str) -> Archive:
    """The archive `code`, or NotFound."""
    archive = session.scalars(select(Archive).where(Archive.code == code)).one_or_none()
    if archive is None:
        known = ", ".join(session.scalars(select(Archive.code).order_by(Archive.code)))
        raise NotFound(
            "There is no archive {code}. Known: {known}. Found one with `media-archive archives add`.",
            code=code,
            known=known,
        )
    return archive


def open_shoot(
    session: Session, archive: Archive, name: str, *, caption: str = "", photographer: str = "", who: str = "system"
) -> Shoot:
    """The shoot `name` of `archive`, opened if new; a caption or photographer given replaces the one it had."""
    name = checked_name(name)
    photographer = checked_name(photographer) if photographer.strip() else ""
    shoot = session.scalars(select(Shoot).where(Shoot.archive_id == archive.id, Shoot.name == name)).one_or_none()
    if shoot is None:
        shoot = Shoot(archive_id=archive.id, name=name, caption=caption, photographer=photographer, created_by=who)
        session.add(shoot)
        session.flush()
        events.record(session, who, "creation", "shoot", shoot.id, name=name)
        return shoot
    given = {"caption": caption, "photographer": photographer}
    changes = {field: value for field, value in given.items() if value and getattr(shoot, field) != value}
    for field, value in changes.items():
        setattr(shoot, field, value)
    if changes:
        events.record(session, who, "modification", "shoot", shoot.id, **changes)
    return shoot


def checked_name(name: str) -> str:
    """`name` without surrounding space; Invalid if nothing is left, or too much."""
    name = keepable(name)
    if not name:
        raise Invalid("The name is empty. Give one.")
    if len(name) > LONGEST_NAME:
        raise Invalid(
            "The name is {length} characters long, {most} are allowed. Shorten it.", length=len(name), most=LONGEST_NAME
        )
    return name


def shoot_by_name(session: Session, name: str, archive: Archive | None = None) -> Shoot:
    """The shoot with that name, or NotFound."""
    query = select(Shoot).where(Shoot.name == name)
    if archive:
        query = query.where(Shoot.archive_id == archive.id)
    shoot = session.scalars(query.limit(1)).first()
    if shoot is None:
        raise NotFound("There is no shoot {name}. `media-archive shoots` lists them.", name=name)
    return shoot


def touch(session: Session, asset_id: UUID) -> None:
    """Puts the asset on the lists of those whose search document, and whose suggestions, are out of date."""
    session.add(Outbox(asset_id=asset_id))
    session.add(SuggestionOutbox(asset_id=asset_id))


def fingerprinted(session: Session, asset_id: UUID) -> None:
    """Puts the asset on the list of those whose perceptual hash changed."""
    session.add(FingerprintOutbox(asset_id=asset_id))


def after_all(session: Session, asset_id: UUID) -> datetime:
    """Now; where the clock was put back since something was made of the asset, just after that.

    What is asked for at this moment is newer than all that is there.
    """
    made = session.scalar(select(func.max(Rendition.created_at)).where(Rendition.asset_id == asset_id))
    found = session.scalar(select(func.max(Outcome.made_at)).where(Outcome.asset_id == asset_id))
    latest = max(filter(None, (made, found)), default=None)
    return max(now(), latest + timedelta(microseconds=1)) if latest else now()


def asset(session: Session, name: str, *, trashed: bool = False) -> Asset:
    """The asset with that id (or the start of one, from 8 characters), accession code, code it had before, or
    SHA-256 of an original.

    NotFound where there is none, and, unless `trashed`, where it lies in the trash.
    """
    found = _asset_called(session, name)
    if found.trashed_at is not None and not trashed:
        raise NotFound(
            "The asset {name} lies in the trash. `media-archive trash restore` brings it back.", name=name.strip()[:80]
        )
    return found


def _asset_called(session: Session, name: str) -> Asset:
    from media_archive.storage.models import File

    wanted = name.strip().lower()
    plain = wanted.replace("-", "")
    if len(plain) == 32 and _is_hex(plain) and (one := session.get(Asset, UUID(plain))):
        return one
    by_file = select(File.asset_id).where(File.sha256 == wanted)
    query = select(Asset).where(or_(Asset.accession_code == name.strip(), Asset.id.in_(by_file)))
    matches = list(session.scalars(query.limit(2))) or _by_alias(session, name.strip())
    if not matches and 8 <= len(plain) < 32 and _is_hex(plain):
        low, high = UUID(plain.ljust(32, "0")), UUID(plain.ljust(32, "f"))
        matches = list(session.scalars(select(Asset).where(Asset.id.between(low, high)).limit(2)))
    if len(matches) > 1:
        raise Invalid("More than one asset begins with {name}. Give more of its number.", name=name)
    if not matches:
        raise NotFound("There is no asset {name}. `media-archive search` finds them by words.", name=name)
    return matches[0]


def _by_alias(session: Session, code: str) -> list[Asset]:
    """Assets that had the code, or have it elsewhere."""
    had = select(Alias.asset_id).where(Alias.code == code)
    return list(session.scalars(select(Asset).where(Asset.id.in_(had)).limit(2)))


def _is_hex(text: str) -> bool:
    return all(character in "0123456789abcdef" for character in text)


def collection_by_name(session: Session, name: str) -> Collection:
    """The collection with that name, or NotFound."""
    found = session.scalars(select(Collection).where(Collection.name == name).limit(1)).first()
    if found is None:
        raise NotFound("There is no collection {name}.", name=name)
    return found
