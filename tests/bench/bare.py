"""The bare script: SHA-256, EXIF, three JPEGs and the perceptual hash of each picture, with hashlib, exifread, one
libvips cascade and numpy.

`bare.py OUT FILE...` prints nothing; it is measured from outside.
"""

import hashlib
import os
import sys
from pathlib import Path

os.environ["VIPS_CONCURRENCY"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import exifread
import numpy as np
import pyvips

SIZES = ((2048, 85), (1024, 82), (320, 82))
WAVES = np.cos(np.pi * np.arange(1, 9)[:, None] * (2 * np.arange(32) + 1) / 64)


def develop(path: Path, out: Path) -> None:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        exifread.process_file(file, details=False)
    image = pyvips.Image.thumbnail(str(path), SIZES[0][0], height=SIZES[0][0], size="down", export_profile="srgb")
    image = image.copy_memory()
    for edge, quality in SIZES:
        if max(image.width, image.height) > edge:
            image = image.thumbnail_image(edge, height=edge, size="down").copy_memory()
        image.jpegsave(str(out / f"{digest}-{edge}.jpg"), Q=quality, keep="none")
    perceptual_hash(image)


def perceptual_hash(image: pyvips.Image) -> str:
    small = image.colourspace("b-w").resize(32 / image.width, vscale=32 / image.height).numpy().astype(np.float32)
    low = WAVES @ small.reshape(32, 32) @ WAVES.T
    return np.packbits((low > np.median(low)).ravel()).tobytes().hex()


if __name__ == "__main__":
    pyvips.cache_set_max(0)
    for name in sys.argv[2:]:
        develop(Path(name), Path(sys.argv[1]))
