"""The size of a request (section 4.2): how large the region is delivered."""

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from media_archive.config import Settings
from media_archive.errors import Invalid
from media_archive.iiif.numbers import decimal, integer, nearest
from media_archive.iiif.regions import Box

FORMS = "max | w,h | w, | ,h | pct:n | !w,h | ^…"


@dataclass(frozen=True)
class Size:
    """Width and height of a delivered picture."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width},{self.height}"

    def exceeds(self, box: Box) -> bool:
        """Whether it enlarges `box` in any direction."""
        return self.width > box.width or self.height > box.height


@dataclass(frozen=True)
class Limits:
    """The largest picture that is delivered: pixels of width and height, and both multiplied."""

    width: int
    height: int
    area: int

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        return cls(settings.iiif_max_width, settings.iiif_max_height, settings.iiif_max_area)

    def allow(self, size: Size) -> bool:
        return size.width <= self.width and size.height <= self.height and size.width * size.height <= self.area

    def largest(self, box: Box, most: Fraction | None = None) -> Size:
        """The largest allowed size with the shape of `box`, scaled by at most `most`."""
        scale = min(Fraction(self.width, box.width), Fraction(self.height, box.height))
        scale = scale if most is None else min(scale, most)
        size = Size(_scaled(box.width, scale), _scaled(box.height, scale))
        if size.width * size.height <= self.area:
            return size
        # the root of the area, downwards: never a pixel too many
        width = isqrt(self.area * box.width // box.height)
        return Size(max(1, width), max(1, width * box.height // box.width))


def _scaled(length: int, scale: Fraction) -> int:
    return max(1, nearest(length * scale))


def size(text: str, box: Box, limits: Limits) -> Size:
    """The size in which `text` asks for the region `box`; Invalid if it is no size, or may not be so large or small."""
    enlarge, form = text.startswith("^"), text.removeprefix("^")
    if form == "max":
        return limits.largest(box, None if enlarge else Fraction(1))
    if form.startswith("!"):
        return _confined(text, form[1:], box, limits, enlarge)
    found = _by_percent(text, form, box) if form.startswith("pct:") else _by_pixels(text, form, box)
    if found.exceeds(box) and not enlarge:
        raise _too_large(text, box)
    return _within(text, found, limits)


def _confined(text: str, form: str, box: Box, limits: Limits, enlarge: bool) -> Size:
    """As large as possible within a frame.

    A frame that is larger than the region both ways is refused without "^": the official validator counts it as a
    wish to enlarge, as do the servers in wide use, although the table of section 4.2 could be read otherwise.
    """
    width, height = _pair(text, form)
    if width is None or height is None:
        raise _malformed(text)
    if not width or not height:
        raise _too_small(text)
    scale = min(Fraction(width, box.width), Fraction(height, box.height))
    if scale > 1 and not enlarge:
        raise _too_large(text, box)
    return _within(text, limits.largest(box, scale), limits)


def _by_percent(text: str, form: str, box: Box) -> Size:
    percent = decimal(form.removeprefix("pct:"))
    if percent is None:
        raise _malformed(text)
    return Size(nearest(box.width * percent / 100), nearest(box.height * percent / 100))


def _by_pixels(text: str, form: str, box: Box) -> Size:
    width, height = _pair(text, form)
    if width is not None and height is not None:
        return Size(width, height)
    if width is not None:
        return Size(width, nearest(Fraction(width * box.height, box.width)))
    if height is not None:
        return Size(nearest(Fraction(height * box.width, box.height)), height)
    raise _malformed(text)


def _pair(text: str, form: str) -> tuple[int | None, int | None]:
    """ "w,h", either of which may be left out."""
    parts = form.split(",")
    numbers = [integer(part) for part in parts]
    if len(parts) != 2 or any(part and number is None for part, number in zip(parts, numbers, strict=True)):
        raise _malformed(text)
    return numbers[0], numbers[1]


def _within(text: str, found: Size, limits: Limits) -> Size:
    if found.width < 1 or found.height < 1:
        raise _too_small(text)
    if not limits.allow(found):
        raise Invalid(
            "The size {size} is more than this server makes: at most {width} × {height} pixels, and {area} in all.",
            size=text,
            width=limits.width,
            height=limits.height,
            area=limits.area,
        )
    return found


def _malformed(text: str) -> Invalid:
    return Invalid("{size} is no size. Write {forms}.", size=text[:80], forms=FORMS)


def _too_small(text: str) -> Invalid:
    return Invalid("The size {size} would leave no pixel. Ask for more.", size=text)


def _too_large(text: str, box: Box) -> Invalid:
    return Invalid(
        "The size {size} would enlarge the region, which has {width} × {height} pixels. Write ^ before it if that is wanted.",
        size=text,
        width=box.width,
        height=box.height,
    )
