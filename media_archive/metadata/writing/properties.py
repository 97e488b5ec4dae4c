"""A statement as XMP properties: Dublin Core, IPTC Core and Extension, Photoshop, Lightroom, EXIF's position.

ISO 16684-1 for the shapes (bag, sequence, alternative of languages); IPTC Photo Metadata Standard 2023.1 for the names;
Lightroom's hierarchicalSubject has branches written from the root with "|" between.
"""

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement

from media_archive.metadata.record import Location
from media_archive.metadata.writing.statement import Position, Statement

SPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "x": "adobe:ns:meta/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "xmpNote": "http://ns.adobe.com/xmp/note/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "mediaArchive": "urn:media-archive:xmp:1.0/",
}
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
#: what XML 1.0 cannot hold, and control characters that nobody means
FORBIDDEN = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\ud800-\udfff\ufffe\uffff]")
#: moments that XMP dates can hold: as precise as known, but never hours without minutes
DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?")


def tag(name: str) -> str:
    """ "dc:title" as ElementTree calls it."""
    prefix, _, local = name.partition(":")
    return f"{{{SPACES[prefix]}}}{local}"


def properties(said: Statement) -> list[Element]:
    """The properties of the statement, top level, in a steady order."""
    made = [*_words(said), *_iptc(said), *_moment(said), *_own(said)]
    if said.position:
        made += _position(said.position)
    return made


def _words(said: Statement) -> Iterable[Element]:
    yield from _spoken("dc:title", said.title)
    yield from _spoken("dc:description", said.caption)
    yield from _listed("dc:creator", "Seq", said.creator)
    yield from _listed("dc:subject", "Bag", said.keywords)
    yield from _spoken("dc:rights", said.rights)
    yield from _listed("lr:hierarchicalSubject", "Bag", said.branches)
    yield from _simple("xmp:Rating", None if said.rating is None else str(said.rating))
    yield from _simple("xmp:Label", said.label)
    yield from _spoken("xmpRights:UsageTerms", said.usage_terms)
    yield from _simple("xmpRights:WebStatement", said.rights_url)


def _iptc(said: Statement) -> Iterable[Element]:
    where = said.location_created or next(iter(said.location_shown), Location())
    yield from _simple("photoshop:Headline", said.headline)
    yield from _simple("photoshop:Credit", said.credit)
    yield from _simple("photoshop:Source", said.source)
    yield from _simple("photoshop:Instructions", said.instructions)
    yield from _simple("photoshop:CaptionWriter", said.caption_writer)
    yield from _simple("photoshop:AuthorsPosition", said.creator_title)
    yield from _simple("photoshop:City", where.city)
    yield from _simple("photoshop:State", where.state)
    yield from _simple("photoshop:Country", where.country)
    yield from _simple("Iptc4xmpCore:Location", where.sublocation or where.name)
    yield from _simple("Iptc4xmpCore:CountryCode", where.country_code)
    yield from _listed("Iptc4xmpExt:PersonInImage", "Bag", said.persons)
    yield from _spoken("Iptc4xmpExt:Event", said.event)
    yield from _places("Iptc4xmpExt:LocationCreated", [said.location_created] if said.location_created else [])
    yield from _places("Iptc4xmpExt:LocationShown", said.location_shown)


def _moment(said: Statement) -> Iterable[Element]:
    if said.taken and DATE.fullmatch(said.taken):
        for name in ("xmp:CreateDate", "photoshop:DateCreated", "exif:DateTimeOriginal"):
            yield from _simple(name, said.taken)
        yield from _listed("dc:date", "Seq", [said.taken])


def _own(said: Statement) -> Iterable[Element]:
    yield from _simple("mediaArchive:AssetId", said.asset_id)
    yield from _simple("mediaArchive:ArchivalCode", said.archival_code)
    yield from _simple("mediaArchive:Archive", said.archive)


def _position(where: Position) -> Iterable[Element]:
    yield from _simple("exif:GPSVersionID", "2.3.0.0")
    yield from _simple("exif:GPSLatitude", _degrees(where.lat, "NS"))
    yield from _simple("exif:GPSLongitude", _degrees(where.lon, "EW"))
    yield from _simple("exif:GPSMapDatum", where.datum)
    if where.alt is not None:
        yield from _simple("exif:GPSAltitudeRef", str(int(where.alt < 0)))
        yield from _simple("exif:GPSAltitude", _rational(abs(where.alt)))
    if where.direction is not None:
        yield from _simple("exif:GPSImgDirectionRef", "M" if where.direction_reference == "magnetic" else "T")
        yield from _simple("exif:GPSImgDirection", _rational(where.direction))
    if where.at and DATE.fullmatch(where.at):
        yield from _simple("exif:GPSTimeStamp", where.at)


def _degrees(value: float, signs: str) -> str:
    """Degrees and decimal minutes, "37,27.123456N" (Exif for XMP: GPSCoordinate)."""
    minutes = round(abs(value) * 60, 6)
    return f"{int(minutes // 60)},{minutes % 60:.6f}{signs[value < 0]}"


def _rational(value: float) -> str:
    exact = Fraction(str(round(value, 4))).limit_denominator(10_000)
    return f"{exact.numerator}/{exact.denominator}"


def safe(value: str) -> str:
    """`value` without what XML cannot hold."""
    return FORBIDDEN.sub("", value).strip()


def _simple(name: str, value: str | None) -> Iterable[Element]:
    if value and (said := safe(value)):
        made = Element(tag(name))
        made.text = said
        yield made


def _spoken(name: str, value: str | None) -> Iterable[Element]:
    """A text in the language of the archive, and as the one to take by default."""
    if value and (said := safe(value)):
        yield _container(name, "Alt", [("x-default", said), ("zh", said)])


def _listed(name: str, kind: str, values: Iterable[str]) -> Iterable[Element]:
    texts = list(dict.fromkeys(filter(None, map(safe, values))))
    if texts:
        yield _container(name, kind, [(None, text) for text in texts])


def _container(name: str, kind: str, items: Iterable[tuple[str | None, str]]) -> Element:
    made = Element(tag(name))
    listing = SubElement(made, tag(f"rdf:{kind}"))
    for language, text in items:
        item = SubElement(listing, tag("rdf:li"), {LANGUAGE: language} if language else {})
        item.text = text
    return made


def _places(name: str, places: Iterable[Location]) -> Iterable[Element]:
    told = [fields for one in places if (fields := _place(one))]
    if not told:
        return
    made = Element(tag(name))
    listing = SubElement(made, tag("rdf:Bag"))
    for fields in told:
        item = SubElement(listing, tag("rdf:li"), {tag("rdf:parseType"): "Resource"})
        item.extend(fields)
    yield made


def _place(one: Location) -> list[Element]:
    simple: Mapping[str, str | None] = {
        "Sublocation": one.sublocation,
        "City": one.city,
        "ProvinceState": one.state,
        "CountryName": one.country,
        "CountryCode": one.country_code,
        "WorldRegion": one.world_region,
    }
    fields = [*_spoken("Iptc4xmpExt:LocationName", one.name)]
    for name, value in simple.items():
        fields += _simple(f"Iptc4xmpExt:{name}", value)
    return [*fields, *_listed("Iptc4xmpExt:LocationId", "Bag", one.identifier)]
