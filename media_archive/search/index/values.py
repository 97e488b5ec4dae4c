"""Numbers that the index keeps of ids, moments and days, and what the grid draws of an asset."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from media_archive.catalogue.describing import shipped
from media_archive.catalogue.models import Kind
from media_archive.errors import Invalid
from media_archive.search.fields import FIELDS
from media_archive.search.language.folding import fold

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = date(1970, 1, 1)
_MILLISECOND = timedelta(milliseconds=1)
#: ids are halves of unsigned 64 bits, kept as signed ones in the same order
_HALF = 1 << 63
#: kinds in the packed look of an asset
KINDS = (Kind.PHOTO.value, Kind.FILM.value, Kind.SOUND.value)
NO_COLOUR = 1 << 24


def halves(asset_id: UUID) -> tuple[int, int]:
    """An id as the two numbers that the index keeps of it; they sort as ids do."""
    number = asset_id.int
    return (number >> 64) - _HALF, (number & (1 << 64) - 1) - _HALF


def whole(high: int, low: int) -> UUID:
    """The inverse of `halves`."""
    return UUID(int=(high + _HALF) << 64 | (low + _HALF))


def milliseconds(moment: datetime) -> int:
    """Since 1970."""
    return (moment - _EPOCH) // _MILLISECOND


def days(day: date) -> int:
    """Since 1970."""
    return (day - _DAY).days


def look(kind: str, colour: str | None) -> int:
    """A kind and a colour ("#rrggbb") as one number: the kind above 25 bits of colour."""
    number = KINDS.index(kind) if kind in KINDS else 0
    return number << 25 | (int(colour[1:], 16) if colour and len(colour) == 7 else NO_COLOUR)


#: longer values are no codes
LONGEST_CODE = 64
_SHIPPED = shipped().fields.values()
#: fields that are asked for by name, or hold no codes
_UNCODED = frozenset({one.name for one in _SHIPPED if one.columns or not one.vocabulary} | set(FIELDS))


@lru_cache(maxsize=50_000)
def named(field: str, value: str) -> str:
    """A name or a code of a field as a term: "street:解放路"."""
    return f"{field}:{fold(value)}"


def coded(field: str, code: str) -> str:
    """The same for a field of descriptions that nobody searches by name: "field.consent:given"."""
    return named(f"field.{field}", code)


def codes(described: Mapping[str, Any]) -> Iterator[str]:
    """The codes in descriptions, as terms."""
    for field, value in described.items():
        if field not in _UNCODED:
            values = value if isinstance(value, list) else [value]
            yield from (coded(field, one) for one in values if isinstance(one, str) and 0 < len(one) <= LONGEST_CODE)


def sortable(code: str) -> str:
    """A folded code as the index sorts it: its bytes in digits, which sort as it does, so that no sign in it means anything."""
    return code.encode("utf-8", "surrogatepass").hex()


def month(text: str) -> tuple[date, date]:
    """The first and the last day of "1987-05"; Invalid where that is none."""
    found = period(text)
    if found is None or len(text) != 7:
        raise Invalid("{text} is no month. Write it like 1987-05.", text=text[:20])
    return found


@lru_cache(maxsize=50_000)
def period(text: str | None) -> tuple[date, date] | None:
    """The first and the last day that "1987", "1987-05" or anything longer may mean."""
    try:
        parts = [int(part) for part in (text or "")[:10].split("-")]
        first = date(*[*parts, 1, 1][:3])
        last_month = first.month if len(parts) > 1 else 12
        last_day = first.day if len(parts) > 2 else monthrange(first.year, last_month)[1]
        return first, date(first.year, last_month, last_day)
    except (ValueError, TypeError):
        return None


@lru_cache(maxsize=50_000)
def told(text: str) -> dict[str, int]:
    """The day and the month that a moment as it is written means, as the index keeps them."""
    found = period(text)
    if found is None:
        return {}
    first, last = found
    return {"taken": days(first), "taken_to": days(last), "month": first.year * 12 + first.month - 1}
