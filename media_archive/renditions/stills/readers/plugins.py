"""Photographs that Pillow reads."""

import pyvips
from PIL import Image, ImageFile, UnidentifiedImageError

from media_archive.errors import Unsupported
from media_archive.renditions.stills.colour.meaning import Meaning
from media_archive.renditions.stills.pictures import (
    ENDS_EARLY,
    Picture,
    Wanted,
    bound,
    bound_whole,
    fitted,
    upright_size,
)
from media_archive.words import Message

#: what Pillow refuses by itself: every picture here is bounded by `bound` before it is decoded
Image.MAX_IMAGE_PIXELS = None

ORIENTATION = 0x0112
#: bytes that Pillow holds of a pixel
HELD = {"1": 1, "L": 1, "P": 1, "I;16": 2}
HELD_OTHERWISE = 4
#: what JPEG XL and others are never opened by unless it is asked for: their plug-ins decode before sizes are known
KNOWN = ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP", "PSD", "AVIF", "JPEG2000")


def by_pillow(path: str, wanted: Wanted) -> Picture:
    """BMP, and odd variants of what other readers refuse."""
    Image.init()  # else it knows only some of them
    try:
        image = Image.open(path, formats=KNOWN)
    except UnidentifiedImageError as exc:
        raise Unsupported("its content is of no known picture format") from exc
    with image:
        bound(image.width, image.height, wanted.max_pixels)
        return rendered(image, path, wanted)


def rendered(
    image: Image.Image,
    path: str,
    wanted: Wanted,
    *,
    meaning: Meaning | None = None,
    turned: bool = False,
    halvings: int = 0,
) -> Picture:
    """The picture of an `image` that was opened and bounded.

    `turned` where its decoder makes it upright itself, `halvings`: how often it halves the edges while it decodes.
    """
    bound_whole(*image.size, HELD.get(image.mode, HELD_OTHERWISE) / 4**halvings)
    pages = int(getattr(image, "n_frames", 1))
    image, problem = _loaded(image, path)
    orientation = 1 if turned else int(image.getexif().get(ORIENTATION, 1) or 1)
    width, height = image.size
    # Pillow itself makes RGB of CIELAB, which the profile is then not for
    if meaning is None and image.info.get("icc_profile") and image.mode != "LAB":
        meaning = Meaning(image.info["icc_profile"])
    samples = _samples(image, wanted.reduction(width, height))
    shown = fitted(samples, wanted, orientation=orientation, meaning=meaning)
    width, height = upright_size(width, height, orientation)
    return Picture(shown, width, height, problem, pages if pages > 1 else None)


def _loaded(image: Image.Image, path: str) -> tuple[Image.Image, Message | None]:
    try:
        image.load()
    except OSError:
        return _despite_damage(path), Message(ENDS_EARLY)
    return image, None


def _despite_damage(path: str) -> Image.Image:
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        image = Image.open(path, formats=KNOWN)
        image.load()
        return image
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _samples(image: Image.Image, factor: int) -> pyvips.Image:
    """Pillow's picture, averaged over squares of `factor` pixels, in libvips."""
    if image.mode.startswith("I;16"):
        raw = image.convert("I;16").tobytes()
        return pyvips.Image.new_from_memory(raw, *image.size, 1, "ushort").copy(interpretation="grey16")
    if image.mode in ("I", "F"):
        kind = "int" if image.mode == "I" else "float"
        return pyvips.Image.new_from_memory(image.tobytes(), *image.size, 1, kind)
    image = _plain(image)
    if factor > 1:
        image = image.reduce(factor)
    bands = len(image.getbands())
    made = pyvips.Image.new_from_memory(image.tobytes(), *image.size, bands, "uchar")
    meaning = {1: "b-w", 2: "b-w", 3: "srgb"}.get(bands, "cmyk" if image.mode == "CMYK" else "srgb")
    return made.copy(interpretation=meaning)


def _plain(image: Image.Image) -> Image.Image:
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return image
    see_through = image.mode in ("PA", "RGBa", "La") or "transparency" in image.info
    return image.convert("RGBA" if see_through else "RGB")
