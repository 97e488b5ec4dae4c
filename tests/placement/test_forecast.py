"""Forecasts: files grow old under the rules, and as many come in as came in so far."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from media_archive.placement.forecast import forecast
from media_archive.storage.models import Role
from tests.placement.small import TERABYTE, Small

JUNE = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.mark.slow
def test_the_future_follows_rules_and_intake(tmp_path: Path, database_url: str) -> None:
    small = Small(tmp_path, database_url)
    context = small.context
    try:
        days = (datetime.now(UTC) - JUNE).days
        # one a month for a year: they go cold when nobody opened them for a year
        for month in range(1, 13):
            small.add(["hot", "warm"], days=days + round(month * 30.4))
        small.add(["hot", "warm"], days=days + 3000, rating=5)
        small.add(["hot"], role=Role.RENDITION, days=days + 3000, size=TERABYTE // 2)
        with context.reading() as session:
            points = forecast(session, context.stores.profile, 5, JUNE)
    finally:
        context.close()
    sizes = [{name: round(size / TERABYTE, 2) for name, size in point.bytes.items()} for point in points]
    assert sizes[0] == {"hot": 12.5, "warm": 13.0, "cold": 1.0}
    # two years on, a year's intake is on the NAS, and all before it is cold
    assert sizes[24] == {"hot": 13.5, "warm": 37.0, "cold": 24.0}
    assert points[24].cost["cold"] == pytest.approx(sizes[24]["cold"] * 20)
    # five years on: twelve of the sixty that came in are younger than a year, all others are cold, by hand
    assert sizes[60] == {"hot": 12 + 1 + 0.5, "warm": 12 + 60 + 1, "cold": 12 + 60 - 12}
    assert sum(points[60].cost.values()) == pytest.approx(13.5 * 200 + 73 * 100 + 60 * 20)
    # eleven files are hot in each of the first eleven months, twelve in the others; one best and half a rendition too
    hot, all_in = 11 * 11 + 49 * 12, sum(12 + month for month in range(1, 61))
    by_hand = (hot + 60 * 1.5) * 200 + (all_in + 60) * 100 + (all_in - hot) * 20
    assert by_hand == 457_620
    assert sum(sum(point.cost.values()) for point in points[1:]) == pytest.approx(by_hand)
    assert [point.month for point in points] == list(range(61))
    totals = [sum(one.values()) for one in sizes]
    assert totals == sorted(totals)
