"""Reading the catalogue: cards for lists, whole assets for pages and `show --json`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from media_archive.catalogue import lines
from media_archive.catalogue.grouping.rules import explained
from media_archive.catalogue.models import Asset, Rendition, Shoot
from media_archive.catalogue.shown import asset as shown_asset
from media_archive.catalogue.shown import shown
from media_archive.catalogue.subjects.models import Link, Subject
from media_archive.errors import NotFound
from media_archive.events import service as events
from media_archive.metadata.models import Findings
from media_archive.storage.models import File, Role


@dataclass(frozen=True)
class Card:
    """What a list shows of an asset."""

    id: UUID
    kind: str
    title: str
    taken: str | None
    taken_at: datetime | None
    width: int | None
    height: int | None
    duration: float | None
    colour: str | None
    placeholder: str | None
    #: file id and digest of its small picture; None if it has none
    thumb: tuple[UUID, str] | None
    problem: dict[str, Any] | None
    rendered: bool
    #: what was decided of it when its shoot was culled: pick, reject
    flag: str | None = None
    rating: int | None = None


def embedded_words(asset: Asset) -> dict[str, Any]:
    """What people wrote into the files: title, caption, keywords and the like."""
    words: dict[str, Any] = (asset.record or {}).get("description") or {}
    return words


def title_of(asset: Asset, files: Sequence[File] | None = None) -> str:
    """The title given, else the embedded one, else the first original's name without its extension."""
    if asset.title:
        return asset.title
    if embedded := embedded_words(asset).get("title"):
        return str(embedded)
    originals = [file for file in (asset.files if files is None else files) if file.role == Role.ORIGINAL]
    return originals[0].name.rsplit(".", 1)[0] or originals[0].name if originals else str(asset.id)


def caption_of(asset: Asset, shoot: Shoot) -> str | None:
    """The caption given, else the embedded one, else the shoot's."""
    return asset.caption or embedded_words(asset).get("caption") or shoot.caption or None


def photographer_of(asset: Asset, shoot: Shoot) -> str | None:
    """The photographer given to the asset, else to the shoot, else the one the files name."""
    embedded = ", ".join(embedded_words(asset).get("creator") or [])
    return asset.photographer or shoot.photographer or embedded or None


def cards(session: Session, ids: Sequence[UUID], *, trashed: bool = False) -> list[Card]:
    """The cards of `ids`, in their order; ids that are gone are left out, and with `trashed` not those in the trash."""
    wanted = select(Asset).where(Asset.id.in_(ids))
    assets = {asset.id: asset for asset in session.scalars(wanted if trashed else wanted.where(shown()))}
    thumbs = _thumbs(session, ids)
    untitled = [asset.id for asset in assets.values() if not asset.title and not embedded_words(asset).get("title")]
    names = _first_originals(session, untitled)
    return [_card(assets[one], thumbs.get(one), names.get(one, [])) for one in ids if one in assets]


def _card(asset: Asset, thumb: tuple[UUID, str] | None, files: Sequence[File]) -> Card:
    return Card(
        id=asset.id,
        kind=str(asset.kind),
        title=title_of(asset, files),
        taken=asset.taken_text,
        taken_at=asset.taken_at,
        width=asset.width,
        height=asset.height,
        duration=asset.duration,
        colour=asset.colour,
        placeholder=asset.placeholder,
        thumb=thumb,
        problem=asset.problem,
        rendered=asset.rendered_at is not None,
        flag=asset.flag,
        rating=asset.rating,
    )


def _thumbs(session: Session, ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, str]]:
    query = select(Rendition.asset_id, File.id, File.sha256).join(File, File.id == Rendition.file_id)
    rows = session.execute(query.where(Rendition.asset_id.in_(ids), Rendition.recipe == "thumb"))
    return {asset_id: (file_id, sha256) for asset_id, file_id, sha256 in rows}


def _first_originals(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[File]]:
    names: dict[UUID, list[File]] = {}
    query = select(File).where(File.asset_id.in_(ids), File.role == Role.ORIGINAL)
    query = query.order_by(func.coalesce(File.part, 0), File.created_at, File.id)
    for file in session.scalars(query):
        names.setdefault(file.asset_id, []).append(file)
    return names


