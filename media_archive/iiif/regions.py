"""The region of a request (section 4.1): which part of the picture."""

from dataclasses import dataclass

from media_archive.errors import Invalid
from media_archive.iiif.numbers import decimal, integer, nearest

FORMS = "full, square, x,y,w,h or pct:x,y,w,h"


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the full picture."""

    x: int
    y: int
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.x},{self.y},{self.width},{self.height}"


def region(text: str, width: int, height: int) -> Box:
    """The part of a picture of `width` × `height` that `text` asks for, cut off at the picture's edges.

    Invalid where it is no region, is empty, or lies outside.
    """
    if text == "full":
        return Box(0, 0, width, height)
    if text == "square":
        edge = min(width, height)
        return Box((width - edge) // 2, (height - edge) // 2, edge, edge)
    x, y, right, bottom = _corners(text, width, height)
    box = Box(x, y, min(right, width) - x, min(bottom, height) - y)
    if right <= x or bottom <= y:
        raise Invalid("The region {region} is empty. Ask for at least one pixel.", region=text)
    if box.width < 1 or box.height < 1:
        raise Invalid(
            "The region {region} lies outside the picture, which has {width} × {height} pixels.",
            region=text,
            width=width,
            height=height,
        )
    return box


def _corners(text: str, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom, not yet cut off."""
    percent = text.startswith("pct:")
    parts = text.removeprefix("pct:").split(",")
    numbers = [decimal(part) if percent else integer(part) for part in parts]
    if len(numbers) != 4 or None in numbers:
        raise Invalid("{region} is no region. Write {forms}.", region=text[:80], forms=FORMS)
    x, y, w, h = (number for number in numbers if number is not None)
    if percent:
        x, y, w, h = (nearest(part * whole / 100) for part, whole in ((x, width), (y, height), (w, width), (h, height)))
    return int(x), int(y), int(x + w), int(y + h)
