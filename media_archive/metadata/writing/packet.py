"""XMP packets: our properties laid over those that a file had, so that what other programs need survives.

ISO 16684-1; for packets too long for a JPEG segment, XMP Specification Part 3, 1.1.3.1 (extended XMP).
"""

import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring, iterparse

from media_archive.errors import Unsupported
from media_archive.metadata.recognition.text import decode
from media_archive.metadata.writing.properties import SPACES, properties, tag
from media_archive.metadata.writing.statement import Statement

HEAD = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
TAIL = '\n<?xpacket end="w"?>'
#: bytes of a packet that fit one JPEG segment behind its name (65,535 less length and name space)
LONGEST_IN_JPEG = 65_502
LONGEST = 32 << 20
EXTENDED = tag("xmpNote:HasExtendedXMP")
DOCUMENT = tag("xmpMM:DocumentID")
RESERVED = re.compile(r"ns\d+")

for _prefix, _space in SPACES.items():
    ElementTree.register_namespace(_prefix, _space)


@dataclass(frozen=True)
class Packet:
    """A packet, and what did not fit it: bytes of a second one without wrapper, and its MD5 in capitals."""

    main: bytes
    extended: bytes = b""
    guid: str = ""


def packet(said: Statement, had: Sequence[bytes] = (), longest: int = LONGEST) -> Packet:
    """The packet of the statement, over the properties in the packets `had`.

    Properties of more than `longest` bytes together move to an extended packet, the longest first. Raises Unsupported
    where what the file had cannot be read, so that nothing is lost silently.
    """
    ours = properties(said)
    kept = _kept([one for source in had for one in _read(source)], {one.tag for one in ours})
    if not any(one.tag == DOCUMENT for one in kept):
        number = Element(DOCUMENT)
        number.text = f"xmp.did:{said.asset_id}"
        kept.append(number)
    main = _wrapped([*ours, *kept])
    if len(main) <= longest:
        return Packet(main)
    return _split([*ours, *kept], longest)


def _kept(found: Iterable[Element], ours: set[str]) -> list[Element]:
    """What the file had and we do not say anew; the first of a name holds."""
    kept: dict[str, Element] = {}
    for one in found:
        if one.tag not in ours and one.tag != EXTENDED:
            kept.setdefault(one.tag, one)
    return list(kept.values())


def _read(source: bytes) -> list[Element]:
    """The top-level properties of a packet."""
    text = decode(source[:LONGEST]).strip("\x00\ufeff \t\r\n")
    start = text.find("<")
    if text[start : start + 5] == "<?xml":
        start = text.find("?>", start) + 2
    text = text[max(start, 0) :]
    try:
        _learn_prefixes(text)
        root = fromstring(text, forbid_dtd=True)
        return [one for each in root.iter(tag("rdf:RDF")) for described in each for one in _of(described)]
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as exc:
        raise Unsupported(
            "The XMP that the file has cannot be read, so nothing is written into it: {reason}.", reason=str(exc)[:200]
        ) from exc


def _of(described: Element) -> Iterable[Element]:
    rdf = f"{{{SPACES['rdf']}}}"
    for name, value in described.attrib.items():
        if name.startswith("{") and not name.startswith((rdf, "{http://www.w3.org/XML/")):
            made = Element(name)
            made.text = value
            yield made
    yield from (child for child in described if isinstance(child.tag, str) and child.tag.startswith("{"))


def _learn_prefixes(text: str) -> None:
    """Other programs' name spaces keep the prefixes that people know them by."""
    for _, (prefix, space) in iterparse(io.BytesIO(text.encode()), events=["start-ns"], forbid_dtd=True):
        if prefix and space not in SPACES.values() and prefix not in SPACES and not RESERVED.fullmatch(prefix):
            with suppress(ValueError):
                ElementTree.register_namespace(prefix, space)


def _rdf(found: Sequence[Element]) -> bytes:
    meta = Element(tag("x:xmpmeta"), {tag("x:xmptk"): "Media Archive"})
    rdf = ElementTree.SubElement(meta, tag("rdf:RDF"))
    described = ElementTree.SubElement(rdf, tag("rdf:Description"), {tag("rdf:about"): ""})
    for one in found:
        one.tail = None
        described.append(one)
    try:
        written: bytes = ElementTree.tostring(meta, encoding="utf-8", xml_declaration=False)
        return written
    except RecursionError as exc:
        raise Unsupported(
            "The XMP that the file has cannot be read, so nothing is written into it: {reason}.", reason="nested"
        ) from exc


def _wrapped(found: Sequence[Element]) -> bytes:
    return HEAD.encode() + _rdf(found) + TAIL.encode()


def _split(found: Sequence[Element], longest: int) -> Packet:
    """The longest properties in a packet of their own, named by its MD5 in the main one."""
    mark = Element(EXTENDED)
    mark.text = "0" * 32
    stay, gone = list(found), []
    for one in sorted(found, key=lambda each: len(ElementTree.tostring(each)), reverse=True):
        gone.append(one)
        stay.remove(one)
        if len(_wrapped([*stay, mark])) <= longest:
            break
    extended = _rdf(gone)
    mark.text = hashlib.md5(extended, usedforsecurity=False).hexdigest().upper()
    return Packet(_wrapped([*stay, mark]), extended, mark.text)
