"""The picture that stands for a film. Runs in the reader process."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyvips

from media_archive.renditions.stills.fingerprints import fingerprint
from media_archive.renditions.stills.making import cascade

#: a frame whose brightness varies less than this, or whose mean is outside these, is a fade, a slate or a cap
LEAST_CONTRAST = 10
DARKEST, BRIGHTEST = 24, 236
#: the edges of flat frames count so much less
FLAT = 0.001
#: width at which sharpness is compared, so that noise of large frames is no sharpness
COMPARED = 480


def choose(candidates: list[str], scratch: str, sizes: list[dict[str, Any]]) -> dict[str, Any]:
    """Writes `sizes` (see `stills.make`) of the best of the pictures at the paths `candidates`.

    Returns {"outputs": [...], "fingerprint": `stills.fingerprints.Fingerprint` as a dictionary}.
    """
    images = [pyvips.Image.new_from_file(path).copy_memory() for path in candidates]
    best = max(images, key=_worth)
    outputs, smallest = cascade(best, sorted(sizes, key=lambda size: -size["long_edge"]), Path(scratch))
    return {"outputs": outputs, "fingerprint": asdict(fingerprint(smallest))}


def _worth(image: pyvips.Image) -> float:
    """How sharp an image is: the spread of its second differences; next to nothing for a flat one."""
    grey = image.thumbnail_image(COMPARED, size="down").colourspace("b-w").copy_memory()
    edges = grey.cast("float").conv(pyvips.Image.new_from_array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])).deviate()
    flat = grey.deviate() < LEAST_CONTRAST or not DARKEST <= grey.avg() <= BRIGHTEST
    # two frames alike: the deviation decides, so that a dim room still wins over black
    return float(edges * FLAT + grey.deviate() * FLAT * FLAT if flat else edges)
