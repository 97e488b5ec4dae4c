"""Taking in the hashes that the recipe `fingerprint` gave: in one order, so that every index can follow."""

from collections.abc import Sequence
from time import time_ns
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, literal, or_, select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import FingerprintOutbox, Outcome
from media_archive.db import alone, now
from media_archive.likeness.models import AlikePair, Fingerprint
from media_archive.likeness.rules import rules

RECIPE = "fingerprint"
#: a hash is 8 rows of 8 bits, beginning with the first wave: its columns, and its rows, of odd waves
ACROSS, DOWN = 0xAAAA_AAAA_AAAA_AAAA, 0xFF00_FF00_FF00_FF00
BATCH = 500
LOCK = 0x6C69_6B65  # "like": key of PostgreSQL's advisory lock


def waiting(session: Session) -> bool:
    """Whether any hash waits to be taken in."""
    return session.scalar(select(FingerprintOutbox.id).limit(1)) is not None


def take_in(session: Session) -> int:
    """Takes in what changed, oldest first; returns how many entries of the outbox that were."""
    alone(session, LOCK)
    entries = session.execute(
        select(FingerprintOutbox.id, FingerprintOutbox.asset_id).order_by(FingerprintOutbox.id).limit(BATCH)
    ).all()
    _enter(session, sorted({entry.asset_id for entry in entries}))
    session.execute(delete(FingerprintOutbox).where(FingerprintOutbox.id.in_([entry.id for entry in entries])))
    return len(entries)


def recall(session: Session) -> None:
    """Puts everything that has a hash and was never taken in on the list."""
    there = select(Fingerprint.asset_id).where(Fingerprint.asset_id == Outcome.asset_id)
    lost = select(Outcome.asset_id, literal(now(), FingerprintOutbox.at.type)).where(
        Outcome.recipe == RECIPE, Outcome.made_at.is_not(None), ~there.exists()
    )
    session.execute(insert(FingerprintOutbox).from_select(["asset_id", "at"], lost, include_defaults=False))


def _enter(session: Session, ids: Sequence[UUID]) -> None:
    outcomes = select(Outcome.asset_id, Outcome.value).where(Outcome.recipe == RECIPE, Outcome.asset_id.in_(ids))
    values = {row.asset_id: row.value for row in session.execute(outcomes)}
    there = {one.asset_id: one for one in session.scalars(select(Fingerprint).where(Fingerprint.asset_id.in_(ids)))}
    position = _latest(session)
    for asset_id in ids:
        read, old = _read(values.get(asset_id)), there.get(asset_id)
        if old is not None and read == (old.phash, old.comparable):
            continue
        _forget(session, asset_id)
        if read is None:
            session.execute(delete(Fingerprint).where(Fingerprint.asset_id == asset_id))
            continue
        position += 1
        one = old or Fingerprint(asset_id=asset_id)
        one.phash, one.comparable = read
        one.position, one.compared_at, one.sharpness = position, None, None
        session.add(one)
    session.flush()


def _latest(session: Session) -> int:
    """The position after which the next may come: microseconds, so that none is given twice where the last is gone."""
    return max(session.scalar(select(func.max(Fingerprint.position))) or 0, time_ns() // 1000)


def _read(value: dict[str, Any] | None) -> tuple[int, bool] | None:
    """The hash as a signed number, and whether there is enough to compare; None where there is no hash."""
    if not value or not value.get("phash"):
        return None
    phash = int(value["phash"], 16)
    return signed(phash), rules().comparable(phash, value.get("detail"))


def signed(phash: int) -> int:
    """The number of the same 64 bits that databases can hold."""
    return phash - 2**64 if phash >= 2**63 else phash


def unsigned(stored: int) -> int:
    """The reverse of `signed`."""
    return stored & 2**64 - 1


def apart(one: int, other: int) -> int:
    """Bits in which two hashes differ, signed or not."""
    return unsigned(one ^ other).bit_count()


def turned(phash: int) -> list[int]:
    """The hashes that the picture has mirrored, upside down, both, and turned by a quarter either way; nearly.

    A cosine of odd number changes its sign when the picture is mirrored along it, a quarter turn exchanges across and
    down. The bits are read against a median that is near to nought, so few of them differ from those of the real copy.
    """
    stored = unsigned(phash)
    exchanged = sum((stored >> 8 * row + column & 1) << 8 * column + row for row in range(8) for column in range(8))
    return [stored ^ ACROSS, stored ^ DOWN, stored ^ ACROSS ^ DOWN, exchanged ^ ACROSS, exchanged ^ DOWN]


def nearest(one: int, other: int) -> tuple[int, bool]:
    """Bits in which two hashes differ, the second picture standing however it fits best; and whether it must be turned."""
    upright, as_turned = apart(one, other), min(apart(one, made) for made in turned(other))
    # what fits as well as it stands is not turned: symmetrical pictures fit every way
    return (as_turned, True) if as_turned < upright and as_turned <= rules().photo.distance else (upright, False)


def _forget(session: Session, asset_id: UUID) -> None:
    """The picture is another now: whom it was like is open again, where nobody has decided."""
    touching = or_(AlikePair.first_id == asset_id, AlikePair.second_id == asset_id)
    session.execute(delete(AlikePair).where(touching, AlikePair.verdict.is_(None)))
