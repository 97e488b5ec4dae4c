"""What people wrote: titles, captions, keywords, names; and what cameras wrote in their place."""

import re
from collections.abc import Iterable
from typing import Any

from media_archive.metadata.normal.numbers import fraction
from media_archive.metadata.plain import text as clean
from media_archive.metadata.record import Description

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
        found = _split(value)
        if found:
            return list(dict.fromkeys(found))[:MOST_KEYWORDS]
    return []


def words(sidecar: dict[str, Any], iptc: dict[str, Any], xmp: dict[str, Any], exif: dict[str, Any]) -> Description:
    """Descriptive text: a sidecar's first, because photographers edit there; then IPTC, XMP, and EXIF last."""
    keywords = listed(_keywords(sidecar), iptc.get("Keywords"), _keywords(xmp), exif.get("Image XPKeywords"))
    return Description(
        title=first_text(
            (
                sidecar.get("dc:title"),
                iptc.get("ObjectName"),
                xmp.get("dc:title"),
                iptc.get("Headline"),
                xmp.get("photoshop:Headline"),
                exif.get("Image XPTitle"),
            )
        ),
        caption=first_text(
            (
                sidecar.get("dc:description"),
                iptc.get("Caption"),
                xmp.get("dc:description"),
                exif.get("Image ImageDescription"),
                exif.get("EXIF UserComment"),
                exif.get("Image XPComment"),
            )
        ),
        keywords=keywords,
        creator=listed(
            sidecar.get("dc:creator"),
            iptc.get("Byline"),
            xmp.get("dc:creator"),
            exif.get("Image Artist"),
            exif.get("Image XPAuthor"),
        ),
        credit=first_text((sidecar.get("photoshop:Credit"), iptc.get("Credit"), xmp.get("photoshop:Credit"))),
        rights=first_text(
            (
                sidecar.get("dc:rights"),
                iptc.get("CopyrightNotice"),
                xmp.get("dc:rights"),
                exif.get("Image Copyright"),
            )
        ),
        rating=rating(sidecar.get("xmp:Rating"), xmp.get("xmp:Rating"), exif.get("Image Rating")),
    )


def rating(*values: Any) -> int | None:
    """Stars from 0 to 5; -1 (rejected) and more than 5 are none of that."""
    for value in values:
        exact = fraction(value)
        if exact is not None and 0 <= exact <= 5:
            return int(exact)
    return None


def _keywords(xmp: dict[str, Any]) -> list[str]:
    """Flat subjects; where there are none, the last names of Lightroom's and digiKam's hierarchies."""
    flat = _split(xmp.get("dc:subject"))
    if flat:
        return flat
    branches = [*_split(xmp.get("lr:hierarchicalSubject")), *_split(xmp.get("digiKam:TagsList"))]
    return [re.split(r"[|/]", branch)[-1].strip() for branch in branches]


def _split(value: Any) -> list[str]:
    if isinstance(value, list):
        parts = [said_by(part) for part in value]
    elif isinstance(value, dict):
        parts = [said_by(value)]
    else:
        parts = SEPARATORS.split(clean(str(value))) if value else []
    return [part.strip() for part in parts if part.strip() and not JUNK.fullmatch(part.strip())]