def describe(session: Session, asset_id: UUID) -> dict[str, Any]:
    """Everything about one asset, as `show --json` prints it. Instants are ISO 8601, sizes bytes, durations seconds."""
    asset = session.scalars(select(Asset).where(Asset.id == asset_id).options(selectinload(Asset.files))).one()
    shoot = session.get_one(Shoot, asset.shoot_id)
    return {
        "id": str(asset.id),
        "kind": str(asset.kind),
        "state": str(asset.state),
        "title": title_of(asset),
        "caption": caption_of(asset, shoot),
        "photographer": photographer_of(asset, shoot),
        "keywords": asset.keywords,
        "taken_at": asset.taken_text,
        "taken_instant": _instant(asset.taken_at),
        "latitude": asset.latitude,
        "longitude": asset.longitude,
        "width": asset.width,
        "height": asset.height,
        "duration": asset.duration,
        "problem": asset.problem,
        "accession_code": asset.accession_code,
        "retention": asset.retention,
        "hold": asset.hold,
        "trashed_at": _instant(asset.trashed_at),
        "shoot": shoot.name,
        "grouping": _grouping(asset),
        "files": [_file(file) for file in _files(session, asset_id)],
        "renditions": _renditions(session, asset_id),
        "texts": [lines.told(line) for line in lines.of(session, asset_id, hidden=True)],
        "metadata": asset.record,
        "findings": _findings(session, asset_id),
        "links": [_link(link) for link in _links(session, asset_id)],
        "events": [_event(event) for event in events.of(session, "asset", asset_id)],
    }


def _instant(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _grouping(asset: Asset) -> dict[str, Any] | None:
    """By which rule the files are one asset, and who decided it if a person did; None for a file alone."""
    if not asset.grouping:
        return None
    words = explained(asset.grouping)
    return {"rule": asset.grouping, "by": asset.grouped_by, "explanation": words.en, "explanation_zh": words.zh}


#: what came in stands before what was made of it
ROLES = {Role.ORIGINAL: 0, Role.SIDECAR: 1, Role.PROXY: 2, Role.RENDITION: 3}


def _files(session: Session, asset_id: UUID) -> Sequence[File]:
    """Originals in the order of their parts, then the rest; renditions that nothing shows any more are left out."""
    query = select(File).where(File.asset_id == asset_id).options(selectinload(File.copies))
    shown = select(Rendition.file_id).where(Rendition.asset_id == asset_id)
    files = session.scalars(query.where(or_(File.role != Role.RENDITION, File.id.in_(shown))))
    return sorted(files, key=lambda file: (ROLES[Role(file.role)], file.part or 0, file.created_at, file.id))


def files(session: Session, asset_id: UUID) -> list[dict[str, Any]]:
    """The files of an asset with their copies, as `describe` tells them."""
    return [_file(file) for file in _files(session, asset_id)]


def file(session: Session, file_id: UUID) -> dict[str, Any]:
    """One file with its copies; NotFound where there is none, or where its asset lies in the trash."""
    found = session.get(File, file_id)
    if found is None:
        raise NotFound("There is no such file. It may have been typed wrongly, or is gone.")
    shown_asset(session, found.asset_id)
    return {**_file(found), "asset": str(found.asset_id)}


def _file(file: File) -> dict[str, Any]:
    return {
        "id": str(file.id),
        "role": str(file.role),
        "name": file.name,
        "folder": file.folder,
        "part": file.part,
        "sha256": file.sha256,
        "size": file.size,
        "media_type": file.media_type,
        "format": file.format,
        "problem": file.problem,
        "copies": [
            {
                "store": copy.store,
                "key": copy.key,
                "storage_class": copy.storage_class,
                "verified_at": _instant(copy.verified_at),
                "problem": copy.problem,
            }
            for copy in file.copies
        ],
    }


def _renditions(session: Session, asset_id: UUID) -> list[dict[str, Any]]:
    made = session.scalars(select(Rendition).where(Rendition.asset_id == asset_id).order_by(Rendition.recipe))
    return [
        {
            "recipe": one.recipe,
            "version": one.version,
            "file": str(one.file_id),
            "source": str(one.source_id),
            "width": one.width,
            "height": one.height,
            "duration": one.duration,
            "frame_rate": one.frame_rate,
        }
        for one in made
    ]


def _findings(session: Session, asset_id: UUID) -> list[dict[str, Any]]:
    query = select(Findings).join(File, File.id == Findings.file_id).where(File.asset_id == asset_id)
    return [
        {
            "file": str(found.file_id),
            "tool": found.tool,
            "version": found.tool_version,
            "found_at": _instant(found.found_at),
            "found": found.found,
        }
        for found in session.scalars(query.order_by(Findings.found_at, Findings.tool))
    ]


def _links(session: Session, asset_id: UUID) -> Sequence[Link]:
    query = select(Link).where(Link.asset_id == asset_id).options(selectinload(Link.subject))
    return session.scalars(query.order_by(Link.created_at, Link.id)).all()


def _link(link: Link) -> dict[str, Any]:
    subject: Subject = link.subject
    return {
        "id": str(link.id),
        "subject": str(subject.id),
        "kind": str(subject.kind),
        "code": subject.code,
        "name": subject.name,
        "role": link.role,
        "stage": link.stage,
        "starts": link.starts,
        "ends": link.ends,
        "said_by": link.said_by,
        "confirmed_by": link.confirmed_by,
        "confidence": link.confidence,
    }


def _event(event: Any) -> dict[str, Any]:
    return {
        "at": _instant(event.at),
        "who": event.who,
        "what": event.what,
        "outcome": event.outcome,
        "tool": event.tool,
        "detail": event.detail,
        "position": event.position,
        "digest": event.digest,
    }
