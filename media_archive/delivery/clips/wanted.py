"""Which part of which film is wanted, and in which container."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal
from uuid import UUID

from media_archive.catalogue.models import Asset, Kind
from media_archive.delivery.clips import points
from media_archive.delivery.clips.containers import SUFFIXES
from media_archive.errors import Invalid

Source = Literal["original", "proxy"]


@dataclass(frozen=True)
class Wanted:
    """The part of an asset that is wanted; points as people write them, None for the film's own ends."""

    asset_id: UUID
    begins: str | None
    #: the first frame that does not belong to it any more
    ends: str | None
    source: Source = "original"
    #: wider rather than encoded again: from the key frame before to where it can be cut behind
    widened: bool = False


def check(wanted: Wanted, asset: Asset) -> None:
    """Invalid where one sees without the film that the clip cannot be: the points are none, or the wrong way round."""
    if asset.kind != Kind.FILM:
        raise Invalid("Clips are cut out of films only; this is none.")
    # how many frames a second the film has matters only to how near a point must be to one
    timing = points.Timing.of(asset.record or {}, Fraction(25))
    begins, ends = (points.read(text, timing) if text else None for text in (wanted.begins, wanted.ends))
    if begins is None or ends is None:
        return
    pairs = (begins.seconds, ends.seconds), (begins.frame, ends.frame)
    if any(first is not None and last is not None and last <= first for first, last in pairs):
        raise Invalid("The clip would end before it begins. Exchange in and out.")


def form_of(name: str) -> str:
    """libavformat's name of the container that the suffix of `name` names; Invalid where it names none."""
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise Invalid(
            "A clip cannot be written as {suffix}. Take one of {known}.",
            suffix=suffix or name,
            known=", ".join(SUFFIXES),
        )
    return SUFFIXES[suffix]
