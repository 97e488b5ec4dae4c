"""Packages asked for: several assets in one ZIP, for one person to take away (made by `packing`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from media_archive.delivery import places
from media_archive.jobs import service as jobs
from media_archive.storage.models import Parcel

PACKAGE = "package"
LONGEST_NAME = 120


@dataclass(frozen=True)
class Package:
    """What goes into one."""

    assets: Sequence[UUID]
    form: str
    title: str
    archive: str
    asked_by: str
    conditions: str = ""


def ask(session: Session, wanted: Package, kept_until: datetime) -> Parcel:
    """Asks for a package; it is kept until then, or for longer where it takes long to make."""
    args = {
        "assets": [str(one) for one in wanted.assets],
        "form": wanted.form,
        "title": wanted.title,
        "archive": wanted.archive,
        "conditions": wanted.conditions,
    }
    name = places.fitting(wanted.title[:LONGEST_NAME], ".zip")
    parcel = Parcel(kind=PACKAGE, args=args, name=name, media_type="application/zip", asked_by=wanted.asked_by, told={})
    parcel.kept_until = kept_until
    session.add(parcel)
    session.flush()
    jobs.request(session, PACKAGE, parcel.id, who=wanted.asked_by, first=True)
    return parcel
