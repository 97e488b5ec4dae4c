"""Shortening what was given back before its time: a store charges for its temporary copy as long as it keeps it."""

from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from media_archive.context import Context
from media_archive.errors import ArchiveError
from media_archive.logs import Log
from media_archive.restoring.models import RestoreItem, RestoreState
from media_archive.restoring.standings import LIVE
from media_archive.storage.models import Copy

log = Log()
#: what was given back longer ago was seen to, or runs out by itself
RECENT = timedelta(hours=1)
#: stores keep what is asked for one day up to the end of the next
SHORTEST = timedelta(days=2)


def shorten(context: Context, moment: datetime) -> int:
    """Lets stores end tomorrow what nobody needs any more; returns how many copies."""
    with context.reading() as session:
        copies = _unneeded(session, moment)
    done = 0
    for copy in copies:
        try:
            store = context.stores.store(copy.store)
            store.restore(copy.key, 1)
            until = store.stat(copy.key).readable_until
        except ArchiveError as exc:
            log.warning("restore.kept", store=copy.store, key=copy.key, reason=str(exc))
            continue
        with context.transaction() as session:
            if there := session.get(Copy, copy.id):
                there.readable_until = until
        done += 1
    return done


def _unneeded(session: Session, moment: datetime) -> list[Copy]:
    """Copies that were given back of late and that no other request keeps."""
    other = aliased(RestoreItem)
    needed = exists().where(other.file_id == Copy.file_id, other.state.in_((*LIVE, RestoreState.READY)))
    given_back = select(RestoreItem.copy_id).where(
        RestoreItem.state == RestoreState.ENDED, RestoreItem.ends_at > moment - RECENT
    )
    query = select(Copy).where(Copy.id.in_(given_back), Copy.readable_until > moment + SHORTEST, ~needed)
    return list(session.scalars(query))
