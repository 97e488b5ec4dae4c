"""Coordinates come to WGS-84 from whatever they were given in, and back."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_archive.config import PROJECT
from media_archive.errors import Invalid
from media_archive.geo.datums import DATUMS, Datum, expressed, normalise
from media_archive.geo.distances import between
from media_archive.geo.shapes import points

SHARED_GEO = PROJECT.parent / "shared" / "geo"
#: around the reference city
GRID = "+proj=tmerc +lat_0=0 +lon_0=117 +k=1 +x_0=500000 +y_0=-3500000 +ellps=GRS80 +units=m"
everywhere = st.builds(lambda x, y: (x, y), st.floats(73.5, 135), st.floats(3, 53.5))
datums = st.sampled_from([Datum.of(name, GRID) for name in DATUMS])


@pytest.fixture(scope="module")
def shared_geo() -> Path:
    if not SHARED_GEO.is_dir():
        pytest.skip("the folder of geodata beside the project is absent")
    return SHARED_GEO


def _point(x: float, y: float) -> dict[str, object]:
    return {"type": "Point", "coordinates": [x, y]}


def test_known_pairs_of_gcj02_agree_both_ways(shared_geo: Path) -> None:
    with (shared_geo / "gcj02_wgs84_known_pairs.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            true = float(row["wgs_lng"]), float(row["wgs_lat"])
            shifted = float(row["gcj_lng"]), float(row["gcj_lat"])
            there = normalise(_point(*shifted), Datum.of("GCJ-02"))["coordinates"]
            back = expressed(_point(*true), Datum.of("GCJ-02"))["coordinates"]
            assert between(true, tuple(there)) < 0.01, row["place"]
            assert between(shifted, tuple(back)) < 0.01, row["place"]


@pytest.mark.slow
def test_outlines_of_the_city_move_by_half_a_kilometre_and_come_back_to_a_centimetre(shared_geo: Path) -> None:
    gcj02 = Datum.of("gcj02")
    file = json.loads((shared_geo / "dezhou_11_counties_cnmaps.geojson").read_text("utf-8"))
    for feature in file["features"]:
        true = normalise(feature, gcj02)
        given_, moved, back = (points(one) for one in (feature["geometry"], true, expressed(true, gcj02)))
        scale = np.array([88_000.0, 111_000.0])
        shift = np.hypot(*((moved - given_) * scale).T)
        assert 200 < shift.min() < shift.max() < 1000
        assert np.hypot(*((back - given_) * scale).T).max() < 0.01


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(everywhere, datums)
def test_there_and_back_is_less_than_a_centimetre(place: tuple[float, float], datum: Datum) -> None:
    there = expressed(_point(*place), datum)
    assert between(place, tuple(normalise(there, datum)["coordinates"])) < 0.01


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([(2.35, 48.86), (-74.0, 40.7), (151.2, -33.9)]), st.sampled_from(["GCJ-02", "BD-09"]))
def test_beyond_china_nothing_is_shifted(place: tuple[float, float], name: str) -> None:
    assert normalise(_point(*place), Datum.of(name))["coordinates"] == list(place)


@pytest.mark.slow
def test_projected_coordinates_are_known_by_their_epsg_number() -> None:
    true = normalise(_point(410987.07, 4096978.48), Datum.of("EPSG:4548"))["coordinates"]
    assert between((116.0, 37.0), tuple(true)) < 0.02


@pytest.mark.parametrize("name", ["", "Mars", "EPSG:99999999", "local", "EPSG:x", "+proj=merc"])
def test_what_is_no_datum_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        Datum.of(name)


def test_a_grid_that_is_described_wrongly_is_refused() -> None:
    with pytest.raises(Invalid, match="no grid"):
        Datum.of("local", "+proj=nonsense")
