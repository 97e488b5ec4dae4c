"""Everything that the catalogue knows of assets, as nested plain facts: what mapping and write-out start from."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, literal, select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from media_archive.catalogue.models import Asset
from media_archive.catalogue.queries import caption_of, embedded_words, photographer_of, title_of
from media_archive.catalogue.shown import shown
from media_archive.catalogue.subjects.models import Link, Subject
from media_archive.db import Base
from media_archive.events.models import Event
from media_archive.metadata.models import Findings
from media_archive.metadata.recognition import rules as formats
from media_archive.metadata.recognition.detail import NOTHING
from media_archive.storage.models import File, Role

#: assets read at a time: enough that the queries cost little, few enough that their records fit in memory
BATCH = 400
#: the tool under whose name an identification is kept among the findings
IDENTIFIED_BY = "identification"


def of_assets(session: Session, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The facts of `ids`, in their order; ids that are gone are left out."""
    found: dict[UUID, dict[str, Any]] = {}
    for start in range(0, len(ids), BATCH):
        assets = session.scalars(_whole().where(Asset.id.in_(ids[start : start + BATCH]))).all()
        found |= dict(_facts(session, assets))
    return [found[one] for one in ids if one in found]


def of_shoot(session: Session, shoot_id: UUID, batch: int = BATCH) -> Iterator[dict[str, Any]]:
    """The facts of a shoot's assets by time of capture, read a batch at a time: a shoot may have 100,000."""
    place, behind = tuple_(Asset.shown_at, Asset.id), None
    while True:
        page = _whole().where(Asset.shoot_id == shoot_id).order_by(Asset.shown_at, Asset.id).limit(batch)
        assets = session.scalars(page if behind is None else page.where(place > tuple_(*behind))).all()
        if not assets:
            return
        yield from (facts for _, facts in _facts(session, assets))
        behind = (_literal(Asset.shown_at, assets[-1].shown_at), _literal(Asset.id, assets[-1].id))
        _forget(session, assets)


def _literal(column: Any, value: Any) -> Any:
    return literal(value, column.type)


def _forget(session: Session, assets: Sequence[Asset]) -> None:
    """Takes what was read out of the session, so that memory does not grow with the shoot."""
    gone: list[Base] = [one for asset in assets for one in (asset, *asset.files)]
    for one in gone:
        session.expunge(one)


def _whole() -> Select[Asset]:
    originals = selectinload(Asset.files.and_(File.role != Role.RENDITION)).selectinload(File.copies)
    whole = select(Asset).where(shown())
    return whole.options(joinedload(Asset.shoot), joinedload(Asset.archive), originals)


def _facts(session: Session, assets: Sequence[Asset]) -> Iterator[tuple[UUID, dict[str, Any]]]:
    links = _links(session, [asset.id for asset in assets])
    received = _received(session, [asset.id for asset in assets])
    mains = {asset.id: _main(asset) for asset in assets}
    identified = _identified(session, [file.id for file in mains.values() if file])
    for asset in assets:
        main = mains[asset.id]
        yield (
            asset.id,
            {
                "asset": _asset(asset),
                "shoot": {
                    "name": asset.shoot.name,
                    "caption": asset.shoot.caption,
                    "photographer": asset.shoot.photographer,
                },
                "archive": {"code": asset.archive.code, "name": asset.archive.name},
                "file": _file(main) if main else {},
                "files": [_file(file) for file in asset.files],
                "format": _format(main, identified) if main else {},
                "copies": [{"place": f"{copy.store}:{copy.key}"} for copy in main.copies] if main else [],
                "links": links.get(asset.id, {}),
                "ingest": received.get(asset.id, {}),
                "record": asset.record or {},
            },
        )


def _main(asset: Asset) -> File | None:
    """The first original: the one that the asset is described by."""
    return next((file for file in asset.files if file.role == Role.ORIGINAL), None)


def _asset(asset: Asset) -> dict[str, Any]:
    return {
        "id": str(asset.id),
        "kind": str(asset.kind),
        "state": str(asset.state),
        "accession_code": asset.accession_code,
        "title": title_of(asset),
        "given_title": asset.title or embedded_words(asset).get("title"),
        "caption": caption_of(asset, asset.shoot),
        "photographer": photographer_of(asset, asset.shoot),
        "keywords": list(asset.keywords),
        "taken": asset.taken_text,
        "taken_instant": asset.taken_at.isoformat() if asset.taken_at else None,
        "latitude": asset.latitude,
        "longitude": asset.longitude,
        "width": asset.width,
        "height": asset.height,
        "duration": asset.duration,
        "created_at": asset.created_at.isoformat(timespec="seconds"),
    }


def _file(file: File) -> dict[str, Any]:
    return {
        "id": str(file.id),
        "role": str(file.role),
        "name": file.name,
        "folder": file.folder,
        "size": file.size,
        "sha256": file.sha256,
        "media_type": file.media_type,
        "format": file.format,
        "modified_at": file.modified_at.isoformat(timespec="seconds") if file.modified_at else None,
    }


def _format(file: File, identified: dict[UUID, dict[str, Any]]) -> dict[str, Any]:
    """As the file was identified; where that was not kept, what all varieties of the format share."""
    if kept := identified.get(file.id):
        return kept | {"name": kept.get("title") or file.format}
    if file.format not in formats.rules().format:
        return {"name": file.format}
    return {"name": formats.describe(file.format, NOTHING).title or file.format}


def _identified(session: Session, files: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    query = select(Findings.file_id, Findings.found).where(Findings.file_id.in_(files), Findings.tool == IDENTIFIED_BY)
    return {row.file_id: row.found for row in session.execute(query)}


def _links(session: Session, ids: Sequence[UUID]) -> dict[UUID, dict[str, list[dict[str, Any]]]]:
    query = select(Link.asset_id, Subject).join(Subject, Subject.id == Link.subject_id).where(Link.asset_id.in_(ids))
    found: dict[UUID, dict[str, list[dict[str, Any]]]] = {}
    for asset_id, subject in session.execute(query.order_by(Link.created_at, Link.id)):
        told = {"name": subject.name, "code": subject.code, "said": _said(subject), "id": str(subject.id)}
        of_kind = found.setdefault(asset_id, {}).setdefault(str(subject.kind), [])
        if told not in of_kind:
            of_kind.append(told)
    return found


def _said(subject: Subject) -> str:
    """Code and name, as people write them: "P1 解放路改造"."""
    return " ".join(dict.fromkeys(filter(None, (subject.code, subject.name))))


def _received(session: Session, ids: Sequence[UUID]) -> dict[UUID, dict[str, str]]:
    query = select(Event).where(Event.object_kind == "asset", Event.object_id.in_(ids), Event.what == "ingestion")
    found: dict[UUID, dict[str, str]] = {}
    for event in session.scalars(query.order_by(Event.at, Event.id)):
        if event.object_id:
            told = {"id": str(event.id), "who": event.who, "at": event.at.isoformat(timespec="seconds")}
            found.setdefault(event.object_id, told)
        session.expunge(event)
    return found
