"""A still as a pyramid of tiles in one TIFF file. Runs in the reader process."""

from pathlib import Path
from typing import Any

import pyvips

from media_archive.renditions.stills.opening import open_picture
from media_archive.renditions.stills.pictures import Wanted, bound, shown, viewable

#: an edge that no picture has: everything is opened at its full size
WHOLE = 10_000_000
#: formats that libvips reads from top to bottom without holding the whole
STREAMED = ("jpeg", "png", "tiff", "webp")
#: pictures of so few pixels, among them drawings and titles, are kept without loss
LOSSLESS_TO = 4_000_000


def make(path: str, format_name: str, raw: bool, out: str, plan: dict[str, Any]) -> dict[str, Any]:
    """Writes the pyramid of the photograph at `path` to `out`; upright, sRGB or grey.

    plan: {"tile", "quality", "max_pixels", "background": [r, g, b]}. Returns what `look` does.
    """
    wanted = Wanted(WHOLE, plan["max_pixels"], tuple(plan["background"]))
    if raw or format_name not in STREAMED or not _streamed(path, Path(out), wanted, plan):
        write(open_picture(path, format_name, raw, wanted).image, out, plan)
    return look(out)


def look(path: str) -> dict[str, Any]:
    """{"width", "height", "grey"} of the pyramid at `path`."""
    image = pyvips.Image.tiffload(path)
    return {"width": image.width, "height": image.height, "grey": image.bands < 3}


def write(image: pyvips.Image, out: str, plan: dict[str, Any]) -> None:
    """Writes a picture, upright and sRGB or grey already, as a pyramid."""
    lossless = image.width * image.height <= LOSSLESS_TO
    kind: dict[str, Any] = (
        {"compression": "deflate", "level": 1} if lossless else {"compression": "jpeg", "Q": plan["quality"]}
    )
    image.tiffsave(
        out,
        tile=True,
        tile_width=_tile(image.width, plan["tile"]),
        tile_height=_tile(image.height, plan["tile"]),
        pyramid=True,
        region_shrink="mean",
        bigtiff=True,
        keep="none",
        **kind,
    )


def _tile(length: int, most: int) -> int:
    """No larger than the picture, for readers take that for an attack; in TIFF a multiple of 16."""
    return min(most, -(-length // 16) * 16)


def _streamed(path: str, out: Path, wanted: Wanted, plan: dict[str, Any]) -> bool:
    """Writes the pyramid strip by strip, never holding the whole; False where that is no way for this picture."""
    try:
        image = pyvips.Image.new_from_file(path, access="sequential", fail_on="none")
        bound(image.width, image.height, wanted.max_pixels)
        _write_upright(shown(viewable(image), wanted.background), out, plan)
    except pyvips.Error:
        return False  # damaged, or of a kind that another reader knows
    return True


def _write_upright(image: pyvips.Image, out: Path, plan: dict[str, Any]) -> None:
    """A picture that must be turned cannot be read strip by strip: it goes through a file beside `out`."""
    orientation = image.get("orientation") if image.get_typeof("orientation") else 1
    if orientation <= 1:
        write(image, str(out), plan)
        return
    unturned = out.with_suffix(".v")
    try:
        image.write_to_file(str(unturned))
        write(pyvips.Image.new_from_file(str(unturned)).autorot(), str(out), plan)
    finally:
        unturned.unlink(missing_ok=True)
