"""The region of a request (section 4.1): which part of the picture."""

from dataclasses import dataclass
from fractions import Fraction

from media_archive.errors import Invalid
from media_archive.iiif.numbers import decimal, integer, nearest

FORMS = "full | square | x,y,w,h | pct:x,y,w,h"


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
    read = [decimal(part) for part in parts if percent or integer(part) is not None]
    numbers = [number for number in read if number is not None]
    if len(parts) != 4 or len(numbers) != 4:
        raise Invalid("{region} is no region. Write {forms}.", region=text[:80], forms=FORMS)
    if percent:
        numbers = [Fraction(number * whole, 100) for number, whole in zip(numbers, (width, height) * 2, strict=True)]
    x, y, w, h = (nearest(number) for number in numbers)
    return x, y, x + w, y + h
