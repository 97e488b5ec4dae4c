"""XMP packets and sidecars (ISO 16684-1): the simple, listed and language-alternative properties, by prefixed name."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, fromstring

from media_archive.metadata.recognition.text import decode

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
#: name spaces and the prefix they are shown with, whatever the file calls them
PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://cipa.jp/exif/1.0/": "exifEX",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/lightroom/1.0/": "lr",
    "http://ns.adobe.com/camera-raw-settings/1.0/": "crs",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
    "http://www.digikam.org/ns/1.0/": "digiKam",
    "http://ns.microsoft.com/photo/1.0/": "MicrosoftPhoto",
    "http://www.dji.com/drone-dji/1.0/": "drone-dji",
    "http://ns.useplus.org/ldf/xmp/1.0/": "plus",
    "http://ns.adobe.com/xmp/1.0/DynamicMedia/": "xmpDM",
    "http://ns.adobe.com/pdf/1.3/": "pdf",
    "http://www.metadataworkinggroup.com/schemas/regions/": "mwg-rs",
    "http://ns.adobe.com/xmp/sType/Area#": "stArea",
    "http://ns.adobe.com/xap/1.0/sType/Dimensions#": "stDim",
    "http://ns.microsoft.com/photo/1.2/": "MP",
    "http://ns.microsoft.com/photo/1.2/t/RegionInfo#": "MPRI",
    "http://ns.microsoft.com/photo/1.2/t/Region#": "MPReg",
    "http://ns.google.com/photos/1.0/camera/": "GCamera",
    "http://ns.google.com/photos/1.0/container/": "Container",
    "http://ns.google.com/photos/1.0/container/item/": "Item",
    "http://ns.google.com/photos/1.0/panorama/": "GPano",
    "http://ns.google.com/photos/1.0/depthmap/": "GDepth",
    "http://ns.google.com/photos/1.0/image/": "GImage",
    "http://ns.google.com/photos/dd/1.0/device/": "Device",
    "http://ns.adobe.com/hdr-gain-map/1.0/": "hdrgm",
    "http://ns.apple.com/HDRGainMap/1.0/": "HDRGainMap",
    "http://ns.apple.com/faceinfo/1.0/": "apple-fi",
    "http://ns.iview-multimedia.com/mediapro/1.0/": "mediapro",
    "http://ns.acdsee.com/iptc/1.0/": "acdsee",
}
#: history and develop settings: long, and no description of the picture
DROPPED = ("crs", "xmpMM")
DEEPEST = 8
MOST_PROPERTIES = 2000
#: what XML 1.0 knows no place for, and lone ampersands
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&(?![A-Za-z]+;|#)")
#: longer than any of the marks that end a packet
MARK = 16


def read_all(packets: Sequence[bytes]) -> dict[str, Any]:
    """The properties of several packets of one picture, the first of each name."""
    found: dict[str, Any] = {}
    for packet in packets:
        if packet:
            for name, value in read(packet).items():
                found.setdefault(name, value)
    return found


def read(packet: bytes) -> dict[str, Any]:
    """Properties such as "dc:title": text, a list of texts, `{"x-default": text, ...}` or a nested object.

    A packet that is faulty XML gives what stands before the fault, and "error": the reason.
    """
    found: dict[str, Any] = {}
    try:
        root, error = _parsed(decode(packet).strip("\x00\ufeff \t\r\n"))
    except DefusedXmlException:
        return {"error": "it declares entities or a document type, which XMP has none of"}
    except (ParseError, ValueError, RecursionError) as exc:
        return {"error": f"{type(exc).__name__}: {exc}"[:300]}
    if error:
        found["error"] = error
    for rdf in root.iter(f"{RDF}RDF"):
        for description in rdf.findall(f"{RDF}Description"):
            _properties(description, found, 0)
            if len(found) > MOST_PROPERTIES:
                break
    return found


def _parsed(source: str) -> tuple[Element, str | None]:
    """The tree, and what is wrong with it; what programs leave behind its end is passed over."""
    start = source.find("<")
    # an XML declaration must not name another encoding than that of the text at hand
    if source[start : start + 5] == "<?xml":
        start = source.find("?>", start) + 2
    source = source[max(start, 0) :]
    try:
        return fromstring(source, forbid_dtd=True), None
    except ParseError:
        end = max(source.rfind(mark) + len(mark) for mark in ("</x:xmpmeta>", "</x:xapmeta>", "</rdf:RDF>"))
        return _salvaged(ILLEGAL.sub("", source[:end] if end > MARK else source))


def _salvaged(source: str) -> tuple[Element, str | None]:
    """The tree as far as it is whole."""
    builder = _Salvage()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    try:
        parser.feed(source)
        parser.close()
    except ParseError as exc:
        if builder.root is None:
            raise
        builder.data("")
        return builder.root, f"{type(exc).__name__}: {exc}"[:300]
    if builder.root is None:
        raise ParseError("no element found")
    return builder.root, None


class _Salvage(TreeBuilder):
    """Keeps hold of the tree while it is built."""

    root: Element | None = None

    def start(self, tag: Any, attrs: Any, /) -> Element:
        made = super().start(tag, attrs)
        if self.root is None:
            self.root = made
        return made


def _properties(element: Element, into: dict[str, Any], depth: int) -> None:
    for tag, text in element.attrib.items():
        name = _name(tag)
        if name and text:
            into.setdefault(name, text)
    for child in element:
        name = _name(child.tag) if isinstance(child.tag, str) else None
        value = _value(child, depth) if name else None
        if name and value:
            into.setdefault(name, value)


@lru_cache(4096)
def _name(tag: str) -> str | None:
    """The prefixed name of a property; None for what is dropped, and for RDF's own attributes."""
    if tag.startswith((RDF, LANGUAGE)):
        return None
    space, _, local = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
    prefix = PREFIXES.get(space, space.rstrip("/#").rpartition("/")[2])
    return None if prefix in DROPPED else f"{prefix}:{local}"


def _value(element: Element, depth: int) -> Any:
    if depth > DEEPEST:
        return "(shortened)"
    listing = next((child for child in element if child.tag in {f"{RDF}Bag", f"{RDF}Seq", f"{RDF}Alt"}), None)
    if listing is not None:
        items = [(item.get(LANGUAGE), _value(item, depth + 1)) for item in listing if item.tag == f"{RDF}li"]
        if listing.tag == f"{RDF}Alt" and any(language for language, _ in items):
            return {language or "x-default": value for language, value in items if value}
        return [value for _, value in items if value not in ("", None)]
    if len(element) or any(not name.startswith((RDF, LANGUAGE)) for name in element.attrib):
        inner: dict[str, Any] = {}
        nested = element.find(f"{RDF}Description")
        _properties(element if nested is None else nested, inner, depth + 1)
        return inner
    return (element.text or element.get(f"{RDF}resource") or "").strip()
