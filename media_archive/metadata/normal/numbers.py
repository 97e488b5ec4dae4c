"""Numbers as cameras write them: fractions, lists where one was meant, nonsense."""

import math
import re
from fractions import Fraction
from typing import Any

#: three-decimal rates that stand for exact ones (SMPTE ST 12-1)
NTSC = {23976: Fraction(24000, 1001), 29970: Fraction(30000, 1001), 47952: Fraction(48000, 1001)}
NTSC |= {59940: Fraction(60000, 1001), 119880: Fraction(120000, 1001), 14985: Fraction(15000, 1001)}
PLAIN = re.compile(r"\s*([+-]?\d{1,20}(?:\.\d{1,20})?)\s*(?:/\s*(-?\d{1,20}(?:\.\d{1,20})?))?\s*")


def fraction(value: Any) -> Fraction | None:
    """`value` exactly: a number, "n/d", or the first of a list; None for nonsense and for a divisor of nought."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return Fraction(value) if math.isfinite(value) else None
    found = PLAIN.fullmatch(str(value))
    if found is None:
        return None
    below = Fraction(found[2]) if found[2] else Fraction(1)
    return Fraction(found[1]) / below if below else None


def decimal(value: Any, digits: int = 6) -> float | None:
    """`value` rounded; None for nonsense."""
    exact = fraction(value)
    return None if exact is None or abs(exact) > 10**15 else round(float(exact), digits)


def whole(value: Any) -> int | None:
    """`value` as a whole number from nought up; None for nonsense."""
    exact = fraction(value)
    return None if exact is None or exact < 0 or exact >= 1 << 53 else int(exact)


def positive(value: Any) -> int | None:
    """`value` as a whole number above nought; None for nonsense."""
    return whole(value) or None


def rate(numerator: Any, denominator: Any, rounded: Any) -> Fraction | None:
    """A frame rate: the exact one if stated, else `rounded`; what has three decimals of an NTSC rate is that rate."""
    exact = fraction(f"{numerator}/{denominator}") if numerator and denominator else None
    exact = exact or fraction(rounded)
    if exact is not None:
        exact = NTSC.get(round(exact * 1000), exact).limit_denominator(1001)
    return exact if exact and 0 < exact < 100_000 else None


def written(value: Fraction) -> str:
    """As "n/d", a whole number too ("25/1")."""
    return f"{value.numerator}/{value.denominator}"
