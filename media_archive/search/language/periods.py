"""Years, decades, months and days as people write them, as the days they begin and end with."""

import re
from calendar import monthrange
from datetime import date
from typing import TypeAlias

Days: TypeAlias = tuple[date, date]

NUMBERS = dict(zip("零一二三四五六七八九十", range(11), strict=True)) | {"〇": 0, "两": 2}
#: 80年代 stands for the 1980s, 20年代 for the 2020s: from here on decades without a century are of the last one
OLD_DECADES = 30

YEAR = r"(?:1[6-9]|20)\d\d"
_DAY = re.compile(
    rf"(?P<year>{YEAR})(?:年|(?P<sign>[-/.])(?=\d))?"
    r"(?:(?P<month>\d{1,2})(?:月|(?P=sign)(?=\d))?(?P<day>\d{1,2})?日?)?"
)
_DECADE = re.compile(
    r"(?:(?P<old>上世纪|二十世纪|20世纪)|(?P<new>本世纪|二十一世纪|21世纪))?(?P<decade>\d0|[一二三四五六七八九]?十|零零|〇〇)年代"
    r"|(?P<year>(?:1[6-9]|20)\d)0(?:年代|[sS])"
)
_BETWEEN = re.compile(r"(.+?)(?:\.\.|~|～|—|–|至|到)(.+)|(\d{4}年?)-(\d{4}年?)")
#: a time that stands in a run of Chinese: 1987年5月解放路, 八十年代的解放路
EMBEDDED = re.compile(
    rf"{YEAR}年(?:\d{{1,2}}月(?:\d{{1,2}}日)?)?(?![度鉴级检代产画刊报])"
    r"|(?:1[6-9]|20)\d0年代|(?:(?:上|本|二十一|二十|20|21)世纪)?(?:\d0|[二三四五六七八九]十|零零)年代"
)


def days(text: str) -> Days | None:
    """First and last day of what `text` says, "1987", "1987-05", "1980s", "八十年代", "1980-1989"; None if no time."""
    return _point(text) or _between(text)


def _point(text: str) -> Days | None:
    return _decade(text) or _day(text)


def _between(text: str) -> Days | None:
    split = _BETWEEN.fullmatch(text)
    if not split:
        return None
    low, high = (part for part in split.groups() if part is not None)
    first, last = _point(low), _point(high)
    return (first[0], last[1]) if first and last and first[0] <= last[1] else None


def _day(text: str) -> Days | None:
    found = _DAY.fullmatch(text)
    if not found or not _well_written(text, found):
        return None
    year, month, day = (int(found[part]) if found[part] else None for part in ("year", "month", "day"))
    try:
        if year is not None and month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if year is not None and month is not None and day is None:
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
        return (date(year or 0, month or 0, day or 0),) * 2
    except ValueError:
        return None


def _well_written(text: str, found: re.Match[str]) -> bool:
    """Whether the parts are set apart: 1987-05-12 or 1987年5月12日; 198705 is a number."""
    if "年" in text:
        return not found["sign"] and ("月" in text) == bool(found["month"]) and ("日" in text) == bool(found["day"])
    separators = text.count(found["sign"]) if found["sign"] else 0
    return separators == bool(found["month"]) + bool(found["day"]) and "月" not in text and "日" not in text


def _decade(text: str) -> Days | None:
    found = _DECADE.fullmatch(text)
    if not found:
        return None
    year = int(found["year"]) * 10 if found["year"] else _full_year(found)
    return date(year, 1, 1), date(year + 9, 12, 31)


def _full_year(found: re.Match[str]) -> int:
    decade = _number(found["decade"])
    if found["old"]:
        return 1900 + decade
    if found["new"]:
        return 2000 + decade
    return decade + (1900 if decade >= OLD_DECADES else 2000)


def _number(text: str) -> int:
    """80, 八十, 十, 00, 零零."""
    if text.isdecimal():
        return int(text)
    if text.endswith("十"):
        return (NUMBERS[text[0]] if len(text) > 1 else 1) * 10
    return 0
