"""The record of a photograph, out of what its readers found."""

from collections.abc import Iterator
from datetime import tzinfo
from fractions import Fraction
from typing import Any

from media_archive.metadata.normal import moments, places
from media_archive.metadata.normal.numbers import decimal, fraction, positive
from media_archive.metadata.normal.words import said_by, words
from media_archive.metadata.record import Camera, Capture, Exposure, Lens, Record, Shown, Still

Found = dict[str, dict[str, Any]]
MODELS = {
    "1": "bilevel",
    "L": "grey",
    "P": "palette",
    "LA": "grey+alpha",
    "RGBA": "RGB+alpha",
    "F": "grey",
    "I": "grey",
}
PHOTOMETRIC = {0: "grey", 1: "grey", 2: "RGB", 3: "palette", 5: "CMYK", 6: "YCbCr", 8: "LAB", 9: "ICCLAB", 32803: "CFA"}
#: bits of EXIF Flash that say it did not fire, or that there is none (EXIF 2.32, table 17)
FIRED = 1
#: LibRaw's ways to turn a picture, as EXIF orientations
FLIPS: dict[Any, int] = {3: 3, 5: 8, 6: 6}
#: ISO cannot be told by the old tag past this: it then holds this number (EXIF 2.3)
ISO_FULL = 65535


def record(found: Found, sidecar: dict[str, Any], zone: tzinfo) -> Record:
    """The record of a photograph. `found` by tool; `sidecar` the properties of an XMP file beside it."""
    exif, iptc, xmp = (found.get(tool, {}) for tool in ("exifread", "iptc", "xmp"))
    exif = exif or found.get("ciff", {})
    container = found.get("jpeg") or found.get("Pillow") or found.get("LibRaw") or {}
    orientation = _orientation(container, exif, xmp)
    width, height = _size(container, exif)
    turned = orientation >= 5
    # the reader of HEIF turns the picture itself, and speaks of it as turned
    upright = "original_orientation" in container.get("info", {})
    shown = (width, height) if upright or not turned else (height, width)
    return Record(
        capture=_first(_moments(exif, iptc, xmp, sidecar, zone)),
        gps=places.from_exif(exif) or places.from_xmp(xmp) or places.from_xmp(sidecar),
        camera=_camera(exif, xmp or sidecar),
        lens=_lens(exif, xmp or sidecar),
        exposure=_exposure_of(container, exif, xmp or sidecar),
        description=words(sidecar, iptc, xmp, exif),
        shown=Shown(width=shown[0], height=shown[1]) if shown[0] and shown[1] else None,
        still=Still(
            width=height if upright and turned else width,
            height=width if upright and turned else height,
            orientation=orientation,
            # a raw file's first picture is a preview: its bits are not the sensor's
            bit_depth=positive(
                container.get("bits") or (None if "flip" in container else exif.get("Image BitsPerSample"))
            ),
            color_model=_model(container, exif),
            profile=container.get("profile"),
            pages=positive(container.get("pages")) or 1,
        ),
    )


def _first(moments_found: Iterator[Capture | None]) -> Capture | None:
    return next((found for found in moments_found if found), None)


def _moments(
    exif: dict[str, Any],
    iptc: dict[str, Any],
    xmp: dict[str, Any],
    sidecar: dict[str, Any],
    zone: tzinfo,
) -> Iterator[Capture | None]:
    """Moments in the order they are believed: when light fell on the sensor, EXIF before XMP before IPTC."""
    offset = exif.get("EXIF OffsetTimeOriginal") or exif.get("EXIF OffsetTimeDigitized") or exif.get("EXIF OffsetTime")
    for name, part in (
        ("EXIF DateTimeOriginal", "EXIF SubSecTimeOriginal"),
        ("EXIF DateTimeDigitized", "EXIF SubSecTimeDigitized"),
    ):
        yield moments.moment(exif.get(name), f"exif {name[5:]}", zone, offset, exif.get(part))
    for source, properties in (("xmp", xmp), ("sidecar", sidecar)):
        for name in ("exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate"):
            yield moments.moment(said_by(properties.get(name)), f"{source} {name}", zone)
    if iptc.get("DateCreated"):
        yield moments.moment(_iptc_moment(iptc), "iptc DateCreated", zone)
    yield moments.moment(exif.get("Image DateTime"), "exif DateTime", zone, exif.get("EXIF OffsetTime"))
    if exif.get("GPS GPSDate"):
        yield moments.moment(_satellite_moment(exif), "exif GPSDateStamp", zone)
    yield moments.moment(said_by(xmp.get("exif:GPSTimeStamp")), "xmp exif:GPSTimeStamp", zone)


