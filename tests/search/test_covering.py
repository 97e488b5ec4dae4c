"""Parts of the map as few cells: nothing inside is missed, and little beyond is taken."""

import math
from collections.abc import Iterable

import pytest

from media_archive.search.area import covering
from media_archive.search.index import cells
from media_archive.search.language import areas

PLACE = (37.45, 116.31)


def _covered(found: Iterable[str], latitude: float, longitude: float) -> bool:
    return not set(found).isdisjoint(cells.terms(cells.cell(latitude, longitude)).split())


def _ring(metres: float) -> list[tuple[float, float]]:
    """Points so far from the place, all around."""
    along, across = 110_990.0, 111_320.0 * math.cos(math.radians(PLACE[0]))
    turns = [math.radians(degrees) for degrees in range(0, 360, 3)]
    return [(PLACE[0] + metres * math.sin(turn) / along, PLACE[1] + metres * math.cos(turn) / across) for turn in turns]


@pytest.mark.parametrize(("metres", "beyond"), [(30, 100), (500, 120), (2000, 120), (20_000, 1300)])
def test_a_circle_misses_nothing_and_goes_beyond_by_a_small_cell(metres: float, beyond: float) -> None:
    inside, edge = areas.around(PLACE, metres)
    found = [*inside, *edge]
    assert len(found) <= covering.MOST
    assert not any(_covered(inside, *point) for point in _ring(metres)), "what is sure lies within"
    assert all(_covered(found, *point) for share in (0, 0.5, 0.9, 0.995) for point in _ring(metres * share))
    assert not any(_covered(found, *point) for point in _ring(metres + beyond))


def test_a_street_is_covered_on_both_sides() -> None:
    street = {"type": "LineString", "coordinates": [[116.30, 37.45], [116.33, 37.45]]}
    inside, edge = areas.cover(street, 300)
    found = [*inside, *edge]
    assert _covered(inside, 37.451, 116.31)
    assert not _covered(inside, 37.4527, 116.31)
    assert all(_covered(found, 37.45 + up, 116.30 + along) for up in (-0.0026, 0, 0.0026) for along in (0, 0.011, 0.03))
    assert not _covered(found, 37.4545, 116.311)
    assert not _covered(found, 37.45, 116.335)


def test_the_whole_world_is_covered() -> None:
    world = (-90.0, -180.0, 90.0, 180.0)
    found, edge = covering.covering(world, covering.within(world))
    assert not edge
    assert _covered(found, -33.86, 151.2)
    assert _covered(found, 90, 180)
