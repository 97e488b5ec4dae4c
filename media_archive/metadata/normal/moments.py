"""Moments of capture: as cameras and people write them, with offset and precision kept."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from media_archive.metadata.record import Capture, Precision
from media_archive.words import Message

#: no photograph is older (Niépce, 1826); clocks that were never set begin in 1904 and 1970
FIRST_YEAR = 1826
NEVER_SET = ("1904-01-01", "1970-01-01", "1980-01-01T00:0")
#: NTP's 32 bits run over, those of Unix, and those of QuickTime
ROLLED_OVER = ("2036-02-07", "2038-01-19", "2040-02-06")
PATTERN = re.compile(
    r"(?P<utc>UTC\s+)?(?P<year>\d{4})(?:[:\-./](?P<month>\d{1,2})(?:[:\-./](?P<day>\d{1,2}))?)?"
    r"(?:[ T]+(?P<hour>\d{1,2})[:\-](?P<minute>\d{2})(?:[:\-](?P<second>\d{2})(?:[.,](?P<part>\d+))?)?)?"
    r"\s*(?P<zone>Z|UTC|[+\-]\d{2}:?\d{2}|[A-Z]{3,5})?"
)
OFFSET = re.compile(r"\s*([+\-])(\d{2}):?(\d{2})\s*")


def zone_named(name: str) -> tzinfo:
    """The time zone of that name; UTC if nobody knows it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def moment(text: Any, source: str, zone: tzinfo, offset: Any = None, part: Any = None) -> Capture | None:
    """The moment written in `text`, with the offset and the fraction of a second that other fields add.

    None for nonsense: no such day, a clock that was never set, a year before photography or in the future.
    """
    judged = judge(text, source, zone, offset, part)
    return judged if isinstance(judged, Capture) else None


def judge(text: Any, source: str, zone: tzinfo, offset: Any = None, part: Any = None) -> Capture | Message | None:
    """As `moment`, but for nonsense the reason why it is none; None where nothing is written but noughts and blanks."""
    written = str(text or "").strip().strip("\x00")
    if not any(digit in written for digit in "123456789"):
        return None
    found = PATTERN.fullmatch(written)
    if found is None:
        return Message("This is no date.")
    said, precision = found.groupdict(), _precision(found.groupdict())
    digits = said["part"] or _digits(part)
    local = _local(said, digits)
    if local is None:
        return Message("There is no such day or hour.")
    utc = bool(said["utc"]) or said["zone"] in {"Z", "UTC"}
    minutes = None if utc else _minutes(said["zone"]) if said["zone"] else _minutes(offset)
    if precision not in {"minute", "second"}:
        minutes = None
    aware = local.replace(tzinfo=UTC if utc else zone if minutes is None else timezone(timedelta(minutes=minutes)))
    clock = aware.astimezone(zone) if utc else aware
    try:
        instant = aware.astimezone(UTC)
    except OverflowError:
        return Message("There is no such day or hour.")
    return nonsense(local, instant) or Capture(
        at=_written(local, precision, digits) + ("Z" if utc else _signed(minutes)),
        instant=instant,
        offset=minutes,
        precision="fraction" if digits and precision == "second" else precision,
        year=clock.year,
        source=source,
    )


def nonsense(local: datetime, instant: datetime) -> Message | None:
    """Why that cannot be when anything was taken, by what the clock showed and when that was; None if it can."""
    shown = local.isoformat()
    if shown.startswith(NEVER_SET):
        return Message("A clock that was never set begins at this date.")
    if shown.startswith(ROLLED_OVER):
        return Message("A counter of seconds that has run over ends at this date.")
    if local.year < FIRST_YEAR:
        return Message("There was no photography yet.")
    if instant > datetime.now(UTC) + timedelta(days=1):
        return Message("This lies in the future.")
    return None


def _precision(said: dict[str, str | None]) -> Precision:
    # cameras write 00 for a month or a day they do not know, and noughts for the hours then
    if not int(said["month"] or 0):
        return "year"
    if not int(said["day"] or 0):
        return "month"
    if said["hour"]:
        return "second" if said["second"] else "minute"
    return "day"


def _local(said: dict[str, str | None], digits: str) -> datetime | None:
    numbers = {name: int(said[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")}
    try:
        return datetime(  # noqa: DTZ001 - the zone is found out by the caller
            numbers["year"],
            numbers["month"] or 1,
            numbers["day"] or 1,
            numbers["hour"],
            numbers["minute"],
            min(numbers["second"], 59),
            int(digits[:6].ljust(6, "0")) if digits else 0,
        )
    except ValueError:
        return None


def _written(local: datetime, precision: Precision, digits: str) -> str:
    lengths: dict[Precision, int] = {"year": 4, "month": 7, "day": 10, "minute": 16, "second": 19}
    text = local.isoformat()[: lengths[precision]]
    return f"{text}.{digits[:6]}" if digits and precision == "second" else text


def _digits(part: Any) -> str:
    text = str(part or "").strip()
    return text if text.isdigit() else ""


def _minutes(offset: Any) -> int | None:
    found = OFFSET.fullmatch(str(offset or ""))
    if found is None:
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    return (-minutes if found[1] == "-" else minutes) if minutes <= 15 * 60 else None


def _signed(minutes: int | None) -> str:
    if minutes is None:
        return ""
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
