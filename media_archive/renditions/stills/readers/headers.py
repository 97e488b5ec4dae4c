"""What headers say of colours, turns and pages that libvips does not tell."""

from dataclasses import dataclass, replace
from pathlib import Path

import pyvips

from media_archive.metadata.reading import heif as heif_boxes
from media_archive.metadata.reading import png as png_chunks
from media_archive.renditions.stills.colour import spaces
from media_archive.renditions.stills.colour.converting import PROFILE
from media_archive.renditions.stills.colour.meaning import Meaning, coded
from media_archive.renditions.stills.pictures import number

#: EXIF's index of a picture in Adobe RGB without a profile (DCF 2.0, "optional color space")
INTEROPERABILITY, ADOBE_RGB = "exif-ifd4-InteroperabilityIndex", "R03"
#: bytes of a coefficient, and how many a pixel has by its chroma subsampling
COEFFICIENT, COEFFICIENTS = 2, {"4:2:0": 1.5, "4:2:2": 2.0}
#: bytes that libheif and libvips hold of a pixel of 8 bits, and that libnsgif and Pillow's copy hold of one
AVIF_BYTES, GIF_BYTES = 7, 4
#: gAMA and cHRM count 100 000ths; sRGB's exponent, and how far others may be from it to be the same
UNIT, SRGB_GAMMA, SAME_GAMMA, SAME_POINT = 100_000, 45_455, 0.05, 0.002
GAMMAS = (0.2, 5.0)


@dataclass(frozen=True)
class Known:
    """What a header says beside what libvips tells of it."""

    #: None: what libvips finds in the file
    meaning: Meaning | None = None
    #: None: EXIF's
    orientation: int | None = None
    pages: int | None = None
    #: bytes a pixel costs where the picture can only be decoded as a whole
    whole: float = 0


def jpeg(header: pyvips.Image) -> Known:
    """Adobe RGB by name, and whether its scans must be gathered before a line of it is known."""
    bands: dict[str, float] = COEFFICIENTS if header.bands == 3 else {}
    coefficients = bands.get(_text(header, "jpeg-chroma-subsample"), header.bands)
    whole = COEFFICIENT * coefficients if number(header, "interlaced") else 0
    if header.get_typeof(PROFILE) == 0 and _text(header, INTEROPERABILITY).startswith(ADOBE_RGB):
        return Known(Meaning(spaces.profile(spaces.ADOBE_RGB, spaces.ADOBE_GAMMA)), whole=whole)
    return Known(whole=whole)


def standing(header: pyvips.Image, turn: int) -> Known:
    """A JPEG inside another file: it stands as that does, unless it says for itself how it stands."""
    known = jpeg(header)
    return known if header.get_typeof("orientation") != 0 else replace(known, orientation=turn)


def gif(_header: pyvips.Image) -> Known:
    """Its canvas is held as a whole."""
    return Known(whole=GIF_BYTES)


def png(path: str) -> Known:
    """Colours by the first of cICP, iCCP, sRGB, gAMA with cHRM (W3C PNG, third edition, 4.3)."""
    with Path(path).open("rb") as source:
        packets = png_chunks.read(source, Path(path).stat().st_size)
    facts = packets.facts
    pages = facts.get("pages")
    whole = (6 if facts.get("bits") == 16 else 3) + 1 if facts.get("interlaced") else 0
    if "transfer" in facts:
        return Known(coded(facts["primaries"], facts["transfer"], packets.icc), pages=pages, whole=whole)
    if packets.icc or facts.get("srgb") or not (facts.get("gamma") or facts.get("chromaticities")):
        return Known(pages=pages, whole=whole)
    return Known(_by_numbers(facts.get("gamma"), facts.get("chromaticities")), pages=pages, whole=whole)


def _by_numbers(gamma: int | None, points: list[int] | None) -> Meaning | None:
    """gAMA is the exponent of the encoding, the display's is its inverse; nonsense is passed over."""
    primaries = _primaries(points) or spaces.SRGB
    exponent = UNIT / gamma if gamma and GAMMAS[0] <= UNIT / gamma <= GAMMAS[1] else None
    if primaries == spaces.SRGB and gamma and abs(gamma / SRGB_GAMMA - 1) <= SAME_GAMMA:
        exponent = None  # how programs say sRGB that write no chunk for it
    return Meaning(spaces.profile(primaries, exponent)) if exponent or primaries != spaces.SRGB else None


def _primaries(points: list[int] | None) -> spaces.Primaries | None:
    if not points or not all(points[1::2]):
        return None
    white, red, green, blue = [(x / UNIT, y / UNIT) for x, y in zip(points[::2], points[1::2], strict=True)]
    usual = spaces.SRGB
    pairs = zip((white, red, green, blue), (usual.white, usual.red, usual.green, usual.blue), strict=True)
    if all(abs(a - b) <= SAME_POINT for one, other in pairs for a, b in zip(one, other, strict=True)):
        return None
    area = (green[0] - red[0]) * (blue[1] - red[1]) - (blue[0] - red[0]) * (green[1] - red[1])
    return spaces.Primaries(red, green, blue, white) if abs(area) > SAME_POINT else None


def avif(path: str, header: pyvips.Image) -> Known:
    """Colours by the box "colr"; what EXIF says of turns is said again by boxes that libheif follows."""
    facts = heif_boxes.read(Path(path)).facts
    whole = AVIF_BYTES * (2 if header.format == "ushort" else 1)
    return Known(boxed(facts, header.get_typeof(PROFILE) != 0), orientation=1, whole=whole)


def boxed(facts: dict[str, int], profiled: bool) -> Meaning | None:
    """What code points in a box "colr" mean beside a profile; None where the profile counts."""
    said = coded(facts.get("primaries", 2), facts.get("transfer", 2))
    return None if profiled and said.transfer is None else said


def _text(header: pyvips.Image, field: str) -> str:
    return str(header.get(field)) if header.get_typeof(field) != 0 else ""
