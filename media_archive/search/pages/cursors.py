"""Where a page begins, as text in its address: behind an asset of this order and place."""

import base64
import json
import re

from media_archive.errors import Invalid
from media_archive.search.fields import Order

#: a code as the index keeps it (see `index.values.sortable`)
_CODE = re.compile("[0-9a-f]{2,4000}")
Numbers = tuple[int, int, int]


def write(order: Order, turned: bool, first: int | str, high: int, low: int) -> str:
    """The cursor of what comes behind an asset: its key, or its rank, and the halves of its id."""
    told = json.dumps([order.value, int(turned), first, high, low], separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def numbers(cursor: str, order: Order, turned: bool) -> Numbers:
    """The inverse for keys that are numbers; Invalid where it is of another order or no cursor at all."""
    try:
        first, *halves = _read(cursor, order, turned)
        return _number(first), halves[0], halves[1]
    except (ValueError, TypeError, OverflowError) as exc:
        raise _refused(cursor) from exc


def coded(cursor: str, order: Order, turned: bool) -> tuple[str, int, int]:
    """The inverse for keys that are codes."""
    try:
        first, *halves = _read(cursor, order, turned)
        if not isinstance(first, str) or not _CODE.fullmatch(first):
            raise ValueError(cursor)
        return first, halves[0], halves[1]
    except (ValueError, TypeError, OverflowError) as exc:
        raise _refused(cursor) from exc


def _read(cursor: str, order: Order, turned: bool) -> tuple[int | str, int, int]:
    told = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    sorted_by, way, first, high, low = told
    if sorted_by != order.value or bool(way) != turned:
        raise ValueError(cursor)
    return first, _number(high), _number(low)


def _number(told: int | str) -> int:
    number = int(told)
    if abs(number) > 1 << 63:
        raise ValueError(told)
    return number


def _refused(cursor: str) -> Invalid:
    return Invalid("The page marker {cursor} is not one of ours. Start again from the first page.", cursor=cursor[:80])
