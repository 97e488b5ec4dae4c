"""Between two bundles: what is known of the files that came into a store, written beside them.

Small bundles of some assets each, `about-...`, never changed. A copy that was not told of yet has no `told_at`; it gets
one when what tells of it was read back. So whatever dies in between, nothing is left out: some is told twice.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, and_, or_, select, update
from sqlalchemy.orm import aliased

from media_archive.bundles import contents
from media_archive.bundles.packing import About, pack, snapshot
from media_archive.bundles.writing import MARGIN, last, put, scratch, writable
from media_archive.catalogue.models import Archive, Asset, Line, Outcome, Rendition, Shoot
from media_archive.catalogue.subjects.models import Link, Subject, SubjectName
from media_archive.context import Context
from media_archive.db import now
from media_archive.disposal.models import Disposal, DisposalState
from media_archive.errors import ArchiveError
from media_archive.events.models import Event
from media_archive.logs import Log
from media_archive.metadata.models import Findings
from media_archive.storage import own
from media_archive.storage.models import Copy, DeletedFile, File

log = Log()

#: how exact keys are
SECOND = timedelta(seconds=1)
#: copies of one object
COPIES = 500


def tell(context: Context) -> int:
    """Tells of every copy, and of every deletion, that was not told of, in the stores that answer; returns of how many
    copies.
    """
    for name in writable(context):
        _guarded(context, name, _tell_deleted)
    return sum(_guarded(context, name, _tell) for name in writable(context))


def _guarded(context: Context, store: str, work: Callable[[Context, str], int]) -> int:
    try:
        return work(context, store)
    except ArchiveError as exc:  # the next turn tells it
        log.warning("bundle.untold", store=store, reason=str(exc))
        return 0


def _tell_deleted(context: Context, store: str) -> int:
    """Else an archive that is made again from an older bundle would have what was deleted since."""
    with context.reading() as session:
        bundle = session.execute(last(store)).one_or_none()
        deleted = select(Disposal).where(Disposal.state == DisposalState.DELETED)
        if bundle and bundle.made_at <= now():  # else it bears the date of a clock that was wrong
            deleted = deleted.where(Disposal.ended_at >= bundle.made_at - MARGIN)
        untold = [one for one in session.scalars(deleted) if store not in one.told.get("stores", ())]
    if not untold:
        return 0
    ids, assets = [one.id for one in untold], [one.asset_id for one in untold]
    chosen: dict[str, Select[Any]] = {
        "archive": select(Archive.__table__),
        "disposal": select(Disposal.__table__).where(Disposal.id.in_(ids)),
        "deleted_file": select(DeletedFile.__table__).where(DeletedFile.disposal_id.in_(ids)),
        "event": select(Event.__table__).where(Event.object_kind == "asset", Event.object_id.in_(assets)),
    }
    _put(context, store, lambda _: chosen)
    with context.transaction() as session:
        for one in session.scalars(select(Disposal).where(Disposal.id.in_(ids))):
            one.told = {**one.told, "stores": sorted({*one.told.get("stores", ()), store})}
    return len(untold)


def _tell(context: Context, store: str) -> int:
    done = 0
    while True:
        told = _tell_some(context, store)
        done += told
        if told < COPIES:
            return done


def _tell_some(context: Context, store: str) -> int:
    rows: list[UUID] = []

    def choose(connection: Connection) -> dict[str, Select[Any]] | None:
        waiting = select(Copy.id, File.asset_id).join(File, File.id == Copy.file_id)
        waiting = waiting.where(Copy.store == store, Copy.told_at.is_(None)).order_by(Copy.id).limit(COPIES)
        found = connection.execute(waiting).all()
        rows.extend(row.id for row in found)
        return _of(sorted({row.asset_id for row in found})) if found else None

    _put(context, store, choose)
    if rows:
        with context.transaction() as session:
            session.execute(update(Copy).where(Copy.id.in_(rows)).values(told_at=now()))
    return len(rows)


def _put(context: Context, store: str, choose: Callable[[Connection], dict[str, Select[Any]] | None]) -> None:
    """Writes what `choose` names into the store, if it names anything, and reads it back."""
    with scratch(context) as folder:
        with snapshot(context.engine) as connection:
            chosen = choose(connection)
            if chosen is None:
                return
            about = About(contents.institutions(connection))
            packed = pack(connection, folder / "about.zip", chosen, about, whole=False)
            bundle = connection.execute(last(store)).one_or_none()
        place = context.stores.store(store)
        place.check(writing=True)
        # after the bundle that it is to be laid over, whatever the clock was then
        at = packed.manifest.made_at
        put(place, packed, own.ABOUT, max(at, own.moment(bundle.key) + SECOND) if bundle else at)


def _of(assets: Sequence[UUID]) -> dict[str, Select[Any]]:
    """Table -> everything in it about `assets`."""
    shoots = select(Asset.shoot_id).where(Asset.id.in_(assets))
    files = select(File.id).where(File.asset_id.in_(assets))
    subjects = _subjects(assets)
    history = or_(
        and_(Event.object_kind == "asset", Event.object_id.in_(assets)),
        and_(Event.object_kind == "shoot", Event.object_id.in_(shoots)),
    )
    chosen: dict[Any, Any] = {
        Archive: select(Archive.__table__),
        Shoot: select(Shoot.__table__).where(Shoot.id.in_(shoots)),
        Subject: select(Subject.__table__).where(Subject.id.in_(subjects)),
        SubjectName: select(SubjectName.__table__).where(SubjectName.subject_id.in_(subjects)),
        Asset: select(Asset.__table__).where(Asset.id.in_(assets)),
        File: select(File.__table__).where(File.asset_id.in_(assets)),
        Copy: select(Copy.__table__).where(Copy.file_id.in_(files)),
        Findings: select(Findings.__table__).where(Findings.file_id.in_(files)),
        **{
            one: select(one.__table__).where(one.asset_id.in_(assets))
            for one in (Link, Rendition, Outcome, Line, Disposal)
        },
        Event: select(Event.__table__).where(history),
    }
    return {model.__tablename__: asked for model, asked in chosen.items()}


def _subjects(assets: Sequence[UUID]) -> Select[UUID]:
    """Ids of the subjects that `assets` are linked to, and of those above them."""
    linked = select(Link.subject_id.label("id")).where(Link.asset_id.in_(assets)).cte("linked", recursive=True)
    below = aliased(Subject)
    above = select(below.parent_id).join(linked, below.id == linked.c.id).where(below.parent_id.is_not(None))
    return select(linked.union(above).c.id)
