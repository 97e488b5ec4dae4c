"""Raw photographs, by libraw. Runs in the reader process only."""

from typing import Any

import pyvips

from media_archive.errors import TooLarge, Unsupported
from media_archive.renditions.stills.pictures import Picture, Wanted, bound, fitted, said, upright_size
from media_archive.renditions.stills.readers import headers, native
from media_archive.renditions.stills.readers.previews import without_bars
from media_archive.words import Message

#: turns of libraw's `flip` as EXIF orientations
TURNS = {0: 1, 3: 3, 5: 8, 6: 6}
#: a preview this near to the raw picture's size stands for it
FULL_SIZE = 0.9
ONLY_PREVIEW = (
    "The raw data cannot be developed ({reason}); shown is the small preview that the camera put in the file."
)


def by_libraw(path: str, wanted: Wanted) -> Picture:
    """Raw formats: the camera's own preview where it is large enough, else developed with the camera's white balance."""
    import rawpy

    with rawpy.imread(path) as raw:
        turn = TURNS.get(raw.sizes.flip, 1)
        width, height = raw.sizes.width, raw.sizes.height
        bound(width, height, wanted.max_pixels)
        preview = _preview(raw, wanted, turn)
        if preview is None or _edge(preview.image) < min(wanted.edge, FULL_SIZE * max(width, height)):
            preview = _developed(raw, wanted, preview)
    width, height = upright_size(width, height, turn)
    shown = without_bars(preview.image, width, height) if preview.problem else preview.image
    return Picture(shown, width, height, preview.problem)


def _edge(image: pyvips.Image) -> int:
    edge: int = max(image.width, image.height)
    return edge


def _preview(raw: Any, wanted: Wanted, turn: int) -> Picture | None:
    import rawpy

    try:
        thumb = raw.extract_thumb()
        if thumb.format != rawpy.ThumbFormat.JPEG:
            return None

        def load(**options: Any) -> pyvips.Image:
            return pyvips.Image.jpegload_buffer(thumb.data, access="sequential", **options)

        return native.read(load, wanted, lambda header: headers.standing(header, turn))
    except (rawpy.LibRawError, pyvips.Error, TooLarge):
        return None


def _developed(raw: Any, wanted: Wanted, preview: Picture | None) -> Picture:
    import rawpy

    half = max(raw.sizes.width, raw.sizes.height) >= 2 * wanted.edge
    try:
        rgb = raw.postprocess(use_camera_wb=True, output_bps=8, half_size=half)
    except rawpy.LibRawError as exc:
        if preview is None:
            raise
        return as_preview(preview, said(exc))
    height, width, bands = rgb.shape
    image = pyvips.Image.new_from_memory(rgb.data, width, height, bands, "uchar").copy(interpretation="srgb")
    return Picture(fitted(image, wanted), width, height)


def as_preview(picture: Picture, why: str) -> Picture:
    """What another reader found in a raw file is not the photograph, and half of it is nothing."""
    if picture.problem:
        raise Unsupported("The raw data cannot be developed ({reason}), and the preview in it is damaged.", reason=why)
    picture.problem = Message(ONLY_PREVIEW, {"reason": why})
    return picture
