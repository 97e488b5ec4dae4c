"""How numbers, sizes, dates and durations are written on every page."""

import math
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Flask

from webapp.door import archive
from webapp.translated import gettext, lazy_gettext

_OFFSET = re.compile(r"([+-]\d\d:\d\d|Z)$")
UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
KIND_WORDS = {
    "photo": lazy_gettext("Photograph"),
    "film": lazy_gettext("Film"),
    "sound": lazy_gettext("Sound"),
    "project": lazy_gettext("Project"),
    "landmark": lazy_gettext("Landmark"),
    "street": lazy_gettext("Street"),
    "pipeline": lazy_gettext("Pipeline"),
    "place": lazy_gettext("Place name"),
    "event": lazy_gettext("Event"),
    "person": lazy_gettext("Person"),
    "organisation": lazy_gettext("Organisation"),
}
KIND_ICONS = {
    "photo": "image",
    "film": "film",
    "sound": "audio-lines",
    "project": "building-2",
    "landmark": "landmark",
    "street": "route",
    "pipeline": "spline",
    "place": "map-pin",
    "event": "calendar",
    "person": "user",
    "organisation": "users",
}


def install(app: Flask) -> None:
    """Gives templates the filters."""
    app.jinja_env.filters.update(
        number=number,
        size=size,
        duration=duration,
        day=day,
        moment=moment,
        capture=capture,
        ago=ago,
        word=word,
        exact_seconds=exact_seconds,
    )
    app.jinja_env.globals.update(kind_word=word, kind_icon=lambda kind: KIND_ICONS.get(str(kind), "file"), query=query)


def number(value: float | None) -> str:
    """1,204"""
    return "–" if value is None else f"{value:,.0f}"


def size(value: float | None) -> str:
    """Three significant digits in decimal units: 85.3 TB."""
    if value is None:
        return "–"
    power = min(int(math.log10(value) // 3), len(UNITS) - 1) if value >= 1 else 0
    scaled = value / 1000**power
    if power and round(scaled, 0) >= 1000 and power < len(UNITS) - 1:
        power, scaled = power + 1, scaled / 1000
    digits = 0 if not power or scaled >= 99.95 else 1 if scaled >= 9.995 else 2
    return f"{scaled:,.{digits}f} {UNITS[power]}"


def duration(seconds: float | None) -> str:
    """1:02:33, or 0:07; parts of a second only below one."""
    if seconds is None:
        return "–"
    if 0 < seconds < 1:
        return f"{seconds:.2f} s"
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def _local(value: datetime) -> datetime:
    return value.astimezone(ZoneInfo(archive().settings.time_zone))


def exact_seconds(written: str) -> str:
    """An exact fraction of seconds, to the thousandth: "1001/30" is 33.367."""
    return f"{float(Fraction(written)):.3f}".rstrip("0").rstrip(".")


def day(value: datetime | None) -> str:
    """2017-06-12, in the archive's zone."""
    return _local(value).strftime("%Y-%m-%d") if value else "–"


def moment(value: datetime | None) -> str:
    """2017-06-12 09:30, in the archive's zone."""
    return _local(value).strftime("%Y-%m-%d %H:%M") if value else "–"


def capture(taken_at: datetime | None, written: str | None, offset: int | None = None) -> str:
    """When a picture was taken, no more precise than it was written down."""
    if written:
        return readable(written)
    if taken_at is None:
        return "–"
    if offset is None:
        return _local(taken_at).strftime("%Y-%m-%d %H:%M:%S")
    return taken_at.astimezone(timezone(timedelta(minutes=offset))).strftime("%Y-%m-%d %H:%M:%S")


def readable(written: str) -> str:
    """An ISO 8601 time with spaces: 2017-06-12 09:30:00 +08:00; less precise ones stay as they are."""
    return _OFFSET.sub(r" \1", written.replace("T", " ", 1)) if len(written) > 10 else written


def ago(value: datetime | None) -> str:
    """How long ago, in words, as coarse as is useful."""
    if value is None:
        return gettext("never")
    seconds = max(0, (datetime.now(value.tzinfo) - value).total_seconds())
    if seconds < 60:
        return gettext("just now")
    if seconds < 3600:
        return gettext("%(n)s min ago", n=int(seconds // 60))
    if seconds < 86400:
        return gettext("%(n)s h ago", n=int(seconds // 3600))
    return gettext("%(n)s days ago", n=int(seconds // 86400))


def word(kind: Any) -> str:
    """The name of a kind of asset or subject."""
    return str(KIND_WORDS.get(str(kind), kind))


def query(given: Mapping[str, Any], **changed: Any) -> str:
    """A query string: `given` with `changed`; None and empty values are left out."""
    merged = {**given, **changed}
    pairs = [(key, value) for key, value in merged.items() if value not in (None, "", [])]
    return f"?{urlencode(pairs, doseq=True)}" if pairs else "?"
