"""What is made for people to take away: asked for, kept for some days, then removed."""

from datetime import timedelta
from pathlib import PurePath
from typing import Any

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from media_archive.catalogue import shown
from media_archive.context import Context
from media_archive.db import now
from media_archive.delivery import places
from media_archive.delivery.clips.containers import MEDIA_TYPES
from media_archive.delivery.clips.wanted import Wanted, check, form_of
from media_archive.delivery.sheets.layout import Grid
from media_archive.delivery.sheets.wishes import Sheet
from media_archive.errors import ArchiveError, NotFound
from media_archive.jobs import service as jobs
from media_archive.logs import Log
from media_archive.storage.models import Parcel

SHEET, CLIP = "contact-sheet", "clip"
#: suffix of a contact sheet -> its media type
SHEETS = {".pdf": "application/pdf", ".jpg": "image/jpeg", ".zip": "application/zip"}
LONGEST_NAME = 200
log = Log()


def ask_sheet(session: Session, sheet: Sheet, who: str) -> Parcel:
    """Asks for a contact sheet; as JPEG of several pages it is a ZIP of them."""
    args = {
        "archive": sheet.archive,
        "title": sheet.title,
        "assets": [str(one) for one in sheet.assets],
        "wish": sheet.wish.model_dump(mode="json"),
    }
    pages = Grid.of(sheet.wish).pages(len(sheet.assets))
    suffix = ".pdf" if sheet.wish.form == "pdf" else ".jpg" if pages == 1 else ".zip"
    return _ask(session, SHEET, args, places.fitting(sheet.title[:LONGEST_NAME] or sheet.archive, suffix), who)


def ask_clip(session: Session, wanted: Wanted, name: str, who: str) -> Parcel:
    """Asks for a clip; the suffix of `name` names its container. Invalid if it names none, or the clip cannot be."""
    form_of(name)
    check(wanted, shown.asset(session, wanted.asset_id))
    args = {
        "asset": str(wanted.asset_id),
        "begins": wanted.begins,
        "ends": wanted.ends,
        "source": wanted.source,
        "widened": wanted.widened,
    }
    return _ask(session, CLIP, args, name, who)


def _ask(session: Session, kind: str, args: dict[str, Any], name: str, who: str) -> Parcel:
    media_type = SHEETS[PurePath(name).suffix] if kind == SHEET else MEDIA_TYPES[form_of(name)]
    parcel = Parcel(kind=kind, args=args, name=name, media_type=media_type, asked_by=who, told={})
    session.add(parcel)
    session.flush()
    jobs.request(session, kind, parcel.id, who=who, first=True)
    return parcel


def expire(context: Context) -> int:
    """Removes the parcels that were kept long enough; returns how many."""
    limit = now() - timedelta(days=context.settings.parcel_days)
    with context.reading() as session:
        usual = and_(Parcel.kept_until.is_(None), Parcel.created_at < limit)
        over = list(session.scalars(select(Parcel).where(or_(usual, Parcel.kept_until < now()))))
    removed = 0
    for parcel in over:
        try:
            if parcel.store and parcel.key:
                context.stores.store(parcel.store).delete(parcel.key)
        except NotFound:
            pass
        except ArchiveError as exc:
            log.warning("parcel.left", parcel=str(parcel.id), reason=str(exc))
            continue
        with context.transaction() as session:
            session.execute(delete(Parcel).where(Parcel.id == parcel.id))
        removed += 1
    return removed
