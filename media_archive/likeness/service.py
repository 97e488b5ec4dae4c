"""Bringing likeness up to date: hashes taken in, the index following, new pictures compared, sets grown."""

from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from media_archive.catalogue.models import Rendition
from media_archive.config import Settings
from media_archive.context import Context
from media_archive.db import alone, now
from media_archive.errors import ArchiveError
from media_archive.likeness import comparing, fingerprints, sets
from media_archive.likeness.comparing import Alike
from media_archive.likeness.index.keeping import Keeper
from media_archive.likeness.models import Fingerprint, Sort
from media_archive.logs import Log
from media_archive.storage.models import File

#: pictures compared between two transactions
BATCH = 100
#: the rendition that sharpness is measured in
PICTURE = "screen"

log = Log()


def keeper_of(settings: Settings) -> Keeper:
    """The index of this machine."""
    return Keeper(settings.home / "likeness")


def refresh(context: Context, keeper: Keeper) -> int:
    """Does all that waits; returns how many pictures were compared. 0 where another worker is at it."""
    with context.reading() as session:
        if not fingerprints.waiting(session) and not comparing.waiting(session, 1):
            return 0
    done = 0
    with keeper.writing() as held:
        while held and (compared := _step(context, keeper)):
            done += compared
    return done


def current(context: Context) -> Keeper:
    """The index of this machine, with everything that was taken in."""
    keeper = keeper_of(context.settings)
    with keeper.writing() as held:
        if held:
            keeper.follow(context.reading)
    return keeper


def rebuild(context: Context, keeper: Keeper) -> int:
    """Makes the index anew from the catalogue; returns how many pictures it holds."""
    with context.transaction() as session:
        fingerprints.recall(session)
    with keeper.writing(wait=True):
        _take_in(context)
        count = keeper.rebuild(context.reading)
        with context.transaction() as session:
            sets.tidy(session)
    refresh(context, keeper)
    return count


def _take_in(context: Context) -> None:
    while True:
        with context.transaction() as session:
            if not fingerprints.take_in(session):
                return


def _step(context: Context, keeper: Keeper) -> int:
    _take_in(context)
    keeper.follow(context.reading)
    with context.reading() as session:
        ones = comparing.waiting(session, BATCH)
        found = [pair for one in ones for pair in comparing.compare(session, keeper, one)]
    if not ones:
        return 0
    sharpness = _sharpness(context, found)
    with context.transaction() as session:
        alone(session, fingerprints.LOCK)
        sets.enter(session, found)
        _mark(session, ones, sharpness)
    return len(ones)


def _mark(session: Session, ones: list[Fingerprint], sharpness: dict[UUID, float]) -> None:
    compared = {one.asset_id: one.position for one in ones}
    ids = list({*compared, *sharpness})
    for row in session.scalars(select(Fingerprint).where(Fingerprint.asset_id.in_(ids))):
        if row.position == compared.get(row.asset_id):  # else it changed meanwhile, and is to be compared again
            row.compared_at = now()
        row.sharpness = sharpness.get(row.asset_id, row.sharpness)


def _sharpness(context: Context, found: list[Alike]) -> dict[UUID, float]:
    """Of the pictures in bursts, as far as they have a rendition and it was not measured yet."""
    ids = {one for pair in found if pair.sort == Sort.BURST for one in (pair.first, pair.second)}
    wanted = select(Rendition.asset_id, File).join(File, File.id == Rendition.file_id)
    wanted = wanted.join(Fingerprint, Fingerprint.asset_id == Rendition.asset_id)
    with context.reading() as session:
        unmeasured = wanted.where(
            Rendition.asset_id.in_(ids), Rendition.recipe == PICTURE, Fingerprint.sharpness.is_(None)
        )
        pictures = session.execute(unmeasured.options(selectinload(File.copies))).all()
    measured = {}
    for asset_id, file in pictures:
        try:
            with context.stores.at_hand(file) as path:
                measured[asset_id] = _measure(path)
        except ArchiveError as exc:
            log.warning("likeness.sharpness", asset=str(asset_id), reason=str(exc))
    return measured


def _measure(path: Path) -> float:
    from media_archive.tools.isolation import reader

    value: float = reader().call("media_archive.likeness.sharpness:measure", str(path))
    return value
