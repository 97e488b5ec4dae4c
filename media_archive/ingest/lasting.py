"""That what was deposited still lies there when it is entered: equal bytes of another file may be removed meanwhile.

Until its row is there nobody knows that a file rests on an object. So bytes that are being removed are not rested on;
and once the row is there, which keeps everybody from removing them, they are looked for again.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import update
from sqlalchemy.orm import Session

from media_archive.catalogue.register import Stored
from media_archive.context import Context
from media_archive.errors import NotFound, Unavailable
from media_archive.ingest.carry import Carried
from media_archive.ingest.grouping import Member
from media_archive.storage.models import Copy
from media_archive.storage.turns import being_removed, take_turn
from media_archive.words import Message

GOING = Message("Its bytes are just being removed from the store {store}. Ingest it again when that is done.")


def take_turns(session: Session, ready: Sequence[Carried]) -> None:
    """Nobody decides to remove bytes of `ready` until the transaction ends; in one order, so that none wait in a ring."""
    for digest in sorted({stored.sha256 for one in ready for _, stored in one.stored}):
        take_turn(session, digest)


def lasting(session: Session, carried: Carried) -> Carried:
    """`carried` without what rests on objects that are being removed: that is refused."""
    going = [
        (member, stored) for member, stored in carried.stored if being_removed(session, stored.sha256, stored.store)
    ]
    if not going:
        return carried
    refused = [(member.candidate, Message(GOING.template, {"store": stored.store})) for member, stored in going]
    stays = [one for one in carried.stored if one not in going]
    return replace(carried, stored=stays, refused=[*carried.refused, *refused])


def look_again(archive: Context, carried: Carried) -> None:
    """Stores anew what was removed before its row was there. Raises Unavailable if that fails: it counts for nothing then."""
    for member, stored in carried.stored:
        try:
            archive.stores.store(stored.store).stat(stored.key)
        except NotFound:
            _once_more(archive, member, stored)


def _once_more(archive: Context, member: Member, stored: Stored) -> None:
    with archive.transaction() as session:
        session.execute(update(Copy).where(Copy.store == stored.store, Copy.key == stored.key).values(verified_at=None))
    try:
        with member.candidate.path.open("rb") as source:
            archive.stores.store(stored.store).keep(source, size=stored.size, sha256=stored.sha256)
    except OSError as exc:
        raise Unavailable(
            "{name} was removed from the store {store} while it came in, and its source cannot be read: {reason}. Ingest"
            " it again.",
            name=stored.name,
            store=stored.store,
            reason=exc.strerror or str(exc),
        ) from exc
    with archive.transaction() as session:
        values = {"verified_at": stored.verified_at, "problem": None}
        session.execute(update(Copy).where(Copy.store == stored.store, Copy.key == stored.key).values(values))
