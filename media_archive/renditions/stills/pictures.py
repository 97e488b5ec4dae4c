"""Opening a photograph of any kind as one upright sRGB picture of bounded size. Runs in the reader process only."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyvips

from media_archive.errors import TooLarge
from media_archive.tools.child import reason
from media_archive.words import Message

# memory of one photograph is not kept for the next
pyvips.cache_set_max(0)
#: loaders of formats that are programs or have no bounds (MATLAB, ImageMagick, SVG, PDF ...) stay shut
pyvips.block_untrusted_set(True)
pyvips.operation_block_set("VipsForeignLoadSvg", True)
pyvips.operation_block_set("VipsForeignLoadCsv", True)
pyvips.operation_block_set("VipsForeignLoadMatrix", True)
pyvips.operation_block_set("VipsForeignLoadRaw", True)

#: what the decoder leaves to the resampler, so that edges stay clean
MARGIN = 1.2
#: EXIF orientations that exchange width and height
SIDEWAYS = (5, 6, 7, 8)
#: loaders of libvips that can skip decoding detail (by 2, 4 or 8)
SHRINKING = ("jpegload", "jpegload_buffer")

#: what libjpeg remarks on in pictures that are whole
HARMLESS = re.compile(r"extraneous bytes|Invalid SOS parameters|inconsistent progression|Exif|ICC|Unknown Adobe", re.I)

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


def said(exc: Exception) -> str:
    """What a library says, without its own names and repetitions."""
    if isinstance(exc, pyvips.Error):
        lines = [re.sub(r"^(vips|Vips\w+|\w+2vips|\w+load\w*): ", "", line.strip()) for line in exc.detail.splitlines()]
        different = list(dict.fromkeys(filter(None, lines)))
        return "; ".join(different[:2]).rstrip(".") or "libvips gives no reason"
    if exc.args and isinstance(exc.args[0], bytes):  # libraw
        return exc.args[0].decode("utf-8", "replace")
    return reason(exc).rstrip(".")


def by_vips(path: str, wanted: Wanted) -> Picture:
    """JPEG, PNG, TIFF, WebP, AVIF, GIF; decodes no more detail than needed."""

    def load(**options: Any) -> pyvips.Image:
        return pyvips.Image.new_from_file(path, access="sequential", **options)

    return read_by_vips(load, wanted)


def read_by_vips(load: Callable[..., pyvips.Image], wanted: Wanted, turn: int = 1) -> Picture:
    """What `load(**options)` gives; `turn` is the EXIF orientation where the picture itself records none."""
    header = load()
    width, height = header.width, header.height
    bound(width, height, wanted.max_pixels)
    options = {"shrink": _shrink(max(width, height), wanted.edge)} if _shrinks(header) else {}
    orientation = header.get("orientation") if header.get_typeof("orientation") else turn
    image, problem = _decoded(lambda fail_on: _turned(load(fail_on=fail_on, **options), orientation), header, wanted)
    if orientation in SIDEWAYS:
        width, height = height, width
    return Picture(image, width, height, problem)


def _decoded(
    load: Callable[[str], pyvips.Image], header: pyvips.Image, wanted: Wanted
) -> tuple[pyvips.Image, Message | None]:
    """The picture, by the strictest reading that gives one, and what had to be overlooked."""
    try:
        # libjpeg only remarks on missing data, other decoders fail on them
        return fitted(load("warning" if _shrinks(header) else "truncated"), wanted), None
    except pyvips.Error as exc:
        remark = exc.detail
    problem = None if HARMLESS.search(remark) else Message(ENDS_EARLY)
    try:
        return fitted(load("none"), wanted), problem
    except pyvips.Error as exc:
        if "VipsIcc" not in exc.detail:
            raise
    image = load("none").copy()
    image.remove("icc-profile-data")
    return fitted(image, wanted), Message(BAD_PROFILE)


def _shrinks(header: pyvips.Image) -> bool:
    return header.get_typeof("vips-loader") != 0 and header.get("vips-loader") in SHRINKING


def _shrink(edge: int, wanted: int) -> int:
    return next((shrink for shrink in (8, 4, 2) if edge / shrink >= wanted * MARGIN), 1)


def _turned(image: pyvips.Image, orientation: int) -> pyvips.Image:
    if not 1 < orientation <= 8:
        return image
    image = image.copy()
    image.set_type(pyvips.GValue.gint_type, "orientation", orientation)
    return image


def fitted(image: pyvips.Image, wanted: Wanted) -> pyvips.Image:
    """`image` in memory, upright, within the wanted edge and never enlarged, sRGB or grey without transparency."""
    image = _viewable(image)
    small = image.thumbnail_image(wanted.edge, height=wanted.edge, size="down", export_profile="srgb")
    return _srgb(small, wanted.background).copy_memory()


def _viewable(image: pyvips.Image) -> pyvips.Image:
    """Measurements (float or signed samples, many bands) as a picture; pictures as they are."""
    if image.interpretation in ("lab", "labs", "labq", "scrgb", "xyz", "cmyk"):
        return image
    if image.interpretation == "multiband" and image.bands > 2:
        image = image.extract_band(0, n=3)
    if image.format not in ("uchar", "ushort"):
        image = image.copy_memory().scaleimage()
        return image.copy(interpretation="srgb" if image.bands > 2 else "b-w")
    if image.interpretation == "multiband":
        return image.copy(interpretation="srgb" if image.bands > 2 else "b-w")
    return image


def _srgb(image: pyvips.Image, background: tuple[int, int, int]) -> pyvips.Image:
    if image.interpretation not in ("srgb", "b-w") or image.format != "uchar":
        image = image.colourspace("srgb")
    if image.hasalpha():
        grey = image.bands < 3
        image = image.flatten(background=[background[1]] if grey else list(background))
    return image


def bound(width: int, height: int, max_pixels: int) -> None:
    """Refuses a picture of more pixels than may be decoded, before any is."""
    if width * height > max_pixels:
        raise TooLarge(
            "The picture claims {width} × {height} pixels; more than {bound} are not rendered.",
            width=width,
            height=height,
            bound=max_pixels,
        )
