"""Pictures other than JPEG, by Pillow and its plug-ins: sizes and packets, nothing decoded."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal

import PIL
from PIL import Image

from media_archive.metadata.reading.packets import Packets, iptc_in_photoshop
from media_archive.words import Message

VERSION: str = PIL.__version__
#: Pillow warns about every oddity of a file; the outcome here says what matters
warnings.filterwarnings("ignore", module=r"PIL\.")
WIDTH_TAG, HEIGHT_TAG = 256, 257
IPTC_TAG, PHOTOSHOP_TAG, XMP_TAG, ICC_TAG, BITS_TAG = 33723, 34377, 700, 34675, 258
#: Photoshop image resources
PSD_IPTC, PSD_EXIF, PSD_XMP = 0x0404, 0x0422, 0x0424
BITS = {"1": 1, "I;16": 16, "I;16B": 16, "I;16L": 16, "I": 32, "F": 32}
NO_PACKETS = frozenset(
    {"exif", "xmp", "icc_profile", "photoshop", "mp", "metadata", "thumbnails", "depth_images", "aux"}
)


def read(path: Path, format_name: str) -> Packets:
    """What the picture at `path` says of itself; a picture Pillow cannot open is a problem, not an error."""
    _plug_in(format_name)
    try:
        with _unbounded(), Image.open(path) as picture:
            return _packets(picture, path, format_name)
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, OverflowError) as exc:
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


def _packets(picture: Image.Image, path: Path, format_name: str) -> Packets:
    info = picture.info
    found = Packets(facts=_facts(picture))
    found.exif = _without_name(info.get("exif"))
    found.xmp = _bytes(info.get("xmp") or info.get("XML:com.adobe.xmp"))
    found.icc = _bytes(info.get("icc_profile"))
    if "Raw profile type iptc" in info:
        found.iptc = _from_hex(str(info["Raw profile type iptc"]))
    if format_name == "psd":
        _photoshop(found, getattr(picture, "resources", []))
    tags = getattr(picture, "tag_v2", None)
    if tags is not None:
        _tiff(found, tags)
    if format_name == "avif":
        found.facts["bits"] = _av1_bits(path)
    if format_name == "png":
        found.problem = _cut_png(path)
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


def _from_hex(profile: str) -> bytes | None:
    """ImageMagick's way to put packets into PNG text: name, length, hexadecimal digits."""
    digits = re.sub(r"\s+", "", profile.strip().partition("\n")[2].strip().partition("\n")[2])
    try:
        data = bytes.fromhex(digits)
    except ValueError:
        return None
    return iptc_in_photoshop(data) or data


def _photoshop(found: Packets, resources: list[Any]) -> None:
    for number, _name, data in resources:
        if number == PSD_IPTC:
            found.iptc = data
        elif number == PSD_EXIF:
            found.exif = _without_name(data)
        elif number == PSD_XMP:
            found.xmp = data


def _tiff(found: Packets, tags: Any) -> None:
    # Pillow gives the size of a turned TIFF as turned; here it is the stored one, as everywhere
    if tags.get(WIDTH_TAG) and tags.get(HEIGHT_TAG):
        found.facts |= {"width": tags[WIDTH_TAG], "height": tags[HEIGHT_TAG]}
    found.xmp = found.xmp or _bytes(tags.get(XMP_TAG))
    found.icc = found.icc or _bytes(tags.get(ICC_TAG))
    bits = tags.get(BITS_TAG)
    if bits:
        found.facts["bits"] = bits[0] if isinstance(bits, tuple) else bits
    resources = _bytes(tags.get(PHOTOSHOP_TAG))
    iptc = tags.get(IPTC_TAG)
    if isinstance(iptc, tuple):
        # written as LONG by Adobe's old software: the bytes lie in the words
        order: Literal["little", "big"] = "little" if tags.prefix == b"II" else "big"
        iptc = b"".join(int(word).to_bytes(4, order) for word in iptc if isinstance(word, int) and word < 1 << 32)
    found.iptc = _bytes(iptc) or (iptc_in_photoshop(resources) if resources else None)


def _av1_bits(path: Path) -> int:
    """Bits a sample by the AV1 configuration (AV1-ISOBMFF, 2.3), which Pillow keeps to itself."""
    with path.open("rb") as source:
        head = source.read(64 << 10)
    at = head.find(b"av1C")
    flags = head[at + 6] if 0 <= at < len(head) - 6 else 0
    return (12 if flags & 0x20 else 10) if flags & 0x40 else 8


def _cut_png(path: Path) -> Message | None:
    with path.open("rb") as source:
        size = source.seek(0, 2)
        source.seek(max(size - 4096, 0))
        if b"IEND" in source.read():
            return None
    return Message("The PNG ends after {n} bytes, before its last chunk.", {"n": size})
