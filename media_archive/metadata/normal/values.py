"""How values are read, by the names that `precedence.toml` has for the ways; what makes no sense is None."""

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from media_archive.metadata.normal import codes
from media_archive.metadata.normal.numbers import decimal, fraction, positive
from media_archive.metadata.normal.words import MOST_KEYWORDS, first_text, rating, said_by, split

#: ISO cannot be told by the old tag past this: it then holds this number (EXIF 2.3)
ISO_FULL = 65535
FIRED = 1
#: question marks in place of characters: "(c) ?????? ????"
LOST = re.compile(r"\?{3,}[\s,.]+\?{3,}|^\W*\?{2,}\W*$")
#: XMP's parts of a contact (IPTC Core 1.3, CreatorContactInfo) and what they are called here
CONTACT = {
    "CiEmailWork": "email",
    "CiTelWork": "phone",
    "CiUrlWork": "url",
    "CiAdrExtadr": "address",
    "CiAdrCity": "city",
    "CiAdrRegion": "region",
    "CiAdrPcode": "code",
    "CiAdrCtry": "country",
}
FLASH_PARTS = (("exif:Fired", 0, 1), ("exif:Return", 1, 3), ("exif:Mode", 3, 3), ("exif:Function", 5, 1))
RED_EYE = 6


def words(value: Any) -> str | None:
    """What people wrote; not what a program made of characters that it had no place for."""
    said = said_by(value)
    return said if said and not LOST.search(said) else None


def caption(value: Any) -> str | None:
    """What people wrote where cameras and programs write too."""
    said = first_text([value])
    return said if said and not LOST.search(said) else None


def device(value: Any) -> str | None:
    """The name of a camera or lens; cameras write hyphens for none."""
    said = said_by(value)
    return said if said.strip("-? ") else None


def serial(value: Any) -> str | None:
    """A serial number; noughts stand for none."""
    said = said_by(value)
    return said if said.strip("0- ") and not said.startswith("(binary") else None


def names(value: Any) -> list[str]:
    """Names; EXIF and Windows separate them by semicolons."""
    return _distinct(split(value))


def texts(value: Any) -> list[str]:
    """A list of texts as it stands."""
    items = value if isinstance(value, list) else [value]
    return _distinct([said_by(item) for item in items if not isinstance(item, dict) or "x-default" in item])


def keywords(value: Any) -> list[str]:
    """Flat keywords."""
    return names(value)


def branches(value: Any) -> list[str]:
    """Keywords from their root on; Lightroom writes strokes between them, digiKam and Windows slashes."""
    found = split(value)
    strokes = any("|" in branch for branch in found)
    return _distinct(found if strokes else [branch.replace("/", "|") for branch in found])


def leaves(value: Any) -> list[str]:
    """The last names of hierarchies."""
    return _distinct([branch.rpartition("|")[2].strip() for branch in branches(value)])


def contact(value: Any) -> dict[str, str]:
    """How to reach somebody, by the names in CONTACT."""
    if not isinstance(value, dict):
        return {}
    parts = {name.rpartition(":")[2]: said_by(said) for name, said in value.items()}
    return {ours: parts[theirs] for theirs, ours in CONTACT.items() if parts.get(theirs)}


def time(value: Any) -> str | None:
    """Seconds in lowest terms; what cameras round to an odd fraction becomes one over a whole number."""
    exact = fraction(value)
    if exact is None or not 0 < exact < 1_000_000:
        return None
    simple = Fraction(1, round(1 / exact)) if exact < Fraction(1, 2) else exact.limit_denominator(10)
    return str(simple if abs(simple - exact) <= exact / 100 else exact.limit_denominator(1000) or exact)


def apex_time(value: Any) -> str | None:
    """An exposure time in APEX units (EXIF 3.0, annex C)."""
    exact = fraction(value)
    return time(2.0 ** -float(exact)) if exact is not None and -20 < exact < 20 else None


def f_number(value: Any) -> float | None:
    """The f-number."""
    number = decimal(value, 2)
    return number if number and 0 < number < 1000 else None


def apex_aperture(value: Any) -> float | None:
    """An f-number out of APEX units."""
    exact = fraction(value)
    return round(2.0 ** (float(exact) / 2), 1) if exact is not None and -2 < exact < 20 else None


def iso(value: Any) -> int | None:
    """The first positive number of the ISO speeds; some cameras and programs write several."""
    for one in value if isinstance(value, list) else [value]:
        number = positive(one)
        if number:
            return number if number != ISO_FULL else None
    return None


def length(value: Any) -> float | None:
    """Millimetres, or times."""
    return decimal(value, 2) or None


def signed(value: Any) -> float | None:
    """A number above or below nought."""
    return decimal(value, 2)


def distance(value: Any) -> float | None:
    """Metres; nought stands for unknown, and what is beyond the horizon for infinity."""
    number = decimal(value, 3)
    return number if number and 0 < number < 100_000 else None


def numbers(value: Any) -> list[float]:
    """Several numbers, of a list or of one text; nought where one is unknown."""
    parts = value if isinstance(value, list) else re.split(r"[\s,]+", said_by(value))
    found = [decimal(part, 2) for part in parts]
    return [number or 0.0 for number in found] if any(found) else []


def fired(value: Any) -> bool | None:
    """Whether the flash fired."""
    code = _flash(value)
    return None if code is None else bool(code & FIRED)


def flash_mode(value: Any) -> str | None:
    """What the flash was to do and did."""
    code = _flash(value)
    return None if code is None else codes.FLASH.get(code)


def _flash(value: Any) -> int | None:
    """EXIF's number; XMP writes its parts."""
    if isinstance(value, dict):
        said = {name: str(part).casefold() for name, part in value.items()}
        code = sum(
            (1 if said.get(name) == "true" else (_code(said.get(name)) or 0) & width) << place
            for name, place, width in FLASH_PARTS
        )
        return code | (1 << RED_EYE if said.get("exif:RedEyeMode") == "true" else 0)
    return _code(value)


def _code(value: Any) -> int | None:
    exact = fraction(value)
    return int(exact) if exact is not None and exact.denominator == 1 else None


def _named(table: dict[int, str]) -> Callable[[Any], str | None]:
    def read(value: Any) -> str | None:
        code = _code(value)
        return None if code is None else table.get(code)

    return read


def orientation(value: Any) -> int | None:
    """EXIF's number of how the picture lies."""
    code = _code(value)
    return code if code is not None and 1 <= code <= 8 else None


def _distinct(found: list[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, found)))[:MOST_KEYWORDS]


WAYS: dict[str, Callable[[Any], Any]] = {
    made.__name__: made
    for made in (
        words,
        caption,
        device,
        serial,
        names,
        texts,
        keywords,
        branches,
        leaves,
        contact,
        rating,
        time,
        apex_time,
        f_number,
        apex_aperture,
        iso,
        length,
        signed,
        distance,
        numbers,
        fired,
        flash_mode,
        orientation,
    )
} | {
    "program": _named(codes.PROGRAM),
    "mode": _named(codes.MODE),
    "metering": _named(codes.METERING),
    "white_balance": _named(codes.WHITE_BALANCE),
    "light_source": _named(codes.LIGHT_SOURCE),
    "scene": _named(codes.SCENE),
    "color_space": _named(codes.COLOR_SPACE),
}
