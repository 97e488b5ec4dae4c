"""Between two bundles: what is known of the files that came into a store, written beside them.

Small bundles of some assets each, `about-...`, never changed. A copy that was not told of yet has no `told_at`; it gets
one when what tells of it was read back. So whatever dies in between, nothing is left out: some is told twice.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select, update
from sqlalchemy.orm import aliased

from media_archive.bundles import contents
from media_archive.bundles.packing import About, Packed, pack, snapshot
from media_archive.bundles.writing import put, scratch, writable
from media_archive.catalogue.models import Archive, Asset, Line, Outcome, Rendition, Shoot
from media_archive.catalogue.subjects.models import Link, Subject, SubjectName
from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import ArchiveError
from media_archive.events.models import Event
from media_archive.logs import Log
from media_archive.metadata.models import Findings
from media_archive.storage import own
from media_archive.storage.models import Copy, File

log = Log()

#: copies of one object
COPIES = 500


def tell(context: Context) -> int:
    """Tells of every copy that was not told of, in the stores that answer; returns of how many."""
    return sum(_tell(context, name) for name in writable(context))


def _tell(context: Context, store: str) -> int:
    done = 0
    try:
        while True:
            told = _tell_some(context, store)
            done += told
            if told < COPIES:
                return done
    except ArchiveError as exc:  # the next turn tells it
        log.warning("bundle.untold", store=store, reason=str(exc))
        return done


def _tell_some(context: Context, store: str) -> int:
    with scratch(context) as folder:
        packed: Packed | None = None
        with snapshot(context.engine) as connection:
            waiting = select(Copy.id, File.asset_id).join(File, File.id == Copy.file_id)
            rows = connection.execute(
                waiting.where(Copy.store == store, Copy.told_at.is_(None)).order_by(Copy.id).limit(COPIES)
            ).all()
            if rows:
                chosen = _of(sorted({row.asset_id for row in rows}))
                packed = pack(
                    connection, folder / "about.zip", chosen, About(contents.institutions(connection)), whole=False
                )
        if packed is None:
            return 0
        place = context.stores.store(store)
        place.check(writing=True)
        put(place, packed, own.ABOUT, packed.manifest.made_at)
    with context.transaction() as session:
        session.execute(update(Copy).where(Copy.id.in_([row.id for row in rows])).values(told_at=now()))
    return len(rows)


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
        **{one: select(one.__table__).where(one.asset_id.in_(assets)) for one in (Link, Rendition, Outcome, Line)},
        Event: select(Event.__table__).where(history),
    }
    return {model.__tablename__: asked for model, asked in chosen.items()}


def _subjects(assets: Sequence[UUID]) -> Select[UUID]:
    """Ids of the subjects that `assets` are linked to, and of those above them."""
    linked = select(Link.subject_id.label("id")).where(Link.asset_id.in_(assets)).cte("linked", recursive=True)
    below = aliased(Subject)
    above = select(below.parent_id).join(linked, below.id == linked.c.id).where(below.parent_id.is_not(None))
    return select(linked.union(above).c.id)
