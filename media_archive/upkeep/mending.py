"""Making good what a check found bad: files from their good copies, renditions anew where there is none.

A source is read and matched while it is copied; only then are the bad bytes set aside, and the good ones take their
place. Where no copy is good, nothing is touched: the bytes stay as they are, and the history and the log say so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, aliased

from media_archive.catalogue.models import Asset, Rendition
from media_archive.context import Context
from media_archive.errors import ArchiveError, Damaged, NotFound
from media_archive.events import service as events
from media_archive.jobs import service as jobs
from media_archive.logs import Log
from media_archive.placement import moves
from media_archive.storage.fixity import Checked, to_check
from media_archive.storage.models import Copy, File, Phase, Role
from media_archive.words import Message

log = Log()

#: a rendition of no version of its recipe: to be made anew, it alone
SPOILT = 0
ALL_BAD = Message(
    "No copy of the file is good. Nothing was overwritten: the bytes lie where they lay. Bring it in again."
)


def ask(session: Session, bad: Iterable[Checked], who: str) -> int:
    """Asks for the jobs that mend `bad` copies; returns how many assets they concern.

    An original that has no good copy left waits for its bytes: ingesting them again mends it.
    """
    assets = set()
    for one in bad:
        asset, file = session.get(Asset, one.asset_id), session.get(File, one.file_id)
        if asset is None or file is None:
            continue
        if any(copy.problem is None for copy in file.copies):
            kind = "place"
        elif file.role == Role.RENDITION:
            session.execute(update(Rendition).where(Rendition.file_id == file.id).values(version=SPOILT))
            kind = f"render-{asset.kind}"
        else:
            continue
        jobs.request(session, kind, asset.id, shoot_id=asset.shoot_id, who=who)
        assets.add(asset.id)
    return len(assets)


@dataclass
class Mended:
    """What became of bad copies: made good, waiting for a rendition that is made anew, or past help for now."""

    good: int = 0
    anew: int = 0
    left: int = 0


def mend(context: Context, bad: Iterable[Checked], who: str, *, again: bool = False) -> Mended:
    """Mends `bad` copies now, one after the other; each outcome is an event of its asset.

    Where it is tried `again`, only a success is one.
    """
    done, rest = Mended(), []
    for one in bad:
        try:
            if _mend(context, one, who):
                done.good += 1
        except ArchiveError as exc:
            rest.append(one)
            if not again:
                _lament(context, one, exc, who)
    with context.transaction() as session:
        done.anew = ask(session, (one for one in rest if _is_rendition(session, one)), who)
    done.left = len(rest) - done.anew
    return done


def _mend(context: Context, one: Checked, who: str) -> bool:
    """Copies a good copy over a bad one, in its class; False if that is bad no longer, gone, or not wanted any more."""
    with context.reading() as session:
        bad = select(Copy).where(Copy.id == one.copy_id, Copy.phase == Phase.HERE, Copy.problem.is_not(None))
        copy = session.scalars(bad).one_or_none()
    if copy is None or copy.condemned_at is not None:
        return False
    moves.copy_to(context, copy.file_id, _tier(context, copy), who)
    return True


def _tier(context: Context, copy: Copy) -> str:
    """The tier of the copy; of a class that no tier has any more, one of the same store."""
    profile = context.stores.profile
    same = [name for name, tier in profile.tiers.items() if tier.store == copy.store]
    if not same:
        context.stores.store(copy.store)  # says that the profile has no such store
    return profile.tier_at(copy.store, copy.storage_class) or same[0]


def _lament(context: Context, one: Checked, exc: ArchiveError, who: str) -> None:
    """Says that a copy could not be mended, and loudly if none of its file is good."""
    with context.transaction() as session:
        lost = not session.scalar(_good(one.file_id))
        told: dict[str, Any] = {"store": one.store, "key": one.key, "sha256": one.sha256, "name": one.name}
        told["lost"] = lost
        reason = ALL_BAD if lost and isinstance(exc, Damaged | NotFound) else exc.message
        events.record(
            session, who, "replication", "asset", one.asset_id, outcome="failure", reason=reason.to_json(), **told
        )
    (log.error if lost else log.warning)("copy.bad", **{**told, "reason": str(exc)})


def _good(file_id: UUID) -> Select[int]:
    asked = select(func.count()).select_from(Copy).where(Copy.file_id == file_id, Copy.problem.is_(None))
    return asked.where(Copy.phase == Phase.HERE)


def _is_rendition(session: Session, one: Checked) -> bool:
    file = session.get(File, one.file_id)
    return file is not None and file.role == Role.RENDITION


def waiting(session: Session, store: str, most: int, after: UUID | None = None) -> list[Checked]:
    """Bad copies in `store` of files that have another which is not known to be bad, in the order of their ids."""
    another = aliased(Copy)
    other = (
        select(another.id)
        .where(another.file_id == File.id, another.problem.is_(None), another.phase == Phase.HERE)
        .exists()
    )
    asked = select(Copy, File).join(File, File.id == Copy.file_id)
    bad = asked.where(Copy.store == store, Copy.phase == Phase.HERE, Copy.problem.is_not(None), other)
    bad = bad if after is None else bad.where(Copy.id > after)
    return [to_check(copy, file) for copy, file in session.execute(bad.order_by(Copy.id).limit(most))]


def lost() -> Select[File]:
    """Files of which every copy is bad: to be brought in again, by whoever has them."""
    some = select(Copy.id).where(Copy.file_id == File.id)
    return select(File).where(some.exists(), ~some.where(Copy.problem.is_(None)).exists())
