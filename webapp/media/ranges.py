"""Byte ranges of RFC 9110 section 14: what was asked for, as positions."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r"^\s*bytes\s*=\s*(?P<first>[0-9]*)\s*-\s*(?P<last>[0-9]*)\s*$", re.IGNORECASE)
#: more digits than any file has bytes
MOST_DIGITS = 19


@dataclass(frozen=True)
class Span:
    """Bytes [start, end) of a file."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start


class Unsatisfiable(Exception):
    """No byte of the file lies in the range."""


def parse(header: str | None, size: int) -> Span | None:
    """The one range that was asked for; None where the whole is to be sent.

    A header that is malformed, of another unit or of several ranges is ignored, as the standard allows.
    Raises Unsatisfiable where the range lies beyond the file.
    """
    match = _RANGE.match(header or "")
    if not match or len(match["first"]) > MOST_DIGITS or len(match["last"]) > MOST_DIGITS:
        return None
    if match["first"]:
        return _from(int(match["first"]), int(match["last"]) if match["last"] else None, size)
    return _suffix(int(match["last"]), size) if match["last"] else None


def _from(first: int, last: int | None, size: int) -> Span | None:
    if last is not None and last < first:
        return None
    if first >= size:
        raise Unsatisfiable
    return Span(first, size if last is None else min(last + 1, size))


def _suffix(length: int, size: int) -> Span:
    if length == 0 or size == 0:
        raise Unsatisfiable
    return Span(max(0, size - length), size)