def _iptc_moment(iptc: dict[str, Any]) -> str:
    """IIM writes CCYYMMDD and HHMMSS±HHMM; noughts stand for what is not known."""
    date, time = str(iptc["DateCreated"]), str(iptc.get("TimeCreated", ""))
    day = f"{date[:4]}-{date[4:6]}-{date[6:8]}" if len(date) == 8 and date.isdigit() else date
    clock = f" {time[:2]}:{time[2:4]}:{time[4:6]}" if time[:6].isdigit() and len(time) >= 6 else ""
    return day + clock + (time[6:11] if clock and len(time) >= 11 else "")


def _satellite_moment(exif: dict[str, Any]) -> str:
    """The date and time of GPS, which are UTC."""
    clock = exif.get("GPS GPSTimeStamp")
    parts = [fraction(part) for part in clock] if isinstance(clock, list) else []
    known = [int(part) for part in parts if part is not None]
    return f"{exif['GPS GPSDate']}" + (" {:02}:{:02}:{:02}Z".format(*known) if len(known) == 3 else "")


def _orientation(container: dict[str, Any], exif: dict[str, Any], xmp: dict[str, Any]) -> int:
    stated = (
        container.get("info", {}).get("original_orientation"),
        exif.get("Image Orientation"),
        xmp.get("tiff:Orientation"),
        FLIPS.get(container.get("flip")),
    )
    return next((number for number in map(positive, stated) if number and number <= 8), 1)


def _size(container: dict[str, Any], exif: dict[str, Any]) -> tuple[int | None, int | None]:
    """As the picture's own header has it; EXIF is believed only where there is none, editors forget it."""
    pairs = (
        (container.get("width"), container.get("height")),
        (exif.get("EXIF ExifImageWidth"), exif.get("EXIF ExifImageLength")),
        (exif.get("Image ImageWidth"), exif.get("Image ImageLength")),
    )
    for width, height in pairs:
        if positive(width) and positive(height):
            return positive(width), positive(height)
    return None, None


def _camera(exif: dict[str, Any], xmp: dict[str, Any]) -> Camera:
    return Camera(
        make=_text(exif.get("Image Make"), xmp.get("tiff:Make")),
        model=_text(exif.get("Image Model"), xmp.get("tiff:Model")),
        serial=_text(
            exif.get("EXIF BodySerialNumber"), xmp.get("exifEX:BodySerialNumber"), xmp.get("aux:SerialNumber")
        ),
        software=_text(exif.get("Image Software"), xmp.get("xmp:CreatorTool")),
    )


def _lens(exif: dict[str, Any], xmp: dict[str, Any]) -> Lens:
    return Lens(model=_text(exif.get("EXIF LensModel"), xmp.get("exifEX:LensModel"), xmp.get("aux:Lens")))


def _text(*values: Any) -> str | None:
    return next((said for said in map(said_by, values) if said and said.strip("-")), None)


def _exposure_of(container: dict[str, Any], exif: dict[str, Any], xmp: dict[str, Any]) -> Exposure:
    other = container.get("other", {})

    def value(tag: str, name: str, fallback: str = "") -> Any:
        return next((v for v in (exif.get(f"EXIF {tag}"), xmp.get(f"exif:{name}"), other.get(fallback)) if v), None)

    flash = positive(exif.get("EXIF Flash")) if exif.get("EXIF Flash") != 0 else 0
    return Exposure(
        time=_exposure(value("ExposureTime", "ExposureTime", "shutter_speed")),
        f_number=decimal(value("FNumber", "FNumber", "aperture"), 2) or None,
        iso=_iso(exif, value("ISOSpeedRatings", "ISOSpeedRatings", "iso_speed")),
        focal_length=decimal(value("FocalLength", "FocalLength", "focal_length"), 2) or None,
        focal_length_35mm=decimal(value("FocalLengthIn35mmFilm", "FocalLengthIn35mmFilm"), 2) or None,
        flash=None if flash is None else bool(flash & FIRED),
    )


def _iso(exif: dict[str, Any], rating: Any) -> int | None:
    """The first positive number of the ISO speeds; some cameras and programs write several."""
    values = rating if isinstance(rating, list) else [rating]
    iso = next((number for number in map(positive, values) if number), None)
    if iso is None or iso == ISO_FULL:
        return positive(exif.get("EXIF RecommendedExposureIndex") or exif.get("EXIF ISOSpeed")) or iso
    return iso


def _exposure(value: Any) -> str | None:
    """Seconds in lowest terms; what cameras round to an odd fraction becomes one over a whole number."""
    exact = fraction(value)
    if exact is None or not 0 < exact < 1_000_000:
        return None
    if exact < Fraction(1, 3):
        return f"1/{round(1 / exact)}"
    return str(exact if exact.denominator <= 10 else exact.limit_denominator(10))


def _model(container: dict[str, Any], exif: dict[str, Any]) -> str | None:
    photometric = exif.get("Image PhotometricInterpretation")
    if isinstance(photometric, int) and container.get("decoder") in {None, "TIFF"} and "mode" not in container:
        return PHOTOMETRIC.get(photometric)
    mode = container.get("mode")
    return MODELS.get(mode, "grey" if str(mode).startswith("I;") else mode) if mode else None
