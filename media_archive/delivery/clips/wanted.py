"""Which part of which film is wanted, and in which container."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from uuid import UUID

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
