"""Small real pictures that tests draw, and what they draw films with."""

import random
from functools import cache
from pathlib import Path

from PIL import Image

from media_archive.config import load
from media_archive.tools import ffmpeg


def picture(path: Path, seed: int = 0, size: tuple[int, int] = (64, 48), **options: object) -> Path:
    """A picture that differs by `seed`, in the format that the name of `path` says."""
    noise = random.Random(seed)
    image = Image.new("RGB", size, (noise.randrange(256), noise.randrange(256), noise.randrange(256)))
    for _ in range(12):
        image.putpixel((noise.randrange(size[0]), noise.randrange(size[1])), (noise.randrange(256), 0, 255))
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)  # type: ignore[arg-type]
    return path


def pictures(folder: Path, count: int, first: int = 0) -> list[Path]:
    """`count` different pictures in `folder`."""
    return [picture(folder / f"IMG_{number:04}.jpg", number, quality=95) for number in range(first, first + count)]


@cache
def film_program() -> str:
    """Path of the ffmpeg that tests draw films with: the one the archive itself would take."""
    return ffmpeg.find(load())
