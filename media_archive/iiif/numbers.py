"""The numbers of a request: what the specification lets clients write (section 4.7), exactly."""

import re
from fractions import Fraction

_INTEGER = re.compile(r"[0-9]{1,9}", re.ASCII)
_DECIMAL = re.compile(r"[0-9]{0,9}(\.[0-9]{1,12})?|[0-9]{1,9}\.", re.ASCII)


def integer(text: str) -> int | None:
    """A non-negative integer; None if `text` is none."""
    return int(text) if _INTEGER.fullmatch(text) else None


def decimal(text: str) -> Fraction | None:
    """A non-negative number of digits and a point; None if `text` is none."""
    return Fraction(text.rstrip(".") if text.endswith(".") else text) if text and _DECIMAL.fullmatch(text) else None


def nearest(value: Fraction) -> int:
    """The nearest integer, halves upwards."""
    return int(value + Fraction(1, 2))


def written(value: Fraction) -> str:
    """A number as canonical addresses have it: an integer where it is one, no zeros at the end."""
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.12f}".rstrip("0").rstrip(".")
