"""Files beside a film or a photograph: XMP, flight subtitles, receivers' tracks, cameras' XML."""

from typing import Any

from media_archive.metadata.reading import camera_xml, flight, gpx, xmp
from media_archive.metadata.recognition.text import decode
from media_archive.words import Message

Read = tuple[str, dict[str, Any], Message | None]


def read(format_name: str, data: bytes) -> Read:
    """The name of the reader, what it found, and why that is not all; nothing for a format that tells nothing."""
    if format_name == "srt":
        return "flight", flight.read(decode(data)), None
    readers = {"xmp": xmp.read, "gpx": gpx.read, "camera-xml": camera_xml.read}
    found = readers[format_name](data) if format_name in readers else {}
    return format_name, found, _problem(format_name, {"reason": found["error"]}) if "error" in found else None


def _problem(format_name: str, facts: dict[str, Any]) -> Message:
    return {
        "xmp": Message("The XMP sidecar is no valid XML: {reason}.", facts),
        "gpx": Message("The GPX track is no valid XML: {reason}.", facts),
        "camera-xml": Message("The XML of the camera is not valid: {reason}.", facts),
    }[format_name]
