"""What is written as text: SVG drawings; XMP, flight subtitles, GPX tracks, the XML that cameras write beside clips."""

import codecs
import re

from media_archive.metadata.recognition.detail import NOTHING, Detail
from media_archive.metadata.recognition.window import Window

CUE = re.compile(r"\A\s*(\d+\s*\r?\n\s*)?\d{1,2}:\d{2}:\d{2}[,.]\d{1,3}[ \t]+-->[ \t]+\d{1,2}:\d{2}:\d{2}[,.]\d{1,3}")
#: the root element decides, whatever prefix its name space has
ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?(xmpmeta|xapmeta|RDF|gpx|NonRealTimeMeta|P2Main)[\s>]")
ROOTS = {
    "xmpmeta": "xmp",
    "xapmeta": "xmp",
    "gpx": "gpx",
    "NonRealTimeMeta": "camera-xml",
    "P2Main": "camera-xml",
}
#: a drawing is one by its outermost element: pages hold drawings, and drawings hold metadata
DRAWING = re.compile(
    r"\A\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>\s*)*<(?:[A-Za-z_][\w.-]*:)?svg(?=[\s/>])([^>]*)",
    re.DOTALL,
)
ATTRIBUTE = re.compile(r"\b([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
GPX_VERSION = re.compile(r"<(?:[\w.-]+:)?gpx\s[^>]*?\bversion\s*=\s*[\"'](\d{1,3}(?:\.\d{1,3})?)[\"']")
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: enough for an XML prologue with comments, and for a first cue
START = 4096


def decode(data: bytes) -> str:
    """Text of `data` by its byte order mark or the zeros that give UTF-16 away, else UTF-8; never fails."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if data[1:2] == b"\x00" and data[:1] != b"\x00":
        return data.decode("utf-16-le", "replace")
    if data[:1] == b"\x00" and data[1:2] != b"\x00":
        return data.decode("utf-16-be", "replace")
    return data.decode("utf-8", "replace")


def recognise(head: bytes) -> str | None:
    """The name of the format of a drawing or a sidecar written as text."""
    start = decode(head[:START])
    if CUE.match(start):
        return "srt"
    return _marked_up(start) if start.lstrip().startswith("<") else None


def _marked_up(start: str) -> str | None:
    if drawing_attributes(start) is not None:
        return "svg"
    if "adjustmentFormatIdentifier" in start:
        return "aae"
    found = ROOT.search(start)
    if found is None:
        return None
    if found[1] == "RDF":
        return "xmp" if "ns.adobe.com" in start or "purl.org/dc/" in start else None
    return ROOTS[found[1]]


def packet(window: Window) -> Detail:
    """XMP in the wrapper that it has inside other files, or bare."""
    return Detail("packet" if decode(window.head[:START]).lstrip().startswith("<?xpacket") else None)


def track(window: Window) -> Detail:
    """The version of GPX that the root element states."""
    found = GPX_VERSION.search(decode(window.head[:START]))
    return Detail(version=found[1]) if found else NOTHING


def drawing_attributes(said: str) -> dict[str, str] | None:
    """The attributes of the outermost element of an SVG drawing that begins `said`; None if none does."""
    found = DRAWING.match(said)
    if found is None:
        return None
    return {one[1]: one[2] if one[2] is not None else one[3] for one in ATTRIBUTE.finditer(found[1])}


def drawing(window: Window) -> Detail:
    """The version of SVG that the outermost element states."""
    version = (drawing_attributes(decode(window.head)) or {}).get("version", "")
    return Detail(version=version) if re.fullmatch(r"\d(\.\d)?", version) else NOTHING
