"""Which two pictures show best how a place changed: from the same spot, the same way, alike, and long apart."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.models import Asset, Outcome
from media_archive.catalogue.queries import Card
from media_archive.geo import distances
from media_archive.suggesting.comparing.series import Place, pictures
from media_archive.suggesting.rules import rules

#: the recipe whose outcome holds the perceptual hash of a picture
FINGERPRINT = "fingerprint"
DAYS_A_YEAR = 365.2425
Grid = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is compared of a picture; None where it is not known."""

    id: UUID
    taken_at: datetime
    latitude: float | None
    longitude: float | None
    #: degrees from true north
    direction: float | None
    phash: int | None
    #: width over height
    shape: float | None


@dataclass(frozen=True)
class Pair:
    """Two pictures, how well they match (0 to 1), and why."""

    then: Card
    now: Card
    score: float
    years: float
    #: metres between the cameras, degrees between their directions, bits between their hashes; None where not known
    metres: float | None
    degrees: float | None
    bits: int | None


def pairs(session: Session, place: Place, most: int | None = None) -> list[Pair]:
    """The best pairs of the place, the best first."""
    found = candidates(session, place)
    chosen = best(found, rules().pairs.proposed if most is None else most)
    cards = {card.id: card for card in catalogue.cards(session, list({one.id for pair in chosen for one in pair[:2]}))}
    return [_pair(cards, then, now, score) for then, now, score in chosen if then.id in cards and now.id in cards]


def candidates(session: Session, place: Place) -> list[Candidate]:
    """The oldest and the newest pictures of the place."""
    most = rules().pairs.candidates
    columns = (Asset.id, Asset.taken_at, Asset.latitude, Asset.longitude, Asset.record, Asset.width, Asset.height)
    wanted = pictures(place).with_only_columns(*columns)
    ends = (wanted.order_by(Asset.taken_at, Asset.id), wanted.order_by(Asset.taken_at.desc(), Asset.id.desc()))
    rows = {row.id: row for end in ends for row in session.execute(end.limit(most))}
    hashed = select(Outcome.asset_id, Outcome.value).where(
        Outcome.asset_id.in_(rows), Outcome.recipe == FINGERPRINT, Outcome.value.is_not(None)
    )
    hashes = {row.asset_id: row.value for row in session.execute(hashed)}
    found = [_candidate(row, hashes.get(row.id)) for row in rows.values()]
    return sorted(found, key=lambda one: (one.taken_at, one.id))


def _candidate(row: Any, value: dict[str, Any] | None) -> Candidate:
    direction = ((row.record or {}).get("gps") or {}).get("direction")
    phash = (value or {}).get("phash")
    return Candidate(
        row.id,
        row.taken_at,
        row.latitude,
        row.longitude,
        None if direction is None else float(direction),
        int(phash, 16) if phash else None,
        row.width / row.height if row.width and row.height else None,
    )


def best(found: Sequence[Candidate], most: int) -> list[tuple[Candidate, Candidate, float]]:
    """Earlier and later picture of the best pairs, with their score; none stands in more than a few of them."""
    if len(found) < 2:
        return []
    scores = _scores(found)
    order = np.argsort(-scores, axis=None, kind="stable")
    uses: Counter[UUID] = Counter()
    chosen: list[tuple[Candidate, Candidate, float]] = []
    for place in order:
        then, now = divmod(int(place), len(found))
        score = float(scores[then, now])
        if score <= 0 or len(chosen) >= most:
            break
        ids = found[then].id, found[now].id
        if all(uses[one] < rules().pairs.repeats for one in ids):
            uses.update(ids)
            chosen.append((found[then], found[now], round(score, 3)))
    return chosen


def _scores(found: Sequence[Candidate]) -> Grid:
    """How well each earlier picture (row) goes with each later one (column)."""
    told = rules().pairs
    parts = (
        (told.place, _bell(_metres(found), told.metres)),
        (told.direction, _bell(_degrees(found), told.degrees)),
        (told.likeness, np.clip(1 - _bits(found) / told.bits, 0.0, 1.0)),
        (told.shape, np.exp(-np.abs(_apart(np.log(_numbers([one.shape for one in found])))))),
    )
    total = sum(weight for weight, _ in parts)
    match = sum(weight * np.where(np.isnan(part), told.unknown, part) for weight, part in parts) / total
    moments = np.array([one.taken_at.timestamp() for one in found]) / 86400 / DAYS_A_YEAR
    gap = moments[None, :] - moments[:, None]
    return np.asarray(np.where(gap >= told.years, match * (1 - np.exp(-gap / told.long)), 0.0))


def _bell(values: Grid, width: float) -> Grid:
    return np.asarray(np.exp(-0.5 * (values / width) ** 2))


def _numbers(values: Sequence[float | None]) -> Grid:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _apart(values: Grid) -> Grid:
    return values[None, :] - values[:, None]


def _metres(found: Sequence[Candidate]) -> Grid:
    latitudes, longitudes = _numbers([one.latitude for one in found]), _numbers([one.longitude for one in found])
    known = latitudes[~np.isnan(latitudes)]
    wide, high = distances.degree(float(known.mean()) if known.size else 0.0)
    return np.asarray(np.hypot(_apart(longitudes) * wide, _apart(latitudes) * high))


def _degrees(found: Sequence[Candidate]) -> Grid:
    return np.asarray(np.abs((_apart(_numbers([one.direction for one in found])) + 180) % 360 - 180))


def _bits(found: Sequence[Candidate]) -> Grid:
    hashes = [one.phash for one in found]
    stored = np.array([0 if one is None else one for one in hashes], dtype=np.uint64)
    differing = (stored[None, :] ^ stored[:, None]).view(np.uint8).reshape(len(found), len(found), 8)
    counted = np.unpackbits(differing, axis=2).sum(axis=2).astype(np.float64)
    unknown = np.array([one is None for one in hashes])
    counted[unknown, :] = np.nan
    counted[:, unknown] = np.nan
    return np.asarray(counted)


def _pair(cards: dict[UUID, Card], then: Candidate, now: Candidate, score: float) -> Pair:
    ends = [then, now]
    metres, degrees, bits = (float(part(ends)[0, 1]) for part in (_metres, _degrees, _bits))
    return Pair(
        cards[then.id],
        cards[now.id],
        score,
        (now.taken_at - then.taken_at).days / DAYS_A_YEAR,
        None if np.isnan(metres) else metres,
        None if np.isnan(degrees) else degrees,
        None if np.isnan(bits) else int(bits),
    )
