"""What happens to a photograph on its way through offices and telephones, and what that does to its perceptual hash."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyvips

from media_archive.renditions.stills.fingerprints import fingerprint

Change = Callable[[pyvips.Image], pyvips.Image]
#: quality of JPEG that each changed picture is saved with
QUALITY = 85


@dataclass(frozen=True)
class Print:
    """The hash of a picture, and how much there is to compare."""

    phash: int
    detail: float


def _cropped(part: float) -> Change:
    def crop(image: pyvips.Image) -> pyvips.Image:
        across, down = round(image.width * part), round(image.height * part)
        return image.crop(across, down, image.width - 2 * across, image.height - 2 * down)

    return crop


def _stamped(image: pyvips.Image) -> pyvips.Image:
    """A date in the lower right corner."""
    box = [round(image.width * 0.75), round(image.height * 0.93), round(image.width * 0.22), round(image.height * 0.04)]
    return image.draw_rect([255, 170, 0], *box, fill=True)


def _framed(image: pyvips.Image) -> pyvips.Image:
    edge = round(image.width * 0.02)
    return image.embed(edge, edge, image.width + 2 * edge, image.height + 2 * edge, background=[255, 255, 255])


#: what is done -> how
CHANGES: dict[str, Change] = {
    "half the size": lambda image: image.resize(0.5),
    "400 pixels": lambda image: image.thumbnail_image(400, height=400),
    "quality 30": lambda image: _again(image, 30),
    "brighter by 20 %": lambda image: (image * 1.2).cast("uchar"),
    "darker by 30 %": lambda image: (image * 0.7).cast("uchar"),
    "more contrast": lambda image: ((image - 128) * 1.3 + 128).cast("uchar"),
    "grey": lambda image: image.colourspace("b-w").colourspace("srgb"),
    "softened": lambda image: image.gaussblur(2),
    "date stamped": _stamped,
    "1 % cut off all around": _cropped(0.01),
    "3 % cut off all around": _cropped(0.03),
    "8 % cut off all around": _cropped(0.08),
    "white frame of 2 %": _framed,
    "turned by 1°": lambda image: image.similarity(angle=1.0, background=[255, 255, 255]),
}


def _again(image: pyvips.Image, quality: int) -> pyvips.Image:
    return pyvips.Image.new_from_buffer(image.jpegsave_buffer(Q=quality), "").copy_memory()


def changed(picture: Path, name: str) -> Print:
    """The print of a picture after that change, saved and opened again."""
    return of(_again(CHANGES[name](opened(picture)), QUALITY))


def opened(picture: Path) -> pyvips.Image:
    """The pixels of a picture, in three bands."""
    return pyvips.Image.new_from_file(str(picture)).colourspace("srgb").copy_memory()


def of(image: pyvips.Image) -> Print:
    """The print of a picture as the archive makes it, of its small rendition."""
    made = fingerprint(image.thumbnail_image(320, height=320, size="down").copy_memory())
    return Print(int(made.phash, 16), made.detail)
