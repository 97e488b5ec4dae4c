"""A still as a pyramid of tiles in one TIFF file. Runs in the reader process."""

from pathlib import Path
from typing import Any

import pyvips

from media_archive.renditions.stills.opening import open_picture
from media_archive.renditions.stills.pictures import Wanted

#: an edge that no picture has: everything is opened at its full size
WHOLE = 10_000_000
#: pictures of more pixels lie on disk while they are cut into tiles, and not in memory
ASIDE_FROM = 64_000_000
#: pictures of so few pixels, among them drawings and titles, are kept without loss
LOSSLESS_TO = 4_000_000


def make(path: str, format_name: str, raw: bool, out: str, plan: dict[str, Any]) -> dict[str, Any]:
    """Writes the pyramid of the photograph at `path` to `out`; upright, sRGB or grey.

    plan: {"tile", "quality", "max_pixels", "background": [r, g, b]}. Returns what `look` does.
    """
    aside = Path(f"{out}.aside") if _is_large(path) else None
    wanted = Wanted(WHOLE, plan["max_pixels"], tuple(plan["background"]), str(aside) if aside else None)
    try:
        write(open_picture(path, format_name, raw, wanted).image, out, plan)
    finally:
        if aside:
            aside.unlink(missing_ok=True)
    return look(out)


def _is_large(path: str) -> bool:
    try:
        header = pyvips.Image.new_from_file(path)
    except pyvips.Error:
        return False  # known to another reader only, which holds it in memory anyhow
    return bool(header.width * header.height > ASIDE_FROM)


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
