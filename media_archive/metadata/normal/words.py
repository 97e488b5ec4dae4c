"""What people wrote: titles, captions, keywords, names; and what cameras wrote in their place."""

import re
from collections.abc import Iterable
from typing import Any

from media_archive.metadata.normal.numbers import fraction
from media_archive.metadata.plain import text as clean

#: what cameras and programs put where a caption belongs
JUNK = re.compile(
    r"olympus digital camera|sony dsc|minolta digital camera|konica minolta digital camera|kodak .*digital .*camera.*|"
    r"digital camera|dcim\\?.*|samsung|exif_jpeg_.*|exif jpeg picture|jpeg picture|my beautiful picture|"
    r"charset=\w+|default|untitled|binary comment|\(binary, \d+ bytes\)|<?(created|edited|optimized) (with|by|using) .*|"
    r"(dav|sdr|oznor|mde|cof|rpt|ptr|hdr\w*|vhdr|edf|burst|nor|btf|bty|sdr_vivid|lv_\w+)",
    re.IGNORECASE,
)
#: EXIF and Windows separate names by semicolons; Chinese keyboards have their own. Commas belong to names.
SEPARATORS = re.compile(r"[;；]")
MOST_KEYWORDS = 512
#: percents that Windows and others write for one to five stars
STARS = {1: 1, 25: 2, 50: 3, 75: 4, 99: 5, 100: 5}


def first_text(values: Iterable[Any]) -> str | None:
    """The first of `values` that says something to people."""
    for value in values:
        said = said_by(value)
        if any(map(str.isalnum, said)) and not JUNK.fullmatch(said):
            return said
    return None


def said_by(value: Any) -> str:
    """One text out of a text, a list or a choice of languages; Chinese before the default."""
    if isinstance(value, dict):
        chosen = next((value[name] for name in ("zh-CN", "zh", "x-default") if value.get(name)), None)
        return said_by(chosen if chosen is not None else next(iter(value.values()), None))
    if isinstance(value, list):
        return "; ".join(part for part in map(said_by, value) if part)
    return clean(str(value)) if value is not None else ""


def listed(*values: Any) -> list[str]:
    """The first of `values` that names anything, as a list of distinct texts."""
    for value in values:
        found = split(value)
        if found:
            return list(dict.fromkeys(found))[:MOST_KEYWORDS]
    return []


def rating(*values: Any) -> int | None:
    """Stars from 0 to 5, or -1 for rejected, of the first of `values` that has any; percents become stars."""
    for value in values:
        exact = fraction(value)
        if exact is not None:
            number = STARS.get(int(exact), int(exact)) if exact > 5 else int(exact)
            if -1 <= number <= 5:
                return number
    return None


def split(value: Any) -> list[str]:
    """The texts in `value`: a list's items, or the parts between semicolons."""
    if isinstance(value, list):
        parts = [said_by(part) for part in value]
    elif isinstance(value, dict):
        parts = [said_by(value)]
    else:
        parts = SEPARATORS.split(clean(str(value))) if value else []
    return [part.strip() for part in parts if part.strip()]
