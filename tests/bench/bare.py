"""The bare script: SHA-256, EXIF and three JPEGs of each picture, with hashlib, exifread and one libvips cascade.

`bare.py OUT FILE...` prints nothing; it is measured from outside.
"""

import hashlib
import os
import sys
from pathlib import Path

os.environ["VIPS_CONCURRENCY"] = "1"

import exifread
import pyvips

SIZES = ((2048, 85), (1024, 82), (320, 82))


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


if __name__ == "__main__":
    pyvips.cache_set_max(0)
    for name in sys.argv[2:]:
        develop(Path(name), Path(sys.argv[1]))
