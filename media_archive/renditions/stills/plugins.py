"""Photographs that Pillow and its plug-ins read. Runs in the reader process only."""

import pyvips
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from media_archive.errors import Unsupported
from media_archive.renditions.stills.pictures import ENDS_EARLY, MARGIN, Picture, Wanted, bound, fitted
from media_archive.words import Message


def by_pillow(path: str, wanted: Wanted) -> Picture:
    """What Pillow and its plug-ins read: HEIC, JPEG XL, JPEG 2000, BMP, PSD and odd variants of the others."""
    _plug_in()
    Image.MAX_IMAGE_PIXELS = None  # bounded here, in words people understand
    with _identified(path) as header:
        bound(header.width, header.height, wanted.max_pixels)
        image, problem = _loaded(header, path)
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    width, height = upright.size
    samples = _samples(upright, max(1, int(max(width, height) / (wanted.edge * MARGIN))))
    if profile and samples.interpretation in ("srgb", "b-w", "cmyk"):
        samples.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    return Picture(fitted(samples, wanted), width, height, problem)


def _plug_in() -> None:
    import pillow_heif
    import pillow_jxl  # noqa: F401 - its import is its registration

    pillow_heif.register_heif_opener(thumbnails=False)
    pillow_heif.options.DECODE_THREADS = 1


def _identified(path: str) -> Image.Image:
    try:
        return Image.open(path)
    except UnidentifiedImageError as exc:
        raise Unsupported("its content is of no known picture format") from exc


def _loaded(image: Image.Image, path: str) -> tuple[Image.Image, Message | None]:
    try:
        image.load()
    except OSError:
        return _despite_damage(path), Message(ENDS_EARLY)
    return image, None


def _despite_damage(path: str) -> Image.Image:
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        image = Image.open(path)
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
