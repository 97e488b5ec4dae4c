"""Opening a collection to a person or a group, members of other archives too, for a time or until it is taken back.

A grant shows the collection, and of what lies in it the assets of the archive that grants, as far as these are open: what is
classified, closed or under embargo stays hidden. It holds for as long as who gave it has an account and a role there.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session, joinedload

from media_archive.access.models import Grant, Group, GroupMember, User
from media_archive.access.service import may, require
from media_archive.catalogue.collections.models import Collection
from media_archive.catalogue.seeing.viewer import EXTENTS, Opened, Sight
from media_archive.db import now
from media_archive.errors import Conflict, Invalid, NotFound
from media_archive.events import service as events

#: grants of one collection at a time
MOST = 200


def give(
    session: Session,
    collection: Collection,
    holder: User | Group,
    extent: str,
    giver: User,
    until: datetime | None = None,
) -> Grant:
    """Opens the collection to the holder; one that they have already is replaced."""
    require(giver, "arrange", collection.archive_id)
    _check(session, collection, extent, until)
    to = Grant.user_id if isinstance(holder, User) else Grant.group_id
    session.execute(delete(Grant).where(Grant.collection_id == collection.id, to == holder.id))
    made = Grant(collection_id=collection.id, extent=extent, giver_id=giver.id, until=until)
    setattr(made, "user_id" if isinstance(holder, User) else "group_id", holder.id)
    session.add(made)
    session.flush()
    told: dict[str, Any] = {"to": called(holder), "extent": extent, "until": until.isoformat() if until else None}
    events.record(session, giver.login, "grant", "collection", collection.id, **told)
    return made


def _check(session: Session, collection: Collection, extent: str, until: datetime | None) -> None:
    if extent not in EXTENTS:
        raise Invalid("{extent} is no way to open a collection. Choose one of: {known}.", extent=extent[:32],
                      known=", ".join(EXTENTS))  # fmt: skip
    if until is not None and until <= now():
        raise Invalid("The day until which it is opened is over. Give a later one, or none.")
    if collection.query is not None:
        raise Conflict(
            "{name} is a saved query: what it finds changes, so it cannot be opened to others. Put the assets into a collection.",
            name=collection.name,
        )
    if len(of(session, collection.id)) >= MOST:
        raise Conflict(
            "{name} is opened to {most} already. Open it to a group instead.", name=collection.name, most=MOST
        )


def called(holder: User | Group) -> str:
    """A holder as the record names them: a login, or a group behind its sign."""
    return holder.login if isinstance(holder, User) else f"@{holder.name}"


def holder_of(grant: Grant) -> str:
    """Whom it is given to, as the record names them."""
    found = grant.user or grant.group
    assert found is not None
    return called(found)


def revoke(session: Session, grant: Grant, who: str) -> None:
    """Takes it back; from the next request on nothing is shown by it."""
    told = {"to": holder_of(grant), "extent": grant.extent}
    events.record(session, who, "revocation", "collection", grant.collection_id, **told)
    session.delete(grant)


def of(session: Session, collection_id: UUID) -> list[Grant]:
    """To whom a collection is opened, the latest first; those that are over too."""
    wanted = select(Grant).where(Grant.collection_id == collection_id).order_by(Grant.id.desc())
    return list(
        session.scalars(wanted.options(joinedload(Grant.user), joinedload(Grant.group), joinedload(Grant.giver)))
    )


def of_group(session: Session, group: Group) -> list[tuple[Grant, Collection]]:
    """What is opened to a group, of the collections that the viewer sees."""
    wanted = select(Grant, Collection).join(Collection, Collection.id == Grant.collection_id)
    return [
        (row[0], row[1]) for row in session.execute(wanted.where(Grant.group_id == group.id).order_by(Collection.name))
    ]


def one(session: Session, grant_id: UUID) -> Grant:
    """The grant of that id; NotFound where there is none."""
    found = session.get(Grant, grant_id)
    if found is None:
        raise NotFound("There is no such grant any more. Reload the page.")
    return found


def is_in_force(grant: Grant, archive_id: UUID) -> bool:
    """Whether it shows anything: not over, and who gave it may still look there."""
    return (grant.until is None or grant.until > now()) and may(grant.giver, "arrange", archive_id)


def opened(session: Session, user: User, most: Sight) -> tuple[Opened, ...]:
    """What is opened to a person now; `most` is how much may be shown from where they come."""
    inside = select(GroupMember.group_id).where(GroupMember.user_id == user.id)
    wanted = select(Grant, Collection.archive_id).join(Collection, Collection.id == Grant.collection_id)
    wanted = wanted.where(or_(Grant.user_id == user.id, Grant.group_id.in_(inside)))
    found: dict[UUID, Opened] = {}
    for grant, archive_id in session.execute(wanted.options(joinedload(Grant.giver))):
        before = found.get(grant.collection_id)
        if is_in_force(grant, archive_id) and (before is None or _wider(grant.extent, before.extent)):
            found[grant.collection_id] = Opened(grant.collection_id, archive_id, min(Sight.OPEN, most), grant.extent)
    return tuple(found[key] for key in sorted(found))


def _wider(extent: str, other: str) -> bool:
    return EXTENTS.index(extent) > EXTENTS.index(other)
