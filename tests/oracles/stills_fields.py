"""Which of ExifTool's tags tell the same as each field of the record, the most believed first, and how they compare.

A tag is "group:name" as `exiftool -G1` prints it. `words` fields are compared with its words, all others with the
numbers of `exiftool -n`. IPTC comes before XMP where the digest says so, as in the rules of precedence.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Compare = Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Field:
    """A field of the record, the tags that say the same, and when they agree."""

    path: str
    tags: tuple[str, ...]
    agrees: Compare
    words: bool = False


def folded(value: Any) -> str:
    text = value if isinstance(value, str) else "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip(" ;,").casefold()


def text(ours: Any, theirs: Any) -> bool:
    """The same words; a choice of languages has ours among them."""
    if isinstance(theirs, dict):
        return any(text(ours, one) for one in theirs.values())
    return folded(ours) == folded(theirs)


def names(ours: Any, theirs: Any) -> bool:
    if isinstance(theirs, dict):
        theirs = list(theirs.values())
    listed = theirs if isinstance(theirs, list) else re.split(r"[;；]", str(theirs))
    return {folded(one) for one in ours} == {folded(one) for one in listed if folded(one)}


def number(ours: Any, theirs: Any) -> bool:
    theirs = theirs[0] if isinstance(theirs, list) and theirs else theirs
    try:
        one, other = float(Fraction(str(ours))), float(Fraction(str(theirs).split()[0]))
    except (ValueError, ZeroDivisionError, IndexError):
        return False
    return (
        abs(one - other) <= max(0.011, 0.02 * abs(other))
        if abs(other) >= 0.1
        else abs(one - other) <= 0.03 * abs(other)
    )


def close(within: float) -> Compare:
    def compare(ours: Any, theirs: Any) -> bool:
        try:
            return abs(float(ours) - float(str(theirs).split()[0])) <= within
        except ValueError:
            return False

    return compare


def flag(ours: Any, theirs: Any) -> bool:
    if isinstance(theirs, dict):
        return bool(ours) == (str(theirs.get("Fired", "")).casefold() in {"true", "1"})
    return bool(ours) == bool(int(float(theirs)) & 1)


def moment(ours: Any, theirs: Any) -> bool:
    """The same clock, as far as both write it; the offset where both have one."""
    mine, other = _clock(ours), _clock(theirs)
    length = min(len(mine[0]), len(other[0]))
    return mine[0][:length] == other[0][:length] and (not mine[1] or not other[1] or mine[1] == other[1])


def _clock(value: Any) -> tuple[str, str]:
    written = re.sub(r"^(\d{4})[:-](\d\d)(?:[:-](\d\d))?", lambda m: "-".join(p for p in m.groups() if p), str(value))
    written = written.replace(" ", "T", 1)
    found = re.fullmatch(r"(.*?)(Z|[+-]\d\d:\d\d)?", written.strip())
    assert found is not None
    return found[1][:19], (found[2] or "").replace("Z", "+00:00")


def lens_range(at: int) -> Compare:
    def compare(ours: Any, theirs: Any) -> bool:
        return number(ours, str(theirs).split()[at])

    return compare


def regions(ours: Any, theirs: Any) -> bool:
    listed = theirs.get("RegionList") or theirs.get("Regions") if isinstance(theirs, dict) else theirs
    theirs_named = sorted(folded(one.get("Name") or one.get("PersonDisplayName") or "") for one in listed or [])
    return sorted(folded(one.get("name") or "") for one in ours) == theirs_named


CONTACT = {"CiEmailWork": "email", "CiTelWork": "phone", "CiUrlWork": "url", "CiAdrExtadr": "address"}
CONTACT |= {"CiAdrCity": "city", "CiAdrRegion": "region", "CiAdrPcode": "code", "CiAdrCtry": "country"}


def contact(ours: Any, theirs: Any) -> bool:
    return all(text(ours.get(CONTACT[name], ""), said) for name, said in theirs.items() if name in CONTACT)


def _both(exif: str, xmp: str = "") -> tuple[str, ...]:
    return (f"ExifIFD:{exif}", f"IFD0:{exif}", *((f"XMP-{xmp}",) if xmp else ()))


FIELDS = (
    Field(
        "still.width",
        (
            "File:ImageWidth",
            "PNG:ImageWidth",
            "GIF:ImageWidth",
            "RIFF:ImageWidth",
            "size:width",
            "Photoshop:ImageWidth",
        ),
        close(0),
    ),
    Field(
        "still.height",
        ("File:ImageHeight", "PNG:ImageHeight", "GIF:ImageHeight", "RIFF:ImageHeight", "size:height"),
        close(0),
    ),
    Field("still.orientation", ("IFD0:Orientation", "XMP-tiff:Orientation"), close(0)),
    Field("still.bit_depth", ("File:BitsPerSample", "PNG:BitDepth", "IFD0:BitsPerSample"), close(0)),
    Field("still.color_space", _both("ColorSpace", "exif:ColorSpace"), text, words=True),
    Field("still.profile", ("ICC_Profile:ProfileDescription", "ICC_Profile:ProfileDescriptionML"), text),
    Field("still.chroma", ("File:YCbCrSubSampling",), lambda ours, theirs: ours in str(theirs), words=True),
    Field("still.x_resolution", ("ppi:X",), close(0.6)),
    Field("still.y_resolution", ("ppi:Y",), close(0.6)),
    Field("still.pages", ("File:PageCount", "PNG:AnimationFrames", "GIF:FrameCount"), close(0)),
    Field("still.content_identifier", ("Apple:ContentIdentifier", "Apple:MediaGroupUUID"), text),
    Field("still.burst", ("Apple:BurstUUID", "XMP-GCamera:BurstID"), text),
    Field("still.panorama", ("XMP-GPano:ProjectionType",), text),
    Field("still.motion_photo", ("XMP-GCamera:MotionPhoto", "XMP-GCamera:MicroVideo"), flag),
    Field("capture.at", ("moment:taken",), moment),
    Field("camera.make", ("IFD0:Make", "ExifIFD:Make", "CanonRaw:Make", "XMP-tiff:Make"), text),
    Field("camera.model", ("IFD0:Model", "ExifIFD:Model", "CanonRaw:Model", "XMP-tiff:Model"), text),
    Field(
        "camera.serial",
        (
            *_both("SerialNumber"),
            "XMP-exifEX:SerialNumber",
            "XMP-aux:SerialNumber",
            "Canon:SerialNumber",
            "Nikon:SerialNumber",
            "Pentax:SerialNumber",
            "Olympus:SerialNumber",
            "GoPro:CameraSerialNumber",
            "CanonRaw:SerialNumber",
        ),
        text,
        words=True,
    ),
    Field("camera.owner", (*_both("OwnerName", "aux:OwnerName"), "Canon:OwnerName", "CanonRaw:OwnerName"), text),
    Field("camera.software", ("IFD0:Software", "ExifIFD:Software", "XMP-tiff:Software", "XMP-xmp:CreatorTool"), text),
    Field("lens.make", _both("LensMake", "exifEX:LensMake"), text),
    Field(
        "lens.model",
        (
            *_both("LensModel", "exifEX:LensModel"),
            "XMP-aux:Lens",
            "Canon:LensModel",
            "Olympus:LensModel",
            "Panasonic:LensType",
        ),
        text,
    ),
    Field("lens.serial", (*_both("LensSerialNumber", "exifEX:LensSerialNumber"), "XMP-aux:LensSerialNumber"), text),
    Field(
        "lens.min_focal_length",
        (*_both("LensInfo", "exifEX:LensInfo"), "XMP-aux:LensInfo", "Nikon:Lens"),
        lens_range(0),
    ),
    Field(
        "lens.max_focal_length",
        (*_both("LensInfo", "exifEX:LensInfo"), "XMP-aux:LensInfo", "Nikon:Lens"),
        lens_range(1),
    ),
    Field("lens.max_aperture", ("lens:widest",), close(0.11)),
    Field(
        "still.previews", ("IFD1:ThumbnailLength",), lambda ours, theirs: theirs in {one.get("size") for one in ours}
    ),
    Field("exposure.time", _both("ExposureTime", "exif:ExposureTime"), number),
    Field("exposure.f_number", _both("FNumber", "exif:FNumber"), number),
    Field("exposure.iso", (*_both("ISO", "exif:ISO"), "XMP-exifEX:PhotographicSensitivity"), number),
    Field("exposure.focal_length", _both("FocalLength", "exif:FocalLength"), number),
    Field("exposure.focal_length_35mm", _both("FocalLengthIn35mmFormat", "exif:FocalLengthIn35mmFormat"), number),
    Field("exposure.bias", _both("ExposureCompensation", "exif:ExposureCompensation"), close(0.011)),
    Field("exposure.program", _both("ExposureProgram", "exif:ExposureProgram"), text, words=True),
    Field("exposure.mode", _both("ExposureMode", "exif:ExposureMode"), text, words=True),
    Field("exposure.metering", _both("MeteringMode", "exif:MeteringMode"), text, words=True),
    Field("exposure.flash", _both("Flash", "exif:Flash"), flag),
    Field("exposure.flash_mode", _both("Flash"), text, words=True),
    Field("exposure.white_balance", _both("WhiteBalance", "exif:WhiteBalance"), text, words=True),
    Field("exposure.light_source", _both("LightSource", "exif:LightSource"), text, words=True),
    Field("exposure.scene", _both("SceneCaptureType", "exif:SceneCaptureType"), text, words=True),
    Field("exposure.subject_distance", _both("SubjectDistance", "exif:SubjectDistance"), number),
    Field("exposure.digital_zoom", _both("DigitalZoomRatio", "exif:DigitalZoomRatio"), number),
    Field("gps.lat", ("Composite:GPSLatitude",), close(0.00001)),
    Field("gps.lon", ("Composite:GPSLongitude",), close(0.00001)),
    Field("gps.alt", ("Composite:GPSAltitude",), close(0.011)),
    Field("gps.direction", ("GPS:GPSImgDirection", "XMP-exif:GPSImgDirection"), close(0.011)),
    Field(
        "gps.direction_reference",
        ("GPS:GPSImgDirectionRef",),
        lambda ours, theirs: ours[0] == str(theirs)[:1].casefold(),
    ),
    Field("gps.speed", ("speed:metres",), close(0.011)),
    Field("gps.error", ("GPS:GPSHPositioningError",), close(0.011)),
    Field(
        "gps.datum",
        ("GPS:GPSMapDatum", "XMP-exif:GPSMapDatum"),
        lambda ours, theirs: folded(ours).replace("-", "") == folded(theirs).replace("-", "").replace(" ", ""),
    ),
    Field("gps.at", ("Composite:GPSDateTime",), moment),
    Field("description.title", ("XMP-dc:Title", "IPTC:ObjectName", "IFD0:XPTitle"), text),
    Field("description.headline", ("XMP-photoshop:Headline", "IPTC:Headline"), text),
    Field("description.caption", ("IFD0:ImageDescription", "XMP-dc:Description", "IPTC:Caption-Abstract"), text),
    Field("description.alt_text", ("XMP-iptcCore:AltTextAccessibility",), text),
    Field("description.keywords", ("XMP-dc:Subject", "IPTC:Keywords", "IFD0:XPKeywords"), names),
    Field("description.hierarchical_keywords", ("XMP-lr:HierarchicalSubject",), names),
    Field("description.creator", ("IFD0:Artist", "XMP-dc:Creator", "IPTC:By-line"), names),
    Field("description.creator_title", ("XMP-photoshop:AuthorsPosition", "IPTC:By-lineTitle"), text),
    Field("description.creator_contact", ("XMP-iptcCore:CreatorContactInfo",), contact),
    Field("description.caption_writer", ("XMP-photoshop:CaptionWriter", "IPTC:Writer-Editor"), text),
    Field("description.credit", ("XMP-photoshop:Credit", "IPTC:Credit"), text),
    Field("description.source", ("XMP-photoshop:Source", "IPTC:Source"), text),
    Field("description.rights", ("IFD0:Copyright", "XMP-dc:Rights", "IPTC:CopyrightNotice"), text),
    Field("description.usage_terms", ("XMP-xmpRights:UsageTerms",), text),
    Field("description.rights_url", ("XMP-xmpRights:WebStatement", "Photoshop:URL"), text),
    Field("description.instructions", ("XMP-photoshop:Instructions", "IPTC:SpecialInstructions"), text),
    Field("description.persons", ("XMP-iptcExt:PersonInImage",), names),
    Field("description.event", ("XMP-iptcExt:Event",), text),
    Field("description.genre", ("XMP-iptcCore:IntellectualGenre",), names),
    Field("description.scene", ("XMP-iptcCore:Scene",), names),
    Field("description.subject_codes", ("XMP-iptcCore:SubjectCode", "IPTC:SubjectReference"), names),
    Field("description.category", ("XMP-photoshop:Category", "IPTC:Category"), text),
    Field("description.job", ("XMP-photoshop:TransmissionReference", "IPTC:OriginalTransmissionReference"), text),
    Field("description.digital_source", ("XMP-iptcExt:DigitalSourceType",), text),
    Field("description.rating", ("XMP-xmp:Rating", "IFD0:Rating"), close(0)),
    Field("description.label", ("XMP-xmp:Label",), text),
    Field("description.location_created.sublocation", ("XMP-iptcCore:Location", "IPTC:Sub-location"), text),
    Field("description.location_created.city", ("XMP-photoshop:City", "IPTC:City"), text),
    Field("description.location_created.state", ("XMP-photoshop:State", "IPTC:Province-State"), text),
    Field("description.location_created.country", ("XMP-photoshop:Country", "IPTC:Country-PrimaryLocationName"), text),
    Field(
        "description.location_created.country_code",
        ("XMP-iptcCore:CountryCode", "IPTC:Country-PrimaryLocationCode"),
        text,
    ),
    Field("description.regions", ("XMP-mwg-rs:RegionInfo", "XMP-MP:RegionInfoMP"), regions),
)
