"""A photograph of any kind as one upright sRGB picture of bounded size. Runs in the reader process only."""

import re
from dataclasses import dataclass
from typing import Any

import pyvips

from media_archive.errors import TooLarge
from media_archive.renditions.stills.colour.converting import to_srgb
from media_archive.renditions.stills.colour.meaning import Meaning
from media_archive.renditions.stills.measurements import is_measured, spread, without_gaps
from media_archive.tools.child import reason
from media_archive.words import Message

# memory of one photograph is not kept for the next
pyvips.cache_set_max(0)
#: loaders of formats that are programs or have no bounds (MATLAB, ImageMagick, SVG, PDF ...) stay shut
pyvips.block_untrusted_set(True)
for _loader in ("Svg", "Csv", "Matrix", "Raw"):
    pyvips.operation_block_set(f"VipsForeignLoad{_loader}", True)

#: names that libvips puts before what it says: its own, and that of the file
NAMES = re.compile(r"^((vips|Vips\w+|\w+2vips|\w+load\w*|source input|/.*?): )+")
PATHS = re.compile(r"(?:image file )?'/[^']*'")
#: what the decoder leaves to the resampler, so that edges stay clean
MARGIN = 1.2
#: EXIF orientations that exchange width and height
SIDEWAYS = (5, 6, 7, 8)
#: bytes that a decoder may hold which cannot decode part by part
WHOLE = 800_000_000
#: bytes of a measured sample and of the copies of it while it is spread
MEASURED = 12

ENDS_EARLY = "The picture data end early or are damaged; part of the picture is missing."
BAD_PROFILE = "The colour profile in the file is damaged; the colours are shown as if they were sRGB."


@dataclass
class Picture:
    """`image` fits the asked edge, upright, 8 bits, sRGB or grey; width and height are the original's, upright, where known.

    `pages`: of a scan, or frames of an animation; None where there is one.
    """

    image: pyvips.Image
    width: int | None
    height: int | None
    problem: Message | None = None
    pages: int | None = None


@dataclass(frozen=True)
class Wanted:
    """The long edge of the largest picture to make, the bound of pixels, and what shows through transparency."""

    edge: int
    max_pixels: int
    background: tuple[int, int, int]
    #: where the samples lie while they are used, for a picture too large for memory; the file is the caller's to remove
    aside: str | None = None

    def reduction(self, width: int, height: int) -> int:
        """By how much a decoder may divide a picture's edges and still leave the resampler its margin."""
        return max(1, int(max(width, height) / (self.edge * MARGIN)))


def said(exc: Exception) -> str:
    """What a library says, without its own names and repetitions."""
    if isinstance(exc, pyvips.Error):
        lines = [NAMES.sub("", line.strip()) for line in exc.detail.splitlines()]
        different = list(dict.fromkeys(filter(None, lines)))
        return "; ".join(different[:2]).rstrip(".") or "libvips gives no reason"
    if exc.args and isinstance(exc.args[0], bytes):  # libraw
        return exc.args[0].decode("utf-8", "replace")
    return PATHS.sub("the file", reason(exc)).rstrip(".")


def remarks() -> str:
    """What libvips has noted since it was last asked, though it went on; it is forgotten by that."""
    noted: bytes = pyvips.ffi.string(pyvips.vips_lib.vips_error_buffer())
    pyvips.vips_lib.vips_error_clear()
    return noted.decode("utf-8", "replace")


def bound(width: int, height: int, max_pixels: int) -> None:
    """Refuses a picture of more pixels than may be decoded, before any is."""
    if width * height > max_pixels:
        raise TooLarge(
            "The picture claims {width} × {height} pixels; more than {bound} are not rendered.",
            width=width,
            height=height,
            bound=max_pixels,
        )


