"""Requests for a picture (section 4): parsed, fitted to a picture, and written canonically."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from media_archive.errors import Invalid
from media_archive.iiif.numbers import decimal, written
from media_archive.iiif.regions import Box, region
from media_archive.iiif.sizes import Limits, Size, size

QUALITIES = ("default", "color", "gray", "bitonal")
#: format -> media type
FORMATS = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "tif": "image/tiff",
}
#: the longest edge that a format can hold, where that is less than any limit
LONGEST = {"webp": 16383, "gif": 65535, "jpg": 65535}


@dataclass(frozen=True)
class Picture:
    """What a request is about."""

    width: int
    height: int
    #: whether it has no colour
    grey: bool = False


@dataclass(frozen=True)
class Request:
    """The parameters as they were written, as far as they make sense without the picture."""

    region: str
    size: str
    mirror: bool
    #: degrees, clockwise, 0 to 360
    rotation: Fraction
    quality: str
    format: str


@dataclass(frozen=True)
class Order:
    """A request as it applies to one picture."""

    box: Box
    size: Size
    mirror: bool
    rotation: Fraction
    quality: str
    format: str
    #: region, size, rotation and quality.format, the one way of writing them (section 4.8)
    canonical: str

    def told(self) -> dict[str, Any]:
        """As plain facts for the reader process."""
        return {
            "region": [self.box.x, self.box.y, self.box.width, self.box.height],
            "size": [self.size.width, self.size.height],
            "mirror": self.mirror,
            "rotation": float(self.rotation),
            "quality": self.quality,
            "format": self.format,
        }


def parse(region_text: str, size_text: str, rotation_text: str, last: str) -> Request:
    """The request; Invalid for a rotation, quality or format that is none."""
    mirror = rotation_text.startswith("!")
    turn = decimal(rotation_text.removeprefix("!"))
    if turn is None or turn > 360:
        raise Invalid(
            "{rotation} is no rotation. Write degrees from 0 to 360, with ! before them for a mirrored picture.",
            rotation=rotation_text[:80],
        )
    quality, _, form = last.rpartition(".")
    if quality not in QUALITIES:
        raise Invalid("{quality} is no quality. There are {known}.", quality=quality[:80], known=", ".join(QUALITIES))
    if form not in FORMATS:
        raise Invalid(
            "Pictures are not made in the format {format}, but in {known}.", format=form[:80], known=", ".join(FORMATS)
        )
    return Request(region_text, size_text, mirror, turn, quality, form)


def fit(request: Request, picture: Picture, limits: Limits) -> Order:
    """What the request means for `picture`; Invalid where it has no such region or size."""
    box = region(request.region, picture.width, picture.height)
    wanted = size(request.size, box, limits)
    if (longest := LONGEST.get(request.format)) and max(wanted.width, wanted.height) > longest:
        raise Invalid(
            "The format {format} holds at most {longest} pixels a side.", format=request.format, longest=longest
        )
    rotation = request.rotation % 360
    quality = "default" if request.quality == ("gray" if picture.grey else "color") else request.quality
    full = (box.x, box.y, box.width, box.height) == (0, 0, picture.width, picture.height)
    canonical = "/".join(
        (
            "full" if full else str(box),
            _canonical_size(wanted, box, limits),
            ("!" if request.mirror else "") + written(rotation),
            f"{quality}.{request.format}",
        )
    )
    return Order(box, wanted, request.mirror, rotation, quality, request.format, canonical)


def _canonical_size(wanted: Size, box: Box, limits: Limits) -> str:
    if wanted == limits.largest(box, Fraction(1)):
        return "max"
    if wanted == limits.largest(box):
        return "^max"
    return f"^{wanted}" if wanted.exceeds(box) else str(wanted)
