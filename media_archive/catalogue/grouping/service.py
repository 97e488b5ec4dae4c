"""Correcting what is one asset: putting assets together, and taking files out. Files move; their bytes never do."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Inspector,
    MetaData,
    String,
    Table,
    Uuid,
    and_,
    delete,
    exists,
    func,
    inspect,
    select,
    update,
)
from sqlalchemy.orm import Session

from media_archive.catalogue import service as catalogue
from media_archive.catalogue.collections.models import CollectionItem
from media_archive.catalogue.grouping.rules import BY_HAND
from media_archive.catalogue.models import Asset, Kind, Outcome, Rendition
from media_archive.catalogue.subjects.models import Link
from media_archive.db import new_id, now
from media_archive.errors import Conflict, Invalid, NotFound
from media_archive.events import service as events
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job, State
from media_archive.metadata.formats import FORMATS
from media_archive.storage.models import File, Role

#: kind of the first asset -> kinds that may join it: a Live Photo's film, a memo, sound recorded apart
JOINABLE = {
    Kind.PHOTO: {Kind.PHOTO, Kind.FILM, Kind.SOUND},
    Kind.FILM: {Kind.FILM, Kind.SOUND},
    Kind.SOUND: {Kind.SOUND},
}
#: seconds: a longer film is no part of a photograph
LONGEST_BESIDE_PHOTO = 15.0


# ---- together ------------------------------------------------------------------------------------------------------


def join(session: Session, assets: Sequence[Asset], who: str) -> Asset:
    """Puts all files of `assets` into the first, which keeps its number; the others are no assets any more.

    Links and places in collections go along. Raises Invalid or Conflict where that makes no sense.
    """
    if len(assets) < 2:
        raise Invalid("Only one asset was named. Name the one that stays, then those that join it.")
    first, *others = assets
    _check_joinable(first, others)
    _lock(session, assets)
    _number(session, assets)
    told = [_told(session, one) for one in others]
    for one in others:
        _move(session, one, first)
        _describe(first, one)
        _vanish(session, one, first, who)
    _corrected(session, first, who, joined=told)
    return first


def _check_joinable(first: Asset, others: Sequence[Asset]) -> None:
    seen = {first.id}
    for one in (first, *others):
        _check_free(one)
    for one in others:
        if one.id in seen:
            raise Invalid("The asset {asset} is named twice. Name each once.", asset=str(one.id))
        seen.add(one.id)
        if one.archive_id != first.archive_id:
            raise Conflict("The assets belong to different archives, and stay there.")
        long = one.kind == Kind.FILM and first.kind == Kind.PHOTO and (one.duration or 0) > LONGEST_BESIDE_PHOTO
        if one.kind not in JOINABLE[Kind(first.kind)] or long:
            raise Conflict(
                "The asset {asset} cannot become part of {first}: films take films and sound, photographs also short films. "
                "Name the one first that the other belongs to.",
                asset=str(one.id),
                first=str(first.id),
            )
        if one.hold:
            raise Conflict(
                "A legal hold is on the asset {asset}, which must not get lost. Name it first.", asset=str(one.id)
            )
        if one.accession_code:
            raise Conflict(
                "The asset {asset} has the accession code {code}, which must not get lost. Name it first.",
                asset=str(one.id),
                code=one.accession_code,
            )


def _check_free(asset: Asset) -> None:
    if asset.trashed_at is not None:
        raise Conflict("The asset {asset} lies in the trash. Bring it back first.", asset=str(asset.id))


def _lock(session: Session, assets: Sequence[Asset]) -> None:
    """Refuses while work goes on that knows the files as they were; what only waits will see them as they are."""
    waiting = select(Job).where(Job.target.in_([one.id for one in assets]), Job.ended_at.is_(None))
    for job in session.scalars(waiting.with_for_update()):
        if job.state == State.RUNNING:
            raise Conflict(
                "Work on the asset {asset} is under way. Try again when it has ended; `media-archive jobs` shows it.",
                asset=str(job.target),
            )


def _number(session: Session, assets: Sequence[Asset]) -> None:
    """The originals in the order of the assets: the first is what describes the asset, and what stays when files are
    taken out. What was a part of a recording before keeps its place.
    """
    number = 0
    for one in assets:
        before: int | None = None
        for file in _originals(session, one.id):
            if before is None or file.part is None or file.part != before:
                number += 1
            before, file.part = file.part, number


def _originals(session: Session, asset_id: UUID) -> list[File]:
    wanted = select(File).where(File.asset_id == asset_id, File.role == Role.ORIGINAL)
    return list(session.scalars(wanted.order_by(func.coalesce(File.part, 0), File.created_at, File.id)))


def _told(session: Session, asset: Asset) -> dict[str, Any]:
    names = [{"name": file.name, "sha256": file.sha256} for file in _kept(session, asset.id)]
    return {"asset": str(asset.id), "files": names}


def _kept(session: Session, asset_id: UUID) -> list[File]:
    """Everything that came in, renditions left out."""
    wanted = select(File).where(File.asset_id == asset_id, File.role != Role.RENDITION)
    return list(session.scalars(wanted.order_by(File.created_at, File.id)))


def _move(session: Session, source: Asset, target: Asset) -> None:
    for made in (Rendition, Outcome):
        session.execute(delete(made).where(made.asset_id == source.id))
    session.execute(update(File).where(File.asset_id == source.id).values(asset_id=target.id))
    links = select(Link.subject_id, Link.role).where(Link.asset_id == target.id)
    there = {(subject, role) for subject, role in session.execute(links)}
    for link in session.scalars(select(Link).where(Link.asset_id == source.id)).all():
        if (link.subject_id, link.role) in there:
            session.delete(link)
        else:
            link.asset_id = target.id
    collections = set(session.scalars(select(CollectionItem.collection_id).where(CollectionItem.asset_id == target.id)))
    for item in session.scalars(select(CollectionItem).where(CollectionItem.asset_id == source.id)).all():
        if item.collection_id in collections:
            session.delete(item)
        else:
            item.asset_id = target.id
    session.flush()


def _describe(target: Asset, source: Asset) -> None:
    """What somebody wrote about the asset that joins, where nobody wrote about the one that stays."""
    target.title = target.title or source.title
    target.caption = target.caption or source.caption
    target.photographer = target.photographer or source.photographer


def _vanish(session: Session, asset: Asset, target: Asset, who: str) -> None:
    events.record(session, who, "deletion", "asset", asset.id, grouping=BY_HAND, joined_to=str(target.id))
    session.execute(delete(Job).where(Job.target == asset.id, Job.ended_at.is_(None)))
    for table in _naming_assets(session):
        rows = table.c.asset_id == asset.id
        if table.c.asset_id.primary_key:
            # a row that is made from the asset, such as its search document
            session.execute(delete(table).where(rows))
        else:
            _drop_doubles(session, table, asset.id, target.id)
            session.execute(update(table).where(rows).values(asset_id=target.id))
    catalogue.touch(session, asset.id)
    session.flush()
    session.expire(asset)
    session.delete(asset)
    session.flush()
    session.expire(target, ["files", "links"])


def _drop_doubles(session: Session, table: Table, source: UUID, target: UUID) -> None:
    """Where a thing names both assets, such as a link that shows both, one row is enough."""
    if table.primary_key.columns:
        there = table.alias()
        same = and_(there.c.asset_id == target, *(there.c[key.name] == key for key in table.primary_key.columns))
        doubled = exists(select(1).select_from(there).where(same))
        session.execute(delete(table).where(table.c.asset_id == source, doubled))


def _naming_assets(session: Session) -> list[Table]:
    """The tables of other features whose rows name an asset, such as receipts of an ingest.

    The database is asked: a command has imported the models only of what it needs.
    """
    own = {one.__tablename__ for one in (File, Link, CollectionItem, Rendition, Outcome)}
    seen = inspect(session.connection())
    return [
        _bare(seen, name)
        for name in seen.get_table_names()
        if name not in own
        and any(
            key["referred_table"] == "asset" and key["constrained_columns"] == ["asset_id"]
            for key in seen.get_foreign_keys(name)
        )
    ]


def _bare(seen: Inspector, name: str) -> Table:
    """The table with the columns that matter here."""
    key = seen.get_pk_constraint(name)["constrained_columns"]
    columns: list[Column[Any]] = [Column("asset_id", Uuid(), primary_key=key == ["asset_id"])]
    if "asset_id" in key:
        columns += [Column(other, Uuid(), primary_key=True) for other in key if other != "asset_id"]
    if any(column["name"] == "sha256" for column in seen.get_columns(name)):
        columns.append(Column("sha256", String()))
    return Table(name, MetaData(), *columns)


# ---- apart ---------------------------------------------------------------------------------------------------------


def take_out(session: Session, asset: Asset, files: Sequence[File], who: str) -> list[Asset]:
    """Makes each of `files` an asset of its own, with the sidecars that have its name; without any, all but the first.

    They are linked to what the asset is linked to. Raises Invalid or Conflict where that makes no sense.
    """
    _check_whole(asset)
    _lock(session, [asset])
    kept = _kept(session, asset.id)
    originals = _originals(session, asset.id)
    files = list(files) or originals[1:]
    _check_removable(session, asset, files, originals)
    staying = [file for file in originals if file not in files]
    made = []
    for file in files:
        followers = [one for one in kept if one not in files and _follows(one, file, [*staying, *files])]
        made.append(_own_asset(session, asset, file, followers, who))
    if len(staying) == 1:
        staying[0].part = None
    _corrected(session, asset, who, taken_out=[str(one.id) for one in made])
    return made


def _check_whole(asset: Asset) -> None:
    """What a hold or an accession keeps together stays so: alone, its files could be deleted by one person."""
    _check_free(asset)
    if asset.hold:
        raise Conflict("A legal hold is on the asset {asset}: its files stay together.", asset=str(asset.id))
    if asset.accession_code:
        raise Conflict(
            "The asset {asset} is accessioned as {code}: its files stay together.",
            asset=str(asset.id),
            code=asset.accession_code,
        )


def _check_removable(session: Session, asset: Asset, files: Sequence[File], originals: Sequence[File]) -> None:
    if not files:
        raise Invalid("The asset {asset} has only one original. There is nothing to take out.", asset=str(asset.id))
    if len(set(files)) < len(files):
        raise Invalid("A file is named twice. Name each once.")
    for file in files:
        if file.asset_id != asset.id or file.role == Role.RENDITION:
            raise Invalid("{file} is no file that came in with the asset {asset}.", file=file.name, asset=str(asset.id))
        if FORMATS[file.format].kind == "sidecar":
            raise Invalid("{file} is a sidecar and cannot be an asset of its own.", file=file.name)
        same = select(File.id).where(
            File.archive_id == file.archive_id, File.sha256 == file.sha256, File.role == Role.ORIGINAL
        )
        if file.role != Role.ORIGINAL and session.scalar(same):
            raise Conflict("The archive has the bytes of {file} as an asset already.", file=file.name)
    if all(file in files for file in originals):
        raise Invalid("{file} is the last original of the asset. Leave at least one in it.", file=files[-1].name)


def _follows(sidecar: File, file: File, originals: Sequence[File]) -> bool:
    """Whether a sidecar or preview is named after `file`, and after no other of the originals so well."""
    if sidecar.role == Role.ORIGINAL:
        return False
    name = sidecar.name.casefold()
    shared = {one.id: _shared(name, one.name.casefold()) for one in originals}
    most = max(shared.values())
    return most > 0 and [one for one, count in shared.items() if count == most] == [file.id]


def _shared(sidecar: str, name: str) -> int:
    """How much of a name its sidecar begins with: all of it, all but the extension, or nothing."""
    stem = PurePath(name).stem
    return len(name) if sidecar.startswith(name) else len(stem) if sidecar.startswith(stem) else 0


def _own_asset(session: Session, asset: Asset, file: File, followers: Sequence[File], who: str) -> Asset:
    made = Asset(
        id=new_id(),
        archive_id=asset.archive_id,
        shoot_id=asset.shoot_id,
        kind=Kind(FORMATS[file.format].kind),
        shown_at=file.modified_at or now(),
        grouping=BY_HAND,
        retention=asset.retention,
    )
    session.add(made)
    session.flush()
    file.role, file.part = Role.ORIGINAL, None
    for one in (file, *followers):
        one.asset_id = made.id
        _repoint_receipts(session, one, asset.id, made.id)
    for rendition in session.scalars(select(Rendition).where(Rendition.source_id == file.id)).all():
        session.delete(rendition)
    for link in session.scalars(select(Link).where(Link.asset_id == asset.id)).all():
        same = {name: getattr(link, name) for name in ("subject_id", "role", "said_by", "confidence")}
        session.add(Link(asset_id=made.id, **same))
    session.flush()
    _corrected(session, made, who, taken_from=str(asset.id), files=[{"name": file.name, "sha256": file.sha256}])
    return made


def _repoint_receipts(session: Session, file: File, source: UUID, target: UUID) -> None:
    """What tells of the arrival of a file tells of the asset that it is now."""
    for table in _naming_assets(session):
        if "sha256" in table.c:
            rows = (table.c.asset_id == source) & (table.c.sha256 == file.sha256)
            session.execute(update(table).where(rows).values(asset_id=target))


def file_called(session: Session, asset: Asset, called: str) -> File:
    """The file of `asset` with that name, id, or SHA-256 (or enough of its beginning)."""
    wanted = called.strip()
    kept = _kept(session, asset.id)
    found = [file for file in kept if file.name == wanted]
    found = found or [file for file in kept if wanted.casefold() == file.name.casefold()]
    if not found and len(wanted) >= 8:
        lower = wanted.lower()
        found = [file for file in kept if file.sha256.startswith(lower) or str(file.id).startswith(lower)]
    if len(found) > 1:
        raise Invalid("{file} is the name of several files of the asset. Give the SHA-256 instead.", file=called)
    if not found:
        raise NotFound(
            "The asset {asset} has no file {file}. `media-archive show` lists them.", asset=str(asset.id), file=called
        )
    return found[0]


# ---- both ----------------------------------------------------------------------------------------------------------


def _corrected(session: Session, asset: Asset, who: str, **told: Any) -> None:
    """Records who decided, and asks for everything anew that was made of the files."""
    asset.grouping, asset.grouped_by = BY_HAND, who
    asset.rendered_at, asset.problem = None, None
    events.record(session, who, "modification", "asset", asset.id, grouping=BY_HAND, **told)
    catalogue.touch(session, asset.id)
    # the probe asks for the renditions
    jobs.request(session, "probe", asset.id, shoot_id=asset.shoot_id, who=who)