def bound_whole(width: int, height: int, bytes_per_pixel: float) -> None:
    """Refuses a picture that its decoder would hold in memory as a whole, where that is too much."""
    needed = width * height * bytes_per_pixel
    if needed > WHOLE:
        raise TooLarge(
            "The picture of {width} × {height} pixels is stored in a way that cannot be decoded part by part; that "
            "would take {needed} MB of memory, and {bound} are allowed. Save it as tiled TIFF to have it rendered.",
            width=width,
            height=height,
            needed=round(needed / 1e6),
            bound=round(WHOLE / 1e6),
        )


def upright_size(width: int, height: int, orientation: int) -> tuple[int, int]:
    """Width and height after `orientation` is applied."""
    return (height, width) if orientation in SIDEWAYS else (width, height)


def fitted(
    image: pyvips.Image, wanted: Wanted, *, orientation: int = 1, meaning: Meaning | None = None
) -> pyvips.Image:
    """`image` in memory (or aside, on disk), upright, within the wanted edge and never enlarged, sRGB or grey without transparency.

    Without `meaning` the colour profile in `image` counts, or what libvips takes its numbers for.
    """
    small = _resized(viewable(image), wanted.edge)
    if is_measured(small):
        bound_whole(small.width, small.height, MEASURED * small.bands)
        small = spread(small.copy_memory())
    # libvips reads on when its output is asked for: colours are reckoned row by row behind the resampler
    made = shown(small, wanted.background, meaning)
    if wanted.aside is None:
        return turned(made.copy_memory(), orientation)
    # in tiles, so that any part is had at once, whichever way up
    made.tiffsave(wanted.aside, tile=True, tile_width=256, tile_height=256, bigtiff=True, keep="none")
    return _oriented(pyvips.Image.tiffload(wanted.aside), orientation)


def shown(image: pyvips.Image, background: tuple[int, int, int], meaning: Meaning | None = None) -> pyvips.Image:
    """A viewable `image` in sRGB or grey of 8 bits without transparency; row by row, not in memory."""
    return _flat(to_srgb(image, meaning), background)


def _resized(image: pyvips.Image, edge: int) -> pyvips.Image:
    scale = edge / max(image.width, image.height)
    if scale >= 1:
        return image
    # a stripe of 30 000 × 3 pixels keeps one of its rows
    across, down = (max(1, round(length * scale)) / length for length in (image.width, image.height))
    if not image.hasalpha():
        return image.resize(across, vscale=down)
    kind = image.format
    return image.premultiply().resize(across, vscale=down).unpremultiply().cast(kind)


def viewable(image: pyvips.Image) -> pyvips.Image:
    """The bands of `image` that are shown."""
    if image.interpretation == "multiband":
        image = image.extract_band(0, n=3) if image.bands > 2 else image
        wide, three = image.format == "ushort", image.bands > 2
        image = image.copy(interpretation=("rgb16" if three else "grey16") if wide else "srgb" if three else "b-w")
    return without_gaps(image) if is_measured(image) else image


def _flat(image: pyvips.Image, background: tuple[int, int, int]) -> pyvips.Image:
    if not image.hasalpha():
        return image
    grey = image.bands < 3
    return image.flatten(background=[background[1]] if grey else list(background))


def turned(image: pyvips.Image, orientation: int) -> pyvips.Image:
    """`image`, which is in memory, upright."""
    return _oriented(image, orientation).copy_memory() if 1 < orientation <= 8 else image


def _oriented(image: pyvips.Image, orientation: int) -> pyvips.Image:
    """The same as far as it is read, for one whose parts can be had in any order."""
    if not 1 < orientation <= 8:
        return image
    image = image.copy()
    image.set_type(pyvips.GValue.gint_type, "orientation", orientation)
    return image.autorot()


def number(image: pyvips.Image, field: str, otherwise: int = 0) -> int:
    """The whole number `field` of what libvips read from a header."""
    found: Any = image.get(field) if image.get_typeof(field) != 0 else otherwise
    return int(found)
