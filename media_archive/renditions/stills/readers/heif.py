"""HEIC and HEIF, by libheif: 8 to 12 bits, turned and cut as their boxes say."""

from pathlib import Path
from typing import Any

import numpy as np
import pyvips

from media_archive.metadata.reading import heif as boxes
from media_archive.renditions.stills.colour.meaning import Meaning, coded
from media_archive.renditions.stills.pictures import Picture, Wanted, bound, bound_whole, fitted

#: bytes that libheif and this reader hold of a pixel of 8 bits
HELD = 7


def by_libheif(path: str, wanted: Wanted) -> Picture:
    """The primary picture of the file. EXIF's orientation repeats what the boxes say, and does not count (MIAF, 7.3.6.7)."""
    import pillow_heif

    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.options.THUMBNAILS = pillow_heif.options.DEPTH_IMAGES = pillow_heif.options.AUX_IMAGES = False
    file = pillow_heif.open_heif(path, convert_hdr_to_8bit=False)
    image = file[file.primary_index]
    width, height = image.size
    bound(width, height, wanted.max_pixels)
    bound_whole(width, height, HELD * (2 if image.mode.endswith(";16") else 1))
    samples = _samples(np.asarray(image), width, premultiplied=image.premultiplied_alpha)
    profile: Any = image.info.get("icc_profile")
    meaning = _meaning(path, profile)
    pages = len(file)
    return Picture(fitted(samples, wanted, meaning=meaning), width, height, pages=pages if pages > 1 else None)


def _samples(
    held: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]", width: int, *, premultiplied: bool
) -> pyvips.Image:
    data = np.ascontiguousarray(held[:, :width])
    bands = data.shape[2] if data.ndim > 2 else 1
    wide = data.dtype.itemsize > 1
    kind, colours = ("ushort", ("grey16", "rgb16")) if wide else ("uchar", ("b-w", "srgb"))
    made = pyvips.Image.new_from_memory(data.data, data.shape[1], data.shape[0], bands, kind)
    made = made.copy(interpretation=colours[bands > 2])
    return made.unpremultiply().cast(kind) if premultiplied else made


def _meaning(path: str, profile: bytes | None) -> Meaning:
    """By the box "colr"; a profile counts more than code points unless they say that the range is high."""
    facts = boxes.read(Path(path)).facts
    return coded(facts.get("primaries", 2), facts.get("transfer", 2), profile)
