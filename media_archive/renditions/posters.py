"""The picture that stands for a film, or for a recording. Runs in the reader process."""

import json
from pathlib import Path
from typing import Any

import pyvips
from PIL import Image, ImageDraw

from media_archive.renditions.stills import cascade, colour

#: a frame whose brightness varies less than this, or whose mean is outside these, is a fade, a slate or a cap
LEAST_CONTRAST = 10
DARKEST, BRIGHTEST = 24, 236
#: the edges of flat frames count so much less
FLAT = 0.001
#: width at which sharpness is compared, so that noise of large frames is no sharpness
COMPARED = 480

GROUND, WAVE = (244, 245, 246), (86, 104, 122)


def choose(candidates: list[str], scratch: str, sizes: list[dict[str, Any]]) -> dict[str, Any]:
    """Writes `sizes` (see `stills.make`) of the best of the pictures at the paths `candidates`.

    Returns {"outputs": [...], "colour"}.
    """
    images = [pyvips.Image.new_from_file(path).copy_memory() for path in candidates]
    best = max(images, key=_worth)
    outputs, smallest = cascade(best, sorted(sizes, key=lambda size: -size["long_edge"]), Path(scratch))
    return {"outputs": outputs, "colour": colour(smallest)}


def _worth(image: pyvips.Image) -> float:
    """How sharp an image is: the spread of its second differences; next to nothing for a flat one."""
    grey = image.thumbnail_image(COMPARED, size="down").colourspace("b-w").copy_memory()
    edges = grey.cast("float").conv(pyvips.Image.new_from_array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])).deviate()
    flat = grey.deviate() < LEAST_CONTRAST or not DARKEST <= grey.avg() <= BRIGHTEST
    # two frames alike: the deviation decides, so that a dim room still wins over black
    return float(edges * FLAT + grey.deviate() * FLAT * FLAT if flat else edges)


def draw_waveform(peaks: str, target: str, width: int, height: int, quality: int) -> None:
    """Draws the waveform in the JSON file `peaks` as a JPEG."""
    told = json.loads(Path(peaks).read_text("ascii"))
    image = Image.new("RGB", (width, height), GROUND)
    pen = ImageDraw.Draw(image)
    middle, half = height / 2, height / 2 - 8
    for x, (least, greatest) in enumerate(_columns(told, width)):
        pen.line((x, middle - greatest / 128 * half, x, middle - least / 128 * half + 1), fill=WAVE)
    image.save(target, "JPEG", quality=quality)


def _columns(told: dict[str, Any], width: int) -> list[tuple[int, int]]:
    """Least and greatest of all channels under each pixel."""
    length, group = told["length"], 2 * told["channels"]
    columns = []
    for x in range(width):
        first = x * length // width
        last = max(first + 1, (x + 1) * length // width)
        part = told["data"][first * group : last * group] or [0]
        columns.append((min(part), max(part)))
    return columns
