"""Photographs that libvips reads by itself: JPEG, PNG, GIF, WebP, AVIF, and what else it knows by its content."""

import re
from collections.abc import Callable
from typing import Any

import pyvips

from media_archive.errors import Unsupported
from media_archive.renditions.stills.colour.meaning import SRGB, Meaning
from media_archive.renditions.stills.pictures import (
    BAD_PROFILE,
    ENDS_EARLY,
    Picture,
    Wanted,
    bound,
    bound_whole,
    fitted,
    number,
    remarks,
    upright_size,
)
from media_archive.renditions.stills.readers import headers
from media_archive.renditions.stills.readers.headers import Known
from media_archive.words import Message

Load = Callable[..., pyvips.Image]
Know = Callable[[pyvips.Image], Known]

#: what libjpeg remarks on in pictures that are whole
HARMLESS = re.compile(r"extraneous bytes|Invalid SOS parameters|inconsistent progression|Exif|ICC|Unknown Adobe", re.I)
#: what libtiff remarks on, and gives black
NOT_HERE = re.compile(r"compression support is not configured")
#: loaders whose decoder only remarks on what is missing, and goes on; what others remark on is how they looked for a way
REMARKING = "tiffload"
#: loaders whose decoder can leave out detail: by 2, 4 or 8, or by any scale
SHRINKING = ("jpegload", "jpegload_buffer")
SCALING = ("webpload", "webpload_buffer")


def by_vips(path: str, wanted: Wanted) -> Picture:
    """What libvips knows by its content; decodes no more detail than needed."""
    return read(_loading("new_from_file", path), wanted)


def jpeg(path: str, wanted: Wanted) -> Picture:
    """A JPEG; of one with a gain map the base, which is what is meant for ordinary screens."""
    return read(_loading("jpegload", path), wanted, headers.jpeg)


def gif(path: str, wanted: Wanted) -> Picture:
    """The first picture of a GIF."""
    return read(_loading("gifload", path), wanted, headers.gif)


def png(path: str, wanted: Wanted) -> Picture:
    """A PNG; of an animated one the picture that programs show which know of no animation."""
    known = headers.png(path)
    return read(_loading("pngload", path), wanted, lambda _: known)


def avif(path: str, wanted: Wanted) -> Picture:
    """An AVIF of 8 to 12 bits."""
    return read(_loading("heifload", path), wanted, lambda header: headers.avif(path, header))


def _loading(loader: str, path: str) -> Load:
    def load(**options: Any) -> pyvips.Image:
        made: pyvips.Image = getattr(pyvips.Image, loader)(path, access="sequential", **options)
        return made

    return load


def read(load: Load, wanted: Wanted, know: Know | None = None) -> Picture:
    """What `load(**options)` gives; `know` looks at the header."""
    header = load()
    width, height = header.width, header.height
    bound(width, height, wanted.max_pixels)
    known = know(header) if know else Known()
    bound_whole(width, height, known.whole)
    orientation = number(header, "orientation", 1) if known.orientation is None else known.orientation
    image, problem = _decoded(load, header, wanted, known.meaning, orientation)
    width, height = upright_size(width, height, orientation)
    pages = known.pages or number(header, "n-pages", 1)
    return Picture(image, width, height, problem, pages if pages > 1 else None)


def _decoded(
    load: Load, header: pyvips.Image, wanted: Wanted, meaning: Meaning | None, orientation: int
) -> tuple[pyvips.Image, Message | None]:
    """The picture, by the strictest reading that gives one, and what had to be overlooked."""
    loader = str(header.get("vips-loader")) if header.get_typeof("vips-loader") != 0 else ""
    options = _reduced(loader, wanted.reduction(header.width, header.height))

    def decoded(fail_on: str, meaning: Meaning | None = meaning) -> tuple[pyvips.Image, Message | None]:
        remarks()  # those on another picture
        image = fitted(load(fail_on=fail_on, **options), wanted, orientation=orientation, meaning=meaning)
        return image, _remarked(remarks()) if loader.startswith(REMARKING) else None

    try:
        # libjpeg only remarks on missing data, other decoders fail on them
        return decoded("warning" if loader in SHRINKING else "truncated")
    except pyvips.Error as exc:
        problem = _remarked(exc.detail or "-")
    try:
        return decoded("none")[0], problem
    except pyvips.Error as exc:
        if "VipsIcc" not in exc.detail:
            raise
    return decoded("none", SRGB)[0], Message(BAD_PROFILE)


def _remarked(said: str) -> Message | None:
    """What people are told of what a decoder remarked on; Unsupported where it means that there is no picture."""
    if NOT_HERE.search(said):
        raise Unsupported(said.splitlines()[0])
    return Message(ENDS_EARLY) if said and not HARMLESS.search(said) else None


def _reduced(loader: str, most: int) -> dict[str, Any]:
    """Options with which a loader leaves out detail that nobody sees: edges divided by `most` at most."""
    if loader in SHRINKING:
        return {"shrink": next((shrink for shrink in (8, 4, 2) if shrink <= most), 1)}
    return {"scale": 1 / most} if loader in SCALING and most > 1 else {}
