"""The sizes of a photograph, each from the next larger, out of one decode. Runs in the reader process."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyvips

from media_archive.renditions.stills.fingerprints import fingerprint
from media_archive.renditions.stills.opening import open_picture
from media_archive.renditions.stills.pictures import Wanted

#: long edge that a fingerprint needs, where no size is to be made
LEAST_EDGE = 320


def make(path: str, format_name: str, raw: bool, scratch: str, plan: dict[str, Any]) -> dict[str, Any]:
    """Writes a JPEG of each of `plan["sizes"]` into `scratch`.

    plan: {"sizes": [{"recipe", "long_edge", "quality"}], "max_pixels", "background": [r, g, b]}.
    Returns {"outputs": [{"recipe", "path", "width", "height"}], "width", "height", "pages", "fingerprint", "problem"},
    where width and height are the original's, upright, and the fingerprint is that of `fingerprints` as a dictionary.
    """
    sizes = sorted(plan["sizes"], key=lambda size: size["long_edge"], reverse=True)
    edge = sizes[0]["long_edge"] if sizes else LEAST_EDGE
    picture = open_picture(path, format_name, raw, Wanted(edge, plan["max_pixels"], tuple(plan["background"])))
    outputs, smallest = cascade(picture.image, sizes, Path(scratch))
    return {
        "outputs": outputs,
        "width": picture.width,
        "height": picture.height,
        "pages": picture.pages,
        "fingerprint": asdict(fingerprint(smallest)),
        "problem": picture.problem.to_json() if picture.problem else None,
    }


def cascade(
    image: pyvips.Image, sizes: list[dict[str, Any]], scratch: Path
) -> tuple[list[dict[str, Any]], pyvips.Image]:
    """Writes `sizes`, the largest first, each made from the one before; what was written, and the last image."""
    outputs = []
    for size in sizes:
        edge = size["long_edge"]
        if max(image.width, image.height) > edge:
            image = image.thumbnail_image(edge, height=edge, size="down").copy_memory()
        path = scratch / f"{size['recipe']}.jpg"
        # Huffman tables made to measure save 4 % of the bytes for a sixth more time; progressive scans cost double
        image.jpegsave(str(path), Q=size["quality"], keep="none")
        outputs.append({"recipe": size["recipe"], "path": str(path), "width": image.width, "height": image.height})
    return outputs, image
