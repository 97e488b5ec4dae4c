"""Numbers and times as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_archive.search.service import Facet
from webapp import shown
from webapp.assets.years import HEIGHT, WIDTH, bars
from webapp.subjects.outline import HEIGHT as HIGH
from webapp.subjects.outline import WIDTH as WIDE
from webapp.subjects.outline import draw


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.00 kB"),
        (85_340_000_000_000, "85.3 TB"),
        (999_999, "1.00 MB"),
        (123_456_789, "123 MB"),
        (12_345, "12.3 kB"),
        (None, "–"),
    ],
)
def test_sizes_have_three_digits(value: int | None, text: str) -> None:
    assert shown.size(value) == text


@given(st.integers(0, 10**17))
def test_every_size_is_short(value: int) -> None:
    assert len(shown.size(value)) <= 9


@pytest.mark.parametrize(
    ("seconds", "text"), [(3753, "1:02:33"), (7, "0:07"), (59.6, "1:00"), (0.5, "0.50 s"), (None, "–")]
)
def test_durations(seconds: float | None, text: str) -> None:
    assert shown.duration(seconds) == text


@pytest.mark.parametrize(
    ("written", "text"),
    [("1987", "1987"), ("1987-05", "1987-05"), ("2017-06-12T09:30:00+08:00", "2017-06-12 09:30:00 +08:00")],
)
def test_times_are_as_precise_as_they_were_written(written: str, text: str) -> None:
    assert shown.capture(None, written) == text


@pytest.mark.slow
@given(st.dictionaries(st.integers(1, 2100), st.integers(1, 10**6), max_size=80))
def test_year_bars_stay_in_their_box(years: dict[int, int]) -> None:
    for x, y, width, height in bars([Facet(str(year), str(year), count) for year, count in years.items()]):
        assert 0 <= x <= WIDTH
        assert x + width <= WIDTH + 1
        assert 0 <= y <= HEIGHT
        assert y + height <= HEIGHT + 0.1


POINTS = st.tuples(st.floats(-180, 180), st.floats(-85, 85)).map(list)


@pytest.mark.slow
@given(st.lists(POINTS, min_size=2, max_size=20))
def test_outlines_stay_in_their_box(points: list[list[float]]) -> None:
    outline = draw({"type": "LineString", "coordinates": points})
    assert outline
    for pair in outline.lines[0][1:].split("L"):
        x, y = (float(part) for part in pair.split(","))
        assert -1 <= x <= WIDE + 1
        assert -1 <= y <= HIGH + 1
    assert 0 < outline.scale[0] <= WIDE / 4


@pytest.mark.parametrize(
    "geometry",
    [None, {}, {"type": "Polygon"}, {"type": "Point", "coordinates": []}, {"type": "Circle", "coordinates": [1, 2]}],
)
def test_nothing_to_draw_is_no_outline(geometry: dict[str, object] | None) -> None:
    assert draw(geometry) is None
