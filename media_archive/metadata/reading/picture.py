"""Pictures other than JPEG, by Pillow and its plug-ins: sizes and packets, nothing decoded."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import PIL
from PIL import Image

from media_archive.metadata.reading.packets import Packets
from media_archive.words import Message

VERSION: str = PIL.__version__
#: Pillow warns about every oddity of a file; the outcome here says what matters
warnings.filterwarnings("ignore", module=r"PIL\.")
WIDTH_TAG, HEIGHT_TAG = 256, 257
BITS = {"1": 1, "I;16": 16, "I;16B": 16, "I;16L": 16, "I": 32, "F": 32}
NO_PACKETS = frozenset(
    {"exif", "xmp", "icc_profile", "photoshop", "mp", "metadata", "thumbnails", "depth_images", "aux"}
)


def read(path: Path, format_name: str) -> Packets:
    """What the picture at `path` says of itself; a picture Pillow cannot open is a problem, not an error."""
    _plug_in(format_name)
    try:
        with _unbounded(), Image.open(path) as picture:
            return _packets(picture)
    except Exception as exc:  # libraries raise anything over hostile files
        reason = "" if "cannot identify" in str(exc) else " ".join(str(exc).split())[:200]
        if reason:
            return Packets(problem=Message("The picture cannot be opened: {reason}.", {"reason": reason.rstrip(".")}))
        return Packets(problem=Message("The picture cannot be opened: its header is damaged or of an unknown kind."))


@cache
def _plug_in(format_name: str) -> None:
    if format_name == "heif":
        import pillow_heif

        pillow_heif.register_heif_opener()
    elif format_name == "jxl":
        import pillow_jxl  # noqa: F401 - registers itself


@contextmanager
def _unbounded() -> Iterator[None]:
    """Lets a header of any size be read: nothing is decoded here, and whoever decodes has a bound of his own."""
    bound, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS = bound


def _packets(picture: Image.Image) -> Packets:
    info = picture.info
    found = Packets(facts=_facts(picture))
    found.exif = _without_name(info.get("exif"))
    found.xmp = _bytes(info.get("xmp") or info.get("XML:com.adobe.xmp"))
    found.icc = _bytes(info.get("icc_profile"))
    tags = getattr(picture, "tag_v2", None)
    if tags is not None:
        _stored_size(found, tags)
    return found


def _facts(picture: Image.Image) -> dict[str, Any]:
    bits = picture.info.get("bit_depth") or BITS.get(picture.mode, 8)
    facts: dict[str, Any] = {
        "width": picture.width,
        "height": picture.height,
        "mode": picture.mode,
        "bits": bits,
        "decoder": picture.format,
    }
    pages = getattr(picture, "n_frames", 1)
    if pages > 1:
        facts["pages"] = pages
    simple = {name: value for name, value in picture.info.items() if name not in NO_PACKETS}
    facts["info"] = {name: value for name, value in simple.items() if not str(name).startswith("Raw profile")}
    return facts


def _without_name(block: Any) -> bytes | None:
    data = _bytes(block)
    if data and data.startswith(b"Exif\x00\x00"):
        return data[6:]
    return data


def _bytes(value: Any) -> bytes | None:
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    return bytes(value) if isinstance(value, bytes | bytearray) and value else None


def _stored_size(found: Packets, tags: Any) -> None:
    """Pillow gives the size of a turned TIFF as turned; here it is the stored one, as everywhere."""
    if tags.get(WIDTH_TAG) and tags.get(HEIGHT_TAG):
        found.facts |= {"width": tags[WIDTH_TAG], "height": tags[HEIGHT_TAG]}
