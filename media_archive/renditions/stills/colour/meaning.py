"""What the numbers of a picture mean: what its file says beside the pixels."""

from dataclasses import dataclass

from media_archive.renditions.stills.colour import spaces
from media_archive.renditions.stills.colour.spaces import HLG, PQ, Primaries

#: code points that say nothing
UNSPECIFIED = (0, 2, 3)


@dataclass(frozen=True)
class Meaning:
    """An ICC profile, or high dynamic range: then `transfer` is PQ or HLG; neither where it is sRGB."""

    profile: bytes | None = None
    transfer: int | None = None
    primaries: Primaries = spaces.SRGB


SRGB = Meaning()


def coded(primaries: int, transfer: int, profile: bytes | None = None) -> Meaning:
    """What code points of ITU-T H.273 say; the `profile` beside them counts unless the range is high."""
    named = spaces.CODED.get(primaries, spaces.SRGB)
    if transfer in (PQ, HLG):
        # high range without primaries is BT.2100, which has those of BT.2020
        return Meaning(transfer=transfer, primaries=spaces.REC2020 if primaries in UNSPECIFIED else named)
    if profile:
        return Meaning(profile)
    gamma = spaces.GAMMAS.get(transfer)
    if named == spaces.SRGB and gamma is None:
        return SRGB
    return Meaning(spaces.profile(named, gamma))
