"""The size of an SVG drawing, by the attributes of its outermost element (SVG 1.1, 5.1.2 and 7.7)."""

import re
from pathlib import Path

from media_archive.metadata.reading.packets import Packets
from media_archive.metadata.recognition.text import decode, drawing_attributes
from media_archive.metadata.recognition.window import HEAD

#: px in a unit (CSS 2.1, 4.3.2)
UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
LENGTH = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d{1,2}))?\s*([a-z]*)\s*")


def read(path: Path) -> Packets:
    """What the drawing at `path` says of its size: width and height in px, else those of its view box."""
    with path.open("rb") as source:
        said = drawing_attributes(decode(source.read(HEAD))) or {}
    box = re.split(r"[\s,]+", said.get("viewBox", "").strip())
    found = Packets(facts={"decoder": "SVG"})
    sizes = [
        _px(said.get(name, "")) or _px(box[at] if len(box) == 4 else "") for at, name in ((2, "width"), (3, "height"))
    ]
    if sizes[0] and sizes[1]:
        found.facts |= {"width": round(sizes[0]), "height": round(sizes[1])}
    return found


def _px(text: str) -> float | None:
    found = LENGTH.fullmatch(text)
    if found is None or found[3] not in UNITS:
        return None
    return float(f"{found[1]}e{found[2] or 0}") * UNITS[found[3]]
