"""Then and now: the series of a place, the pairs that go best together, and what people keep of them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue.models import Outcome
from media_archive.catalogue.subjects import linking
from media_archive.db import now
from media_archive.errors import Conflict, Invalid, NotFound
from media_archive.events.models import Event
from media_archive.suggesting.comparing import pairing, saving, series
from media_archive.suggesting.comparing.series import Place
from tests.suggesting.conftest import Enter

LAT, LON, METRES = 37.45, 116.30, 1 / 111_000
HASH = 0x0F0F_3C3C_5A5A_9696


@pytest.fixture
def take(archive: Archive, enter: Enter) -> Callable[..., UUID]:
    """Takes a picture of the clock tower: so many metres north of it, looking that way, with that hash."""

    def make(year: int, north: float = 0, direction: float | None = 0.0, phash: int | None = HASH, **more: Any) -> UUID:
        gps = {"lat": LAT, "lon": LON, "source": "test"} | ({} if direction is None else {"direction": direction})
        place = {"latitude": LAT + north * METRES, "longitude": LON, "width": 3000, "height": 2000}
        asset = enter(taken=f"{year}-05-01T08:00:00+08:00", record={"gps": gps}, **(place | more))
        if phash is not None:
            with archive.transaction() as session:
                value = {"phash": f"{phash:016x}"}
                session.add(Outcome(asset_id=asset, recipe="fingerprint", version=1, value=value, made_at=now()))
        return asset

    return make


@pytest.fixture
def tower(archive: Archive, add: Callable[..., UUID]) -> UUID:
    """A landmark."""
    return add("landmark", "鼓楼", {"type": "Point", "coordinates": [LON, LAT]})


def _pairs(archive: Archive, place: Place) -> list[tuple[UUID, UUID]]:
    with archive.reading() as session:
        return [(one.then.id, one.now.id) for one in pairing.pairs(session, place)]


def test_the_same_spot_and_direction_go_best_together(archive: Archive, take: Callable[..., UUID], tower: UUID) -> None:
    old = take(1975)
    same_spot, turned, far = take(2015, 5, 4), take(2015, 5, 170), take(2015, 70, 4)
    point = Place.near(LAT, LON)
    assert _pairs(archive, point)[0] == (old, same_spot)
    assert _pairs(archive, Place(subject=tower)) == []  # nothing is linked to it
    for one in (old, turned, far):
        with archive.transaction() as session:
            linking.link(session, one, tower, "wang")
    assert {one[0] for one in _pairs(archive, Place(subject=tower))} == {old}


def test_what_looks_alike_goes_together_where_nothing_else_is_known(
    archive: Archive, take: Callable[..., UUID], tower: UUID
) -> None:
    where = {"latitude": None, "longitude": None, "direction": None}
    old = take(1975, **where)
    alike, other = take(2010, phash=HASH ^ 0xFF, **where), take(2010, phash=HASH ^ 0xFFFF_FFFF, **where)
    for one in (old, alike, other):
        with archive.transaction() as session:
            linking.link(session, one, tower, "wang", role="shows")
    with archive.reading() as session:
        best, second = pairing.pairs(session, Place(subject=tower))
    assert (best.then.id, best.now.id, best.bits) == (old, alike, 8)
    assert (second.bits, second.metres, second.degrees) == (32, None, None)
    assert best.score > second.score
    assert best.years == pytest.approx(35, abs=0.01)


@pytest.mark.slow
def test_pictures_of_one_time_are_no_pair_and_none_is_in_all(archive: Archive, take: Callable[..., UUID]) -> None:
    old, older = take(1976), take(1975)
    new = [take(2015, number) for number in range(4)]
    pairs = _pairs(archive, Place.near(LAT, LON))
    assert (older, old) not in pairs
    assert {then for then, _ in pairs} == {old, older}
    assert max(sum(one in pair for pair in pairs) for one in (old, older, *new)) == 2


def test_the_series_counts_each_year(archive: Archive, take: Callable[..., UUID]) -> None:
    take(1975), take(2015), take(2015), take(2016, 5000)
    with archive.reading() as session:
        found = series.years(session, Place.near(LAT, LON, 100))
    assert [(one.year, one.count, len(one.cards)) for one in found] == [(1975, 1, 1), (2015, 2, 2)]


def test_a_comparison_is_kept_with_the_earlier_picture_first(
    archive: Archive, take: Callable[..., UUID], tower: UUID
) -> None:
    old, new = take(1975), take(2015)
    with archive.transaction() as session:
        made = saving.keep(session, new, old, "wang", place=Place(subject=tower), title="鼓楼四十年").id
    with archive.transaction() as session, pytest.raises(Conflict):
        saving.keep(session, old, new, "li")
    with archive.transaction() as session, pytest.raises(Invalid):
        saving.keep(session, old, old, "li")
    with archive.transaction() as session:
        saving.change(session, made, "li", title="鼓楼", note="修缮前后")
    with archive.reading() as session:
        (kept,), following = saving.kept(session, subject=tower)
        history = session.scalars(select(Event.what).where(Event.object_id == made).order_by(Event.id)).all()
    assert (kept.then.id, kept.now.id, kept.title, kept.note, following) == (old, new, "鼓楼", "修缮前后", None)
    assert history == ["creation", "modification"]
    with archive.transaction() as session:
        saving.remove(session, made, "wang")
    with archive.transaction() as session, pytest.raises(NotFound):
        saving.one(session, made)


@pytest.mark.parametrize(
    "where", [(91, 0, None), (0, 181, None), (37, 116, 0), (37, 116, 1e9), (float("nan"), 0, None)]
)
def test_a_place_that_is_none_is_refused(where: tuple[float, float, float | None]) -> None:
    with pytest.raises(Invalid):
        Place.near(*where)
