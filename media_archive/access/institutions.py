"""The institutions that keep their holdings in one catalogue: founded, called otherwise, listed."""

import re
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from media_archive.access import roles, service
from media_archive.access.models import Part, User
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Archive, Asset
from media_archive.errors import Conflict, Invalid
from media_archive.events import service as events

#: codes stand in accession codes, addresses and names of tables
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


@dataclass(frozen=True)
class Institution:
    """An archive, and how much is in it."""

    archive: Archive
    assets: int
    people: int


def add(session: Session, code: str, name: str, administrator: User | None, who: str) -> Archive:
    """Founds an archive beside those that are there; `administrator` manages its people from now on.

    Invalid for a code that is none, Conflict where it is taken.
    """
    code = code.strip()
    if not CODE.fullmatch(code):
        raise Invalid("{code} is no code of an archive: up to 32 letters, digits, - and _. Give another.", code=code)
    taken = select(Archive.name).where(func.lower(Archive.code) == code.lower())
    if there := session.scalar(taken):
        raise Conflict("The code {code} is taken: {name} has it. Choose another.", code=code, name=there)
    made = catalogue.found(session, code, catalogue.checked_name(name), who)
    if administrator is not None:
        roles.add(session, administrator, made, Part.ADMINISTRATOR, who)
    return made


def rename(session: Session, archive: Archive, name: str, who: str) -> None:
    """Calls an archive otherwise; its code stays, since accession codes rest on it."""
    before, archive.name = archive.name, catalogue.checked_name(name)
    if before != archive.name:
        events.record(
            session, who, "modification", "archive", archive.id, changed="name", before=before, after=archive.name
        )


def listed(session: Session) -> list[Institution]:
    """All of them by code, with the assets that the session may see and the accounts that are open."""
    counted = select(Asset.archive_id, func.count()).group_by(Asset.archive_id)
    assets = dict(session.execute(counted).all())
    open_ones = select(User.archive_id, func.count()).where(User.active).group_by(User.archive_id)
    people = dict(session.execute(open_ones).all())
    every = session.scalars(select(Archive).order_by(Archive.code))
    return [Institution(one, assets.get(one.id, 0), people.get(one.id, 0)) for one in every]


def require_founder(session: Session, person: User, home: str) -> None:
    """Forbidden unless `person` administers the archive with the code `home`, that of this installation."""
    service.require(person, "manage users", catalogue.archive_by_code(session, home).id)
