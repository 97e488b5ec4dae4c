"""What passes for a geometry, and how far things are from it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_archive.errors import Invalid
from media_archive.geo.datums import Datum, normalise
from media_archive.geo.distances import around, bearing, bearings, between, contains, distance, middle, nearest
from media_archive.geo.shapes import box, checked, on_earth

SQUARE = [[116.0, 37.0], [116.1, 37.0], [116.1, 37.1], [116.0, 37.1], [116.0, 37.0]]
HOLE = [[116.04, 37.04], [116.06, 37.04], [116.06, 37.06], [116.04, 37.06], [116.04, 37.04]]
RING = {"type": "Polygon", "coordinates": [SQUARE, HOLE]}
STREET = {"type": "LineString", "coordinates": [[116.0, 37.0], [116.1, 37.0]]}


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        "POINT (1 2)",
        {"type": "Circle", "coordinates": [1, 2]},
        {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": [1, "2"]},
        {"type": "Point", "coordinates": [float("nan"), 2]},
        {"type": "Point", "coordinates": [10**400, 2]},
        {"type": "Point", "coordinates": [True, False]},
        {"type": "Point", "coordinates": [181, 2]},
        {"type": "Point", "coordinates": [37.4, 116.3]},
        {"type": "MultiPoint", "coordinates": []},
        {"type": "LineString", "coordinates": [[1, 2]]},
        {"type": "Polygon", "coordinates": [SQUARE[:4]]},
        {"type": "Polygon", "coordinates": [SQUARE[:2] + SQUARE[:1]]},
        {"type": "Polygon", "coordinates": SQUARE},
        {"type": "MultiLineString", "coordinates": 7},
        {"type": "GeometryCollection", "geometries": []},
        {"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection", "geometries": []}]},
        {"type": "MultiPoint", "coordinates": [[1, 2]] * 200_001},
    ],
)
def test_what_is_no_geometry_is_refused_in_words(wrong: Any) -> None:
    with pytest.raises(Invalid):
        on_earth(checked(wrong))


json_like = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from(["type", "coordinates", "geometries", "geometry"]), inner)
    ),
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["Point", "LineString", "Polygon", "MultiPolygon", "GeometryCollection", "Feature"]), json_like)
def test_anything_else_is_refused_or_a_geometry(kind: str, found: Any) -> None:
    try:
        geometry = normalise({"type": kind, "coordinates": found, "geometries": found, "geometry": found}, Datum())
    except Invalid:
        return
    west, south, east, north = box(geometry)
    assert -180 <= west <= east <= 180
    assert -90 <= south <= north <= 90


def test_a_feature_and_heights_and_names_leave_the_bare_geometry() -> None:
    given_ = {
        "type": "Feature",
        "properties": {"a": 1},
        "geometry": {"type": "Point", "coordinates": [116, 37, 20], "id": 3},
    }
    assert checked(given_) == {"type": "Point", "coordinates": [116, 37, 20]}


def test_inside_outside_and_in_a_hole() -> None:
    assert contains(RING, (116.02, 37.02))
    assert not contains(RING, (116.05, 37.05))
    assert not contains(RING, (116.2, 37.05))
    assert not contains(STREET, (116.05, 37.0))
    assert distance((116.02, 37.02), RING) == 0
    assert distance((116.05, 37.05), RING) == pytest.approx(888, abs=3)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.floats(115.5, 116.6), st.floats(36.6, 37.5))
def test_distances_agree_with_the_ellipsoid(x: float, y: float) -> None:
    from pyproj import Geod

    true = Geod(ellps="WGS84")
    _, _, metres = true.inv(x, y, 116.05, 37.05)
    assert between((x, y), (116.05, 37.05)) == pytest.approx(metres, rel=1e-3, abs=0.01)
    far, _ = nearest((x, y), STREET)
    least = min(true.inv(x, y, 116.0 + step / 1000, 37.0)[2] for step in range(101))
    assert far == pytest.approx(least, rel=2e-3, abs=60)


def test_directions() -> None:
    assert bearing((116.0, 37.0), (116.0, 37.1)) == pytest.approx(0, abs=0.01)
    assert bearing((116.0, 37.0), (116.1, 37.0)) == pytest.approx(90, abs=0.1)
    seen = bearings((116.05, 36.9), {"type": "LineString", "coordinates": [[116.0, 37.0], [116.1, 37.0]]})
    assert seen is not None
    assert seen[0] % 360 == pytest.approx(0, abs=0.5) or seen[0] == pytest.approx(360, abs=0.5)
    assert seen[1] == pytest.approx(21.8, abs=0.5)
    assert bearings((116.02, 37.02), RING) is None


def test_the_box_around_a_point_holds_all_within_the_distance() -> None:
    west, south, east, north = around((116.0, 37.0), 500)
    assert between((116.0, 37.0), (east, 37.0)) == pytest.approx(500, rel=1e-3)
    assert between((116.0, 37.0), (116.0, south)) == pytest.approx(500, rel=1e-3)
    assert west < 116.0 < east
    assert south < 37.0 < north


def test_the_point_that_stands_for_a_geometry_lies_on_it() -> None:
    assert distance(middle(RING), RING) == pytest.approx(0, abs=1)
    assert middle(STREET) == pytest.approx((116.05, 37.0), abs=1e-9)
