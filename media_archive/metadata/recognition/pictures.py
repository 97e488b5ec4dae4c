"""What finished pictures say of their variety and version: JPEG, PNG, GIF, BMP, Photoshop, JPEG 2000, JPEG XL."""

from collections.abc import Iterator

from media_archive.metadata.recognition import tiff
from media_archive.metadata.recognition.detail import NOTHING, Detail
from media_archive.metadata.recognition.window import Window

EXIF = b"Exif\x00"
#: PNG chunks that came with version 1.1 and 1.2 of the specification
PNG_SINCE = {b"iCCP": "1.1", b"sRGB": "1.1", b"sPLT": "1.1", b"iTXt": "1.2"}
#: a PNG is read chunk by chunk, one small read each
MOST_CHUNKS = 512
#: size of the header behind a bitmap's file header, and whose version that is
BITMAPS = {
    12: ("windows", "2.0"),
    16: ("os2", "2.0"),
    40: ("windows", "3.0"),
    64: ("os2", "2.0"),
    108: ("windows", "4.0"),
    124: ("windows", "5.0"),
}
BITFIELDS = 3
JPEG_2000 = {b"jp2 ": None, b"jpx ": "jpx", b"jpm ": "jpm", b"jph ": "jph"}


def jpeg(window: Window) -> Detail:
    """By its first segment: JFIF, Exif or SPIFF and the version of that; anything else is a plain stream."""
    head = window.head
    marker, content = head[3:4], head[6:]
    if marker == b"\xf7":
        return Detail("jpeg-ls")
    if marker == b"\xe0" and content.startswith(b"JFIF\x00") and len(content) >= 7:
        return Detail("jfif", f"{content[5]}.{content[6]:02d}")
    if marker == b"\xe8" and content.startswith(b"SPIFF\x00") and len(content) >= 8:
        return Detail("spiff", f"{content[6]}.{content[7]}")
    if marker == b"\xe1" and content.startswith(EXIF):
        end = 4 + int.from_bytes(head[4:6], "big")
        return Detail("exif", tiff.exif_version(window.part(12, end - 12)))
    return NOTHING


def png(window: Window) -> Detail:
    """Animated or not, and the first version of the specification that knows all chunks in it."""
    kinds = set(_png_chunks(window))
    version = max((PNG_SINCE[kind] for kind in kinds if kind in PNG_SINCE), default="1.0")
    return Detail("animated" if b"acTL" in kinds else None, version)


def _png_chunks(window: Window) -> Iterator[bytes]:
    at = 8
    for _ in range(MOST_CHUNKS):
        header = window.at(at, 8)
        if len(header) < 8:
            return
        yield header[4:]
        at += 12 + int.from_bytes(header[:4], "big")


def gif(window: Window) -> Detail:
    """87a or 89a."""
    return Detail(version=window.head[3:6].decode("ascii", "replace"))


def bitmap(window: Window) -> Detail:
    """By the size of its header and its compression."""
    head = window.head
    size = int.from_bytes(head[14:18], "little")
    if size not in BITMAPS:
        return NOTHING
    variant, version = BITMAPS[size]
    bits, compression = int.from_bytes(head[28:30], "little"), int.from_bytes(head[30:34], "little")
    if size == 40 and compression == BITFIELDS and bits in {16, 32}:
        version = "3.0 NT"
    return Detail(variant, version)


def photoshop(window: Window) -> Detail:
    """Version 1 is PSD, version 2 the large document format PSB."""
    version = int.from_bytes(window.head[4:6], "big")
    return Detail("large" if version == 2 else None, str(version))


def jpeg_2000(window: Window) -> Detail:
    """A bare codestream, or by the brand of its container."""
    head = window.head
    if head.startswith(b"\xff\x4f"):
        return Detail("codestream")
    return Detail(JPEG_2000.get(head[20:24]) if head[16:20] == b"ftyp" else None)


def jpeg_xl(window: Window) -> Detail:
    """A bare codestream or a container."""
    return Detail("codestream" if window.head.startswith(b"\xff\x0a") else None)


def fuji(window: Window) -> Detail:
    """RAF states the version of its structure as four digits."""
    stated = window.head[16:20]
    return Detail(version=stated.decode()) if len(stated) == 4 and stated.isdigit() else NOTHING


def sigma(window: Window) -> Detail:
    """X3F states its version, the minor half first."""
    stated = window.head[4:8]
    if len(stated) < 4:
        return NOTHING
    return Detail(version=f"{int.from_bytes(stated[2:], 'little')}.{int.from_bytes(stated[:2], 'little')}")
