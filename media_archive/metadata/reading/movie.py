"""What MP4 and QuickTime films say beside their pictures: timecode, reel, camera, Sony's XML, the recorded way.

Boxes: ISO/IEC 14496-12 and the QuickTime File Format. Only headers, and bounded many samples, are read.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from media_archive.metadata.plain import text as clean
from media_archive.metadata.reading import camera_xml, camm, flight, gpmf, rtmd, timecode
from media_archive.metadata.reading.characters import decode
from media_archive.metadata.reading.samples import Sample, described, handler, samples
from media_archive.metadata.reading.way import Point, packed, thinned
from media_archive.metadata.recognition.boxes import Box, boxes, first, inside, whole
from media_archive.metadata.recognition.window import Window

#: bytes of one box of user data, of Sony's XML, and of all samples of a way together
LONGEST_TEXT, LONGEST_XML, MOST_BYTES = 4096, 256 << 10, 6 << 20
#: tracks of text that are looked through for a drone's; samples read of one track
MOST_TEXTS = 4
MOST_SAMPLES, LARGEST_SAMPLE = 1000, 256 << 10
#: what QuickTime counts seconds from
EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
#: boxes of user data that name the camera, and what we call them
NAMES = {
    b"\xa9mak": "make",
    b"\xa9mod": "model",
    b"\xa9mdl": "model",
    b"\xa9swr": "firmware",
    b"@mak": "make",
    b"@mod": "model",
    b"manu": "make",
    b"modl": "model",
    b"CNMN": "model",
    b"CNFV": "firmware",
    b"FIRM": "firmware",
    b"SNum": "serial",
    b"slno": "serial",
    b"CNCV": "maker's codec",
    b"\xa9xyz": "location",
    b"\xa9day": "date",
}
#: the box of an XMP packet (ISO 16684-3)
XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
ENCRYPTED = {b"encv", b"enca", b"enct", b"encs", b"drmi", b"drms"}


def read(window: Window) -> dict[str, Any]:
    """Keys created, timecode, reel, camera, xml, way, encrypted: those that the film has."""
    file = whole(window)
    movie = first(window, file, b"moov")
    found = camera_xml.named(_xml(window, file))
    if movie is None:
        return found
    tracks = list(inside(window, movie, b"trak"))
    found |= _user(window, movie) | _created(window, movie)
    found |= _timecode(window, tracks)
    if any(described(window, track)[0] in ENCRYPTED for track in tracks):
        found["encrypted"] = True
    way = _way(window, tracks)
    return {**found, **({"way": way} if way else {})}


def _created(window: Window, movie: Box) -> dict[str, str]:
    """The film's date of creation, in UTC by the standard; MediaInfo keeps quiet about clocks that were not set."""
    header = first(window, movie, b"mvhd")
    data = window.at(header.start, 12) if header else b""
    seconds = int.from_bytes(data[4:12] if data[:1] == b"\x01" else data[4:8], "big")
    if not 0 < seconds < 1 << 33:
        return {}
    return {"created": (EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S UTC")}


def packet(window: Window) -> bytes:
    """The XMP packet of the film, in a box of its own or in the user data; empty if it has none."""
    file = whole(window)
    for box in inside(window, file, b"uuid"):
        if window.at(box.start, 16) == XMP:
            return window.at(box.start + 16, min(box.end - box.start - 16, LONGEST_XML))
    user = first(window, file, b"moov", b"udta", b"XMP_")
    return window.at(user.start, min(user.end - user.start, LONGEST_XML)) if user else b""


def _timecode(window: Window, tracks: list[Box]) -> dict[str, Any]:
    for track in tracks:
        kind, content = described(window, track) if handler(window, track) == b"tmcd" else (b"", b"")
        if kind == b"tmcd":
            counted, reel = timecode.first_frame(window, track), timecode.reel(content)
            return {name: value for name, value in (("timecode", counted), ("reel", reel)) if value}
    return {}


def _user(window: Window, movie: Box) -> dict[str, Any]:
    """What the camera wrote into the boxes of user data."""
    camera: dict[str, str] = {}
    for data in inside(window, movie, b"udta"):
        for box in boxes(window, data.start, data.end):
            if box.kind == b"GPMF":
                camera |= {"make": "GoPro"} | gpmf.settings(window.at(box.start, min(box.end - box.start, 1 << 16)))
            elif box.kind in NAMES:
                said = _said(box.kind, window.at(box.start, min(box.end - box.start, LONGEST_TEXT)))
                camera |= {NAMES[box.kind]: said} if said and NAMES[box.kind] not in camera else {}
            elif box.kind == b"PANA":
                camera |= _panasonic(window.at(box.start, 64))
    return {"camera": camera} if camera else {}


def _said(kind: bytes, data: bytes) -> str:
    # QuickTime's texts begin with their length and language, 3GPP's with a version and a language
    length = int.from_bytes(data[:2], "big")
    if kind[:1] == b"\xa9" and length + 4 <= len(data):
        data = data[4 : 4 + length]
    elif kind in {b"manu", b"modl"}:
        data = data[6:]
    return clean(decode(data.split(b"\0")[0].strip()))


def _panasonic(data: bytes) -> dict[str, str]:
    """Two layouts: with the maker's name in front, and with the model only."""
    if data.startswith((b"LEICA", b"Panasonic")):
        return {"make": _printed(data[:22]), "model": _printed(data[22:52])}
    model = next((_printed(data[at : at + 16]) for at in (4, 12) if data[at : at + 6].isascii() and data[at]), "")
    return {"make": "Panasonic", "model": model} if len(model) >= 4 and model[0].isalpha() else {}


def _printed(data: bytes) -> str:
    return clean(data.split(b"\0")[0].decode("ascii", "replace"))


def _xml(window: Window, file: Box) -> bytes:
    """The XML that Sony's cameras write into the file's own meta box."""
    for meta in inside(window, file, b"meta"):
        for start in (meta.start + 4, meta.start):
            for box in boxes(window, start, meta.end):
                if box.kind == b"xml ":
                    return window.at(box.start + 4, min(box.end - box.start - 4, LONGEST_XML))
    return b""


def _way(window: Window, tracks: list[Box]) -> dict[str, Any]:
    """The way of the first track that has one."""
    texts = 0
    for track in tracks:
        kind, _ = described(window, track)
        if kind == b"camm":
            return _walked(window, list(samples(window, track, camm.SIZES)), camm.point, "camm")
        if kind == b"gpmd":
            return _telemetry(window, list(samples(window, track)))
        if kind == b"rtmd":
            return _walked(window, list(samples(window, track)), rtmd.point, "rtmd")
        if kind in {b"tx3g", b"text"} and texts < MOST_TEXTS:
            texts += 1
            said = _subtitles(window, track)
            if said:
                return said
    return {}


def _fetched(window: Window, found: list[Sample], most: int) -> Iterator[tuple[Sample, bytes]]:
    """Evenly chosen samples with their bytes, as many as may be read."""
    left = MOST_BYTES
    for sample in thinned(found, most):
        if not 0 < sample.size <= min(LARGEST_SAMPLE, left):
            continue
        left -= sample.size
        yield sample, window.at(sample.offset, sample.size)


def _walked(window: Window, found: list[Sample], point: Any, source: str) -> dict[str, Any]:
    """One place at most in each sample."""
    made = [one for sample, data in _fetched(window, found, 2000) if (one := point(sample, data))]
    way = packed(made, source=source)
    if way and len(found) > 2000:
        way["points"] = len(found)
    return way


def _telemetry(window: Window, found: list[Sample]) -> dict[str, Any]:
    """GoPro's: many places in each sample of about a second."""
    made: list[Point] = []
    read = 0
    for sample, data in _fetched(window, found, MOST_SAMPLES):
        made += gpmf.points(sample, data)
        read += 1
    way = packed(made, source="gpmd")
    if way and read < len(found):
        way["points"] = round(way["points"] * len(found) / read)
    return way


def _subtitles(window: Window, track: Box) -> dict[str, Any]:
    """The subtitles of a drone tell where it was; others are left alone after the first few."""
    found = list(samples(window, track))
    texts = ((sample, data[2:]) for sample, data in _fetched(window, found, MOST_SAMPLES))
    made = []
    for number, (sample, data) in enumerate(texts):
        point = flight.point(decode(data), sample.time)
        if point:
            made.append(point)
        elif number >= 5 and not made:
            return {}
    return packed(made, source="subtitle track")
