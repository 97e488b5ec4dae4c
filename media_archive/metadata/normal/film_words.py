"""What people and cameras wrote into films: titles and names, camera, lens, exposure."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from media_archive.metadata.normal.numbers import decimal, fraction, positive
from media_archive.metadata.normal.precedence import Decisions
from media_archive.metadata.normal.said import Said
from media_archive.metadata.normal.words import first_text, listed, rating, said_by
from media_archive.metadata.record import Camera, Description, Exposure, Lens

#: the makers of cameras among those who write MXF files
CAMERAS = re.compile(r"sony|panasonic|canon|arri|red\b|red digital|ikegami|jvc|hitachi|grass valley|blackmagic", re.I)
#: fields of one text: the XMP property, and MediaInfo's fields
TEXTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "title": ("dc:title", ("Title", "Movie", "Track")),
    "headline": ("photoshop:Headline", ()),
    "caption": ("dc:description", ("Description", "Synopsis", "Summary", "Comment", "Subject")),
    "credit": ("photoshop:Credit", ()),
    "source": ("photoshop:Source", ()),
    "rights": ("dc:rights", ("Copyright",)),
    "usage_terms": ("xmpRights:UsageTerms", ("TermsOfUse",)),
    "rights_url": ("xmpRights:WebStatement", ()),
    "instructions": ("photoshop:Instructions", ()),
    "event": ("Iptc4xmpExt:Event", ()),
    "label": ("xmp:Label", ()),
}
LISTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "keywords": ("dc:subject", ("Keywords",)),
    "creator": ("dc:creator", ("Performer", "Director", "Producer", "DirectorOfPhotography", "Composer")),
    "persons": ("Iptc4xmpExt:PersonInImage", ("Actor",)),
    "genre": ("Iptc4xmpExt:Genre", ("Genre",)),
}


def description(said: Said, decided: Decisions) -> Description:
    """What people wrote."""
    words = {name: decided.choose(f"description.{name}", _texts(said, name)) for name in TEXTS}
    lists = {name: decided.choose(f"description.{name}", _lists(said, name)) or [] for name in LISTS}
    stars = [("sidecar xmp:Rating", said.sidecar.get("xmp:Rating")), ("xmp xmp:Rating", said.inner.get("xmp:Rating"))]
    stars.append(("MediaInfo Rating", said.general.get("Rating")))
    chosen = decided.choose("description.rating", [(source, rating(value)) for source, value in stars])
    return Description(**words, **lists, rating=chosen)


def _texts(said: Said, name: str) -> Iterator[tuple[str, str | None]]:
    xmp, fields = TEXTS[name]
    yield f"sidecar {xmp}", first_text((said.sidecar.get(xmp),))
    yield f"xmp {xmp}", first_text((said.inner.get(xmp),))
    for field in fields:
        yield f"MediaInfo {field}", first_text((said.general.get(field) or said.extra.get(field),))
    if name in {"title", "caption"}:
        for source, xml in said.xml():
            yield f"{source} {name}", first_text((xml.get("title" if name == "title" else "note"),))
    if name == "caption":
        yield "bext Description", first_text(((said.riff.get("bext") or {}).get("description"),))
        yield "ixml NOTE", first_text(((said.riff.get("ixml") or {}).get("note"),))


def _lists(said: Said, name: str) -> Iterator[tuple[str, list[str]]]:
    xmp, fields = LISTS[name]
    yield f"sidecar {xmp}", listed(said.sidecar.get(xmp))
    yield f"xmp {xmp}", listed(said.inner.get(xmp))
    for field in fields:
        # a recorder's name is no person's
        value = None if field == "Producer" and said.riff.get("bext") else said.general.get(field)
        yield f"MediaInfo {field}", listed(value.split(" / ") if isinstance(value, str) else value)
    if name == "creator":
        for source, xml in said.xml():
            yield f"{source} Creator", listed(xml.get("creator"))


def camera(said: Said, decided: Decisions) -> Camera:
    """What it was taken with, and what wrote the file."""
    found = {
        name: decided.choose(
            f"camera.{name}", [(source, said_by(value) or None) for source, value in _device(said, name)]
        )
        for name in ("make", "model", "serial", "software")
    }
    return Camera(**found)


def _device(said: Said, name: str) -> Iterator[tuple[str, Any]]:
    if name == "software":
        yield from _software(said)
        return
    movie = said.movie.get("camera") or {}
    for prefix in ("com_apple_quicktime_", "com_android_", "com_samsung_android_", "com_xiaomi_"):
        field = f"{prefix}{'manufacturer' if name == 'make' and 'apple' not in prefix else name}"
        yield f"MediaInfo {field}", said.extra.get(field)
    yield f"movie {name}", movie.get(name)
    if name == "make" and str(movie.get("maker's codec", "")).startswith("Canon"):
        yield "movie CNCV", "Canon"
    for source, xml in said.xml():
        yield f"{source} {name}", None if xml.get(name) in {"4294967295", "0"} else xml.get(name)
    if name == "serial":
        return
    field = {"make": "CompanyName", "model": "Name"}[name]
    yield f"MediaInfo Encoded_Hardware_{field}", said.general.get(f"Encoded_Hardware_{field}")
    if said.general.get("Format") == "BDAV":
        # AVCHD: the camera names itself in the pictures' own data
        yield f"MediaInfo Encoded_Application_{field}", said.general.get(f"Encoded_Application_{field}")
    if CAMERAS.match(said.mxf.get("company", "")):
        yield f"mxf {name}", said.mxf.get("company" if name == "make" else "product")


def _software(said: Said) -> Iterator[tuple[str, Any]]:
    yield "MediaInfo Encoded_Application", _program(said.general, "Encoded_Application")
    yield "MediaInfo com_apple_quicktime_software", said.extra.get("com_apple_quicktime_software")
    yield "movie firmware", (said.movie.get("camera") or {}).get("firmware")
    yield "bext Originator", (said.riff.get("bext") or {}).get("originator")
    yield "MediaInfo Encoded_Library", _program(said.general, "Encoded_Library")


def _program(general: dict[str, Any], field: str) -> str | None:
    """Its name as the file has it, else put together of maker, name and version."""
    parts = (said_by(general.get(f"{field}_{part}")) for part in ("CompanyName", "Name", "Version"))
    return said_by(general.get(field)) or " ".join(part for part in parts if part) or None


def lens(said: Said, decided: Decisions) -> Lens:
    """The lens, where the camera knows it."""
    models, serials = [], [("movie lens serial", (said.movie.get("camera") or {}).get("lens serial"))]
    for source, xml in said.xml():
        models.append((f"{source} Lens", xml.get("lens")))
        serials.append((f"{source} Lens", xml.get("lens serial")))
    return Lens(model=decided.choose("lens.model", models), serial=decided.choose("lens.serial", serials))


def exposure(said: Said, decided: Decisions) -> Exposure:
    """Of the first picture, as a drone or a camcorder wrote it."""
    flight = said.flight.get("exposure") or {}
    aperture = decimal(flight.get("aperture"), 2)
    # DJI writes 280 for f/2.8
    aperture = aperture / 100 if aperture and aperture >= 100 else aperture
    iris = [decimal((track.get("extra") or {}).get("IrisFNumber"), 2) for track in said.of("Video")]
    pairs = [("flight fnum", aperture), *(("MediaInfo IrisFNumber", value) for value in iris)]
    return Exposure(
        time=decided.choose("exposure.time", [("flight shutter", _time(flight.get("shutter")))]),
        f_number=decided.choose("exposure.f_number", [(source, value or None) for source, value in pairs]),
        iso=decided.choose("exposure.iso", [("flight iso", positive(flight.get("iso")))]),
        bias=decided.choose("exposure.bias", [("flight ev", decimal(flight.get("bias"), 2))]),
    )


def _time(text: Any) -> str | None:
    """Seconds out of "1/80.0", or out of what stands below the one: "400"."""
    said = str(text or "")
    exact = fraction(said if "/" in said else f"1/{said}")
    if exact is None or not 0 < exact < 1000:
        return None
    return f"1/{round(1 / exact)}" if exact < Fraction(1, 3) else str(exact.limit_denominator(10))
