"""Forecasts: files grow old under the rules, and as many come in as came in so far."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from media_archive.placement.forecast import forecast
from media_archive.storage.models import Role
from tests.placement.small import TERABYTE, Small

JUNE = datetime(2026, 6, 15, 12, tzinfo=UTC)


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
            points = forecast(session, context.stores.profile, 2, JUNE)
    finally:
        context.close()
    sizes = [{name: round(size / TERABYTE, 2) for name, size in point.bytes.items()} for point in points]
    assert sizes[0] == {"hot": 12.5, "warm": 13.0, "cold": 1.0}
    # two years on, a year's intake is on the NAS, and all before it is cold
    assert sizes[24] == {"hot": 13.5, "warm": 37.0, "cold": 24.0}
    assert points[24].cost["cold"] == pytest.approx(sizes[24]["cold"] * 20)
    assert [point.month for point in points] == list(range(25))
    totals = [sum(one.values()) for one in sizes]
    assert totals == sorted(totals)
