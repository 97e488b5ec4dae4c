"""A clock that is put forward and back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from media_archive import db


class Clock(datetime):
    """Stands in for the machine's; `ahead` of the true time."""

    ahead = timedelta()

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz or UTC) + cls.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Clock]:
    """The archive's clock, for the length of a test."""
    Clock.ahead = timedelta()
    monkeypatch.setattr(db, "datetime", Clock)
    return Clock
