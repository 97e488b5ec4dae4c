"""Files beside a film or a photograph: XMP, flight subtitles, receivers' tracks, cameras' XML."""

from typing import Any

from media_archive.metadata.reading import camera_xml, flight, gpx, xmp
from media_archive.metadata.recognition.text import decode
from media_archive.words import Message

Read = tuple[str, dict[str, Any], Message | None]


def read(format_name: str, data: bytes) -> Read:
    """The name of the reader, what it found, and why that is not all; nothing for a format that tells nothing."""
    if format_name == "xmp":
        return _checked("xmp", xmp.read(data), "The XMP sidecar is no valid XML: {reason}.")
    if format_name == "gpx":
        return _checked("gpx", gpx.read(data), "The GPX track is no valid XML: {reason}.")
    if format_name == "camera-xml":
        return _checked("camera-xml", camera_xml.read(data), "The camera's XML is no valid XML: {reason}.")
    if format_name == "srt":
        return "flight", flight.read(decode(data)), None
    return format_name, {}, None


def _checked(tool: str, found: dict[str, Any], template: str) -> Read:
    problem = Message(template, {"reason": found["error"]}) if "error" in found else None
    return tool, found, problem
