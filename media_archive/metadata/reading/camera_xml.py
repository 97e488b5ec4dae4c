"""The XML that cameras write beside or into a clip: Sony's NonRealTimeMeta (XDCAM, XAVC), Panasonic's P2 clip."""

import re
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from media_archive.metadata.plain import text as clean
from media_archive.metadata.recognition.text import decode

#: elements of P2, and what we call them
PANASONIC = {
    "GlobalClipID": "umid",
    "UserClipName": "title",
    "ClipName": "clip",
    "CreationDate": "created",
    "StartDate": "created",
    "Manufacturer": "make",
    "ModelName": "model",
    "SerialNo.": "serial",
    "StartTimecode": "timecode",
    "EditUnit": "edit unit",
    "Creator": "creator",
    "Shooter": "creator",
    "ProgramName": "program",
    "SceneNo.": "scene",
    "TakeNo.": "take",
    "PlaceName": "place",
    "Latitude": "latitude",
    "Longitude": "longitude",
    "Text": "note",
}
#: elements and attributes of Sony's
SONY = (
    ("TargetMaterial", "umidRef", "umid"),
    ("CreationDate", "value", "created"),
    ("Device", "manufacturer", "make"),
    ("Device", "modelName", "model"),
    ("Device", "serialNo", "serial"),
    ("Lens", "modelName", "lens"),
    ("Lens", "serialNo", "lens serial"),
    ("Title", "usAscii", "title"),
    ("LtcChangeTable", "tcFps", "frames a second"),
    ("LtcChange", "value", "counted"),
    ("Creator", "name", "creator"),
)
EXPOSED = re.compile(r"(Latitude|Longitude|Altitude)(Ref)?|TimeStamp|DateStamp|Status|MapDatum")


def named(data: bytes) -> dict[str, Any]:
    """`{"xml": what it says}`; empty where it says nothing."""
    found = read(data) if data else {}
    return {"xml": found} if found and "error" not in found else {}


def read(data: bytes) -> dict[str, Any]:
    """What the camera wrote, by our names, all texts; `{"error": reason}` for no XML."""
    source = decode(data).strip("\x00\ufeff \t\r\n")
    start = source.find("?>") + 2 if source.startswith("<?xml") else 0
    end = source.rfind(">") + 1
    try:
        root = fromstring(source[start:end], forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as exc:
        return {"error": f"{type(exc).__name__}: {exc}"[:300]}
    return _panasonic(root) if _local(root) == "P2Main" else _sony(root)


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _panasonic(root: Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for element in root.iter():
        name, said = PANASONIC.get(_local(element)), clean(element.text or "")
        if name and said:
            found.setdefault(name, said)
    return found


def _sony(root: Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    exposed: dict[str, str] = {}
    for element in root.iter():
        local = _local(element)
        for tag, attribute, name in SONY:
            if tag == local and (said := clean(element.get(attribute) or "")):
                found.setdefault(name, said)
        if local in {"Title", "Description"} and (said := clean(element.text or "")):
            # the title in other letters than ASCII is the element's text
            found["title" if local == "Title" else "note"] = said
        elif local == "Item" and EXPOSED.fullmatch(element.get("name") or ""):
            exposed.setdefault(str(element.get("name")), clean(element.get("value") or ""))
    return {**found, **({"gps": exposed} if exposed else {})}
