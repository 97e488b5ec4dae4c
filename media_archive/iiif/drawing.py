"""Drawing what a request asks for out of a pyramid. Runs in the reader process."""

from math import floor, log2
from typing import Any

import pyvips

# its import shuts the loaders that are not for strangers' files
from media_archive.renditions.stills import pictures  # noqa: F401

#: a region of so many pixels is read at full size where the smaller sizes do not meet it exactly
NEAR = 1 << 20
#: what shows in the corners of a turned picture in formats that cannot leave them out
CORNERS = [255.0]
JPEG_QUALITY = 85
WEBP_QUALITY = 80
MIDDLE = 128


def draw(path: str, order: dict[str, Any], out: str) -> dict[str, Any]:
    """Writes the picture that `order` (see `requests.Order.told`) asks of the pyramid at `path` to `out`.

    Region, then size, then mirroring and rotation, then quality, then format. Returns {"width", "height"}.
    """
    image = _sized(_region(path, order), order["size"])
    image = _turned(image, order)
    image = _in_quality(image, order["quality"])
    _save(image, out, order["format"], order["quality"] == "bitonal")
    return {"width": image.width, "height": image.height}


def _region(path: str, order: dict[str, Any]) -> pyvips.Image:
    """The region out of the smallest level that still holds every detail to be shown."""
    full = pyvips.Image.tiffload(path)
    x, y, width, height = order["region"]
    level = _level(full, order)
    if level == 0:
        return full.crop(x, y, width, height)
    image = pyvips.Image.tiffload(path, page=level)
    across, down = image.width / full.width, image.height / full.height
    left, right = _span(x * across, (x + width) * across, image.width)
    top, bottom = _span(y * down, (y + height) * down, image.height)
    return image.crop(left, top, right - left, bottom - top)


def _span(start: float, end: float, length: int) -> tuple[int, int]:
    first = min(length - 1, round(start))
    return first, max(first + 1, min(length, round(end)))


def _level(full: pyvips.Image, order: dict[str, Any]) -> int:
    (x, y, width, height), (wide, high) = order["region"], order["size"]
    reduction = min(width / wide, height / high)
    pages = full.get("n-pages") if full.get_typeof("n-pages") else 1
    level = max(0, min(pages - 1, floor(log2(reduction)))) if reduction >= 1 else 0
    factor = 1 << level
    ends = (x + width, full.width), (y + height, full.height)
    meets = x % factor == y % factor == 0 and all(end % factor == 0 or end == whole for end, whole in ends)
    if meets or level == 0:
        return level
    # between the pixels of this level: one finer, so that the shift is less than can be seen
    return 0 if width * height <= NEAR else level - 1


def _sized(image: pyvips.Image, size: list[int]) -> pyvips.Image:
    width, height = size
    if (image.width, image.height) == (width, height):
        return image
    return image.resize(width / image.width, vscale=height / image.height)


def _turned(image: pyvips.Image, order: dict[str, Any]) -> pyvips.Image:
    if order["mirror"]:
        image = image.copy_memory().fliphor()
    rotation = order["rotation"]
    if rotation == 0:
        return image
    if rotation % 90 == 0:
        return image.copy_memory().rot(f"d{int(rotation)}")
    if order["format"] == "jpg":
        return image.copy_memory().rotate(rotation, background=CORNERS * image.bands)
    see_through = image.copy_memory().addalpha()
    return see_through.rotate(rotation, background=[*(CORNERS * image.bands), 0.0])


def _in_quality(image: pyvips.Image, quality: str) -> pyvips.Image:
    if quality not in ("gray", "bitonal"):
        return image
    grey = image.colourspace("b-w")
    if quality == "gray":
        return grey
    light = grey.extract_band(0) >= MIDDLE
    return light.bandjoin(grey.extract_band(1)) if grey.bands > 1 else light


def _save(image: pyvips.Image, out: str, form: str, bitonal: bool) -> None:
    one_bit: dict[str, Any] = {"bitdepth": 1} if bitonal and image.bands == 1 else {}
    if form == "jpg":
        image.jpegsave(out, Q=JPEG_QUALITY, keep="none")
    elif form == "png":
        image.pngsave(out, compression=4, keep="none", **one_bit)
    elif form == "webp":
        image.webpsave(out, Q=WEBP_QUALITY, effort=2, keep="none")
    elif form == "gif":
        image.gifsave(out, effort=3, keep="none")
    else:
        image.tiffsave(
            out, compression="deflate", predictor="none" if one_bit else "horizontal", keep="none", **one_bit
        )
