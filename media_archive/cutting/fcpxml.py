"""A cut as FCPXML 1.9 for Final Cut Pro and DaVinci Resolve: times are exact seconds, whole frames of their format.

https://developer.apple.com/documentation/professional-video-applications/fcpxml-reference
"""

from fractions import Fraction
from urllib.parse import quote
from xml.etree import ElementTree as Tree

from media_archive.cutting.cuts import STARTS, Cut, Piece
from media_archive.metadata.normal import timecodes

VERSION = "1.9"


def write(cut: Cut) -> str:
    """The document as text."""
    root = Tree.Element("fcpxml", version=VERSION)
    resources = Tree.SubElement(root, "resources")
    formats = _formats(resources, cut)
    assets = _assets(resources, cut, formats)
    event = Tree.SubElement(Tree.SubElement(root, "library"), "event", name=cut.name)
    project = Tree.SubElement(event, "project", name=cut.name)
    starts = timecodes.number("01:00:00:00", cut.rate, drop=cut.drop) or STARTS * timecodes.nominal(cut.rate)
    sequence = Tree.SubElement(
        project, "sequence", format=formats[_shape(cut.pieces[0])] if cut.pieces else "r0",
        duration=_seconds(cut.frames, cut.rate), tcStart=_seconds(starts, cut.rate), tcFormat=_counting(cut.drop),
    )  # fmt: skip
    spine = Tree.SubElement(sequence, "spine")
    for piece in cut.pieces:
        _clip(spine, piece, assets[piece.asset_id], cut.rate, starts)
    for element in root.iter():
        element.attrib.update({name: _plain(value) for name, value in element.attrib.items()})
        element.text = _plain(element.text) if element.text else element.text
    Tree.indent(root)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n' + Tree.tostring(root, encoding="unicode") + "\n"
    )


def _plain(text: str) -> str:
    """Without signs that XML cannot hold."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")


def _shape(piece: Piece) -> tuple[Fraction, int, int]:
    return piece.timing.rate, piece.width, piece.height


def _formats(resources: Tree.Element, cut: Cut) -> dict[tuple[Fraction, int, int], str]:
    found: dict[tuple[Fraction, int, int], str] = {}
    for shape in dict.fromkeys(_shape(piece) for piece in cut.pieces):
        rate, width, height = shape
        found[shape] = f"r{len(found)}"
        Tree.SubElement(
            resources, "format", id=found[shape], frameDuration=_seconds(1, rate), width=str(width), height=str(height)
        )
    return found


def _assets(resources: Tree.Element, cut: Cut, formats: dict[tuple[Fraction, int, int], str]) -> dict[object, str]:
    found: dict[object, str] = {}
    for piece in cut.pieces:
        if piece.asset_id in found:
            continue
        found[piece.asset_id] = f"a{len(found) + 1}"
        rate = piece.timing.rate
        sound = {"hasAudio": "1", "audioSources": "1", "audioChannels": "2"} if piece.has_sound else {}
        told = {
            "id": found[piece.asset_id], "name": piece.file, "src": f"file:///{quote(piece.file)}",
            "start": _seconds(piece.starts, rate), "duration": _seconds(piece.frames, rate), "hasVideo": "1",
            "format": formats[_shape(piece)],
        }  # fmt: skip
        Tree.SubElement(resources, "asset", told | sound)
    return found


def _clip(spine: Tree.Element, piece: Piece, asset: str, rate: Fraction, starts: int) -> None:
    own = piece.timing.rate
    made = Tree.SubElement(
        spine, "asset-clip", ref=asset, name=piece.title, offset=_seconds(starts + piece.record.first, rate),
        start=_seconds(piece.starts + piece.source.first, own), duration=_seconds(piece.record.count, rate),
        tcFormat=_counting(piece.timing.drop),
    )  # fmt: skip
    if piece.note:
        Tree.SubElement(made, "note").text = piece.note
    for mark in piece.marks:
        at = _seconds(piece.starts + mark.frame, own)
        Tree.SubElement(made, "marker", start=at, duration=_seconds(1, own), value=mark.text or mark.colour)


def _seconds(frames: int, rate: Fraction) -> str:
    """Exact seconds, as the format writes them: "1001/30000s", "3600s"."""
    exact = frames / rate
    return f"{exact.numerator}s" if exact.denominator == 1 else f"{frames * rate.denominator}/{rate.numerator}s"


def _counting(drop: bool) -> str:
    return "DF" if drop else "NDF"
