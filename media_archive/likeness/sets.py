"""Pairs of alike pictures put into sets: what hangs together is looked at together."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.catalogue.shown import shows
from media_archive.likeness.models import AlikePair, AlikeSet, Sort
from media_archive.likeness.rules import rules

if TYPE_CHECKING:
    # a web node reads sets, and compares nothing
    from media_archive.likeness.comparing import Alike


def enter(session: Session, found: "Iterable[Alike]") -> int:
    """Enters pairs that nobody knew yet; returns how many. Sets that they tie together become one."""
    entered = 0
    for one in found:
        both = {one.first, one.second}
        if _known(session, one) or len(_there(session, both)) < 2:
            continue
        home = _home(session, one)
        session.add(AlikePair(first_id=one.first, second_id=one.second, set_id=home, distance=one.distance))
        session.flush()
        entered += 1
    return entered


def _known(session: Session, one: "Alike") -> bool:
    wanted = select(AlikePair.id).where(AlikePair.first_id == one.first, AlikePair.second_id == one.second)
    return session.scalar(wanted) is not None


def _there(session: Session, ids: Iterable[UUID]) -> Sequence[UUID]:
    """Those that are still in the catalogue: what was found was found in an earlier view of it."""
    return session.scalars(select(Asset.id).where(Asset.id.in_(ids))).all()


def _home(session: Session, one: "Alike") -> UUID:
    """The open set that the pair belongs to, made where there is none."""
    sets = [_open_set(session, asset_id, one.sort) for asset_id in (one.first, one.second)]
    known = list(dict.fromkeys(found for found in sets if found is not None))
    together = {one.first, one.second}.union(*(members(session, found) for found in known))
    if len(together) > rules().sets.members:
        # two full sets stay apart; the pair goes where there is room, else into a set of its own
        known = [
            found for found in known if len(members(session, found) | {one.first, one.second}) <= rules().sets.members
        ][:1]
    if not known:
        return _new(session, one)
    stays, *others = known
    for other in others:
        session.execute(update(AlikePair).where(AlikePair.set_id == other).values(set_id=stays))
        session.execute(delete(AlikeSet).where(AlikeSet.id == other))
    return stays


def _open_set(session: Session, asset_id: UUID, sort: Sort) -> UUID | None:
    touching = or_(AlikePair.first_id == asset_id, AlikePair.second_id == asset_id)
    wanted = select(AlikeSet.id).join(AlikePair, AlikePair.set_id == AlikeSet.id)
    wanted = wanted.where(touching, AlikeSet.verdict.is_(None), AlikeSet.sort == sort)
    return session.scalar(wanted.order_by(AlikeSet.id).limit(1))


def _new(session: Session, one: "Alike") -> UUID:
    made = AlikeSet(archive_id=session.get_one(Asset, one.first).archive_id, sort=one.sort)
    session.add(made)
    session.flush()
    return made.id


def members(session: Session, set_id: UUID) -> set[UUID]:
    """The assets of a set."""
    rows = session.execute(select(AlikePair.first_id, AlikePair.second_id).where(AlikePair.set_id == set_id))
    return {asset_id for row in rows for asset_id in row}


def part(session: Session, whole: AlikeSet) -> None:
    """Makes a set for each part of `whole` that hangs together no more; removes it where nothing is left."""
    pairs = list(session.scalars(select(AlikePair).where(AlikePair.set_id == whole.id)))
    if not pairs:
        session.delete(whole)
    for one in _parts(pairs)[1:]:
        made = AlikeSet(archive_id=whole.archive_id, sort=whole.sort)
        session.add(made)
        session.flush()
        for pair in one:
            pair.set_id = made.id
    session.flush()


def _parts(pairs: Sequence[AlikePair]) -> list[list[AlikePair]]:
    """The pairs by what hangs together, the largest part first."""
    parts: list[tuple[set[UUID], list[AlikePair]]] = []
    for pair in pairs:
        ends = {pair.first_id, pair.second_id}
        joined = [one for one in parts if one[0] & ends]
        parts = [one for one in parts if not one[0] & ends]
        parts.append((ends.union(*(one[0] for one in joined)), [pair, *(each for one in joined for each in one[1])]))
    return sorted((one[1] for one in parts), key=len, reverse=True)


def tidy(session: Session) -> None:
    """Removes sets that lost all their pairs, because their assets are gone or show something else now."""
    there = select(AlikePair.id).where(AlikePair.set_id == AlikeSet.id)
    session.execute(delete(AlikeSet).where(~there.exists()))


def beheld() -> ColumnElement[bool]:
    """Whether a pair is to be looked at: both of its assets are shown to whoever looks."""
    return and_(shows(AlikePair.first_id), shows(AlikePair.second_id))


def open_count(session: Session, sort: Sort | None = None) -> int:
    """How many sets wait for a decision."""
    there = select(AlikePair.id).where(AlikePair.set_id == AlikeSet.id, beheld())
    wanted = select(func.count()).select_from(AlikeSet).where(AlikeSet.verdict.is_(None), there.exists())
    return session.scalar(wanted.where(AlikeSet.sort == sort) if sort else wanted) or 0
