"""How a film counts: its frames, its own timecode, and points that people write."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from media_archive.catalogue.models import Asset
from media_archive.delivery.clips import points
from media_archive.delivery.clips.points import Timing
from media_archive.errors import Invalid

USUAL = Fraction(25)


def timing(asset: Asset) -> Timing:
    """How the original counts; what says no frame rate counts 25."""
    pictures: list[dict[str, Any]] = (asset.record or {}).get("video") or [{}]
    stated = pictures[0].get("frame_rate")
    return Timing.of(asset.record or {}, Fraction(stated) if stated else USUAL)


def seconds(text: str, timing: Timing) -> Fraction:
    """The exact seconds of a point as people write it (timecode, seconds, frame:300); Invalid where it is none."""
    point = points.read(text, timing)
    found = point.seconds if point.seconds is not None else Fraction(point.frame or 0) / timing.rate
    if found < 0:
        raise Invalid("{text} lies before the film begins. Mend it.", text=text[:40])
    return found


@dataclass(frozen=True)
class Span:
    """Frames of a film: the first that belongs to it, and how many they are."""

    first: int
    count: int


def span(begins: Fraction, ends: Fraction, rate: Fraction) -> Span:
    """The frames nearest to exact seconds; at least one."""
    first = round(begins * rate)
    return Span(first, max(1, round(ends * rate) - first))


def written(exact: Fraction) -> str:
    """Exact seconds as a row keeps them."""
    return f"{exact.numerator}/{exact.denominator}"
