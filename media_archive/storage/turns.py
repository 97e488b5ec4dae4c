"""How those who register, move or remove the same bytes take turns: what one rests on, another may be about to delete."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.db import alone
from media_archive.storage.models import Copy, File, Phase


def take_turn(session: Session, sha256: str) -> None:
    """Waits until nobody else registers or releases a copy of these bytes, until `session`'s transaction ends."""
    alone(session, int(sha256[:15], 16))


def being_removed(session: Session, sha256: str, store: str) -> bool:
    """Whether the object of these bytes in `store` is being removed, whosever copy it was."""
    going = select(Copy.id).join(Copy.file).where(File.sha256 == sha256, Copy.store == store)
    return session.scalars(going.where(Copy.phase == Phase.GOING).limit(1)).first() is not None
